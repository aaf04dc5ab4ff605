"""Where the knowledge of what happens comes from, and how old it is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Source(StrEnum):
    """A way events come in, or what stands in for it."""

    WEBHOOKS = "webhooks"
    """A listener on this machine."""
    LEDGER = "ledger"
    """Catching up with the server's list of events."""
    COMPARING = "comparing"
    """Refreshing lists and looking at what differs, where the server has no events."""


@dataclass(frozen=True, slots=True)
class Retention:
    """What is kept of the past: events of so many days of world time, and at most so many."""

    days: float = 90
    most: int = 1_000_000


@dataclass(frozen=True, slots=True)
class ListenerDefaults:
    """How `listen` listens where it is not told otherwise. `tolerance`: seconds a signature may be old."""

    port: int = 8787
    hosts: tuple[str, ...] = ()
    tolerance: float = 300.0
    forward_to: str | None = None


RETENTION: Final = Retention()
LISTENING: Final = ListenerDefaults()
"""Where no setting says otherwise."""


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """One source: whether somebody works on it, and seconds since it last knew everything, None = never."""

    source: Source
    alive: bool
    age: float | None
    detail: str = ""
    """Who works on it, in a few words."""


@dataclass(frozen=True, slots=True)
class StreamHealth:
    """All sources. `age`: seconds since the stream last knew everything there is, None = never."""

    sources: tuple[SourceHealth, ...]
    age: float | None

    def of(self, source: Source) -> SourceHealth:
        """One source."""
        return next(each for each in self.sources if each.source is source)
