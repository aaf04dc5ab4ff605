"""A disk that is full, told in words wherever it shows."""

from imail_tui.model.problem import Problem
from imail_tui.store.connections import is_full


def full_disk(error: BaseException) -> Problem | None:
    """The problem of an error that comes of a full disk, None for any other."""
    what = "The disk is full: what imail-tui keeps cannot be written."
    return Problem(what, "Make room, then try again.", code="disk_full") if is_full(error) else None
