"""Who brings events into the store: notes beside them that all sessions and the listener read and write.

Each source leaves a pulse: until when it is believed to work, and when it last knew everything. The pulse of
the ledger is a lease too: while one session catches up the others on this machine need not ask.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from imail_tui.model.sources import Source, SourceHealth, StreamHealth
from imail_tui.store.event_store import EventStore
from imail_tui.store.processes import is_running, this_process


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a source last said: who, valid until (epoch seconds), and when it last knew everything."""

    owner: str
    until: float
    known_at: float | None = None
    detail: str = ""

    def text(self) -> str:
        """As it is kept."""
        return json.dumps([self.owner, self.until, self.known_at, self.detail])


def read_pulse(text: str | None) -> Pulse | None:
    """A pulse as it was kept; None for none, or for what another version wrote."""
    try:
        owner, until, known_at, detail = json.loads(text or "")
        known = None if known_at is None else float(known_at)
        return Pulse(str(owner), float(until), known, str(detail))
    except (ValueError, TypeError):
        return None


class EventSources:
    """The pulses in one store, seen and given by one session or listener."""

    def __init__(self, store: EventStore, wall: Callable[[], float]) -> None:
        self._store = store
        self._wall = wall
        self._owner = f"{this_process()}/{secrets.token_hex(4)}"

    def give(self, source: Source, lasts: float, *, knows: bool, detail: str = "") -> None:
        """Say that this process works on a source for `lasts` seconds; `knows`: it has everything now."""
        now = self._wall()

        def renewed(text: str | None) -> str:
            before = read_pulse(text)
            known_at = now if knows else before.known_at if before else None
            return Pulse(self._owner, now + lasts, known_at, detail).text()

        self._store.change(_note(source), renewed)

    def take(self, source: Source, lasts: float) -> bool:
        """Become the one that works on a source; False while another one does."""
        now = self._wall()

        def taken(text: str | None) -> str | None:
            before = read_pulse(text)
            # A pulse further ahead than any lease is of a clock that was set back.
            if before and before.owner != self._owner and now < before.until <= now + lasts:
                return None
            return Pulse(self._owner, now + lasts, before.known_at if before else None).text()

        found = read_pulse(self._store.change(_note(source), taken))
        return found is not None and found.owner == self._owner

    def leave(self, source: Source) -> None:
        """Let another one work on a source, if this process did."""

        def left(text: str | None) -> str | None:
            before = read_pulse(text)
            if before is None or before.owner != self._owner:
                return None
            return Pulse(before.owner, 0.0, before.known_at, before.detail).text()

        self._store.change(_note(source), left)

    def is_alive(self, source: Source) -> bool:
        """Whether somebody works on a source."""
        pulse = read_pulse(self._store.recall(_note(source)))
        return pulse is not None and pulse.until > self._wall()

    def process(self, source: Source) -> int | None:
        """The process on this machine that works on a source, None = nobody does."""
        pulse = read_pulse(self._store.recall(_note(source)))
        if pulse is None or pulse.until <= self._wall():
            return None
        name = pulse.owner.partition("/")[0]
        return int(name.partition(":")[0]) if is_running(name) else None

    def health(self) -> StreamHealth:
        """All sources as they stand."""
        sources = tuple(self._health_of(source) for source in Source)
        ages = [each.age for each in sources if each.age is not None]
        return StreamHealth(sources, min(ages, default=None))

    def _health_of(self, source: Source) -> SourceHealth:
        pulse, now = read_pulse(self._store.recall(_note(source))), self._wall()
        if pulse is None:
            return SourceHealth(source, alive=False, age=None)
        alive = pulse.until > now
        if source is Source.WEBHOOKS and alive:
            # What a listener does not have has not been sent to it.
            return SourceHealth(source, alive=True, age=0.0, detail=pulse.detail)
        age = None if pulse.known_at is None else max(0.0, now - pulse.known_at)
        return SourceHealth(source, alive, age, pulse.detail)


def _note(source: Source) -> str:
    return f"source.{source}"
