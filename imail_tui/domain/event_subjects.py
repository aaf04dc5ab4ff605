"""What an event says something about: of two events about the same thing the one made later is right.

Events arrive late, twice and in any order; a state read from them is that of the newest by `created_at`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from imail_tui.model.record import Json


class Aspect(StrEnum):
    """A side of a thing that events change."""

    CONNECTION = "connection"
    """Of an inbox: connected or not."""
    WARMUP = "warmup"
    """Of an inbox."""
    LABEL = "label"
    """Of a reply."""


_ABOUT = {
    "inbox.disconnected": (Aspect.CONNECTION, "inbox_id"),
    "inbox.reconnected": (Aspect.CONNECTION, "inbox_id"),
    "warmup.threshold_paused": (Aspect.WARMUP, "inbox_id"),
    "reply.classified": (Aspect.LABEL, "reply_id"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """One side of one thing, by its id."""

    aspect: Aspect
    about: str


def subjects_of(event: Json) -> Iterator[Subject]:
    """What an event says something about; none for most, and for one whose payload does not name it."""
    kind, data = event.get("type"), event.get("data")
    known = _ABOUT.get(kind) if isinstance(kind, str) else None
    if known is not None and isinstance(data, dict):
        aspect, key = known
        about = data.get(key)
        if isinstance(about, str) and about:
            yield Subject(aspect, about)
