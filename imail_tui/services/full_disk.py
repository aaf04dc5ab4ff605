"""A disk that is full, told in words wherever it shows."""

import errno
import sqlite3

from imail_tui.model.problem import Problem


def full_disk(error: BaseException) -> Problem | None:
    """The problem of an error that comes of a full disk, None for any other."""
    if isinstance(error, sqlite3.OperationalError):
        # Not every error of this kind carries a code.
        is_full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    else:
        is_full = isinstance(error, OSError) and error.errno == errno.ENOSPC
    what = "The disk is full: what imail-tui keeps cannot be written."
    return Problem(what, "Make room, then try again.", code="disk_full") if is_full else None
