"""The events of the store, as a list like any other."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from imail_tui.api.errors import NotFound
from imail_tui.api.pages import Pages
from imail_tui.domain.filters import EVERYTHING, Filter
from imail_tui.domain.inbox_timeline import TIMELINE_TYPES
from imail_tui.domain.listing import EVENTS, Sort
from imail_tui.model.events import Event, event_of
from imail_tui.model.record import Json
from imail_tui.model.sources import StreamHealth
from imail_tui.services.feed import Feed, Movement
from imail_tui.services.signals import Signal
from imail_tui.services.workbench import Workbench
from imail_tui.store.event_store import EventStore
from imail_tui.store.raw import write_row
from imail_tui.store.windows import Window

_AT_ONCE = 1_000
_MOST_OF_ONE = 500
"""Events of one inbox or lead."""


class EventLog:
    """Events kept from the feed, newest first. It never asks the server itself but by the feed's look."""

    kind = EVENTS.kind
    complete = True
    """Nothing older can be loaded: what was before the first start was never followed."""

    def __init__(self, bench: Workbench, feed: Feed) -> None:
        self._bench = bench
        self._feed = feed
        self.changed: Signal[frozenset[str]] = Signal()
        """Ids of events that arrived."""
        feed.moved.subscribe(self._arrived)

    @property
    def store(self) -> EventStore:
        """Where they are kept."""
        return self._bench.events

    def window(self, rows: Filter = EVERYTHING, sort: Sort | None = None) -> Window:
        """The events kept that pass a filter."""
        return self._bench.events.window(rows, sort)

    def parse(self, row: Json) -> Event:
        """The event of a row."""
        return event_of(row)

    def get(self, record_id: str) -> Event | None:
        """One event that is kept."""
        row = self._bench.events.get(record_id)
        return None if row is None else self.parse(row)

    def age(self) -> float | None:
        """Seconds since the stream last knew everything, None = never."""
        return self._feed.health().age

    async def refresh(self, *, urgent: bool = False) -> None:
        """Look for new events now; always in the feed's own class. Raises `ApiError`."""
        del urgent
        await self._feed.look()

    async def load_more(self) -> bool:
        """There is never more."""
        return False

    async def search(self, words: str) -> int:
        """Nothing is found: everything there is, is here already."""
        del words
        return 0

    def body(self, event_id: str) -> bytes | None:
        """An event's body as it came, byte for byte."""
        return self._bench.events.body(event_id)

    def of_inbox(self, inbox_id: str) -> list[Event]:
        """What is kept here of an inbox's connection and warmup, oldest first."""
        return list(map(event_of, self.store.about("inbox", inbox_id, TIMELINE_TYPES)))

    async def fetch_of_inbox(self, inbox_id: str) -> list[Event]:
        """The same by the server's ledger, as far back as it goes; not kept. Raises `ApiError`.

        Empty on a server without a ledger.
        """

        try:
            return await self._bench.ask(
                lambda client: _some(client.events.list(inbox_id=inbox_id, types=TIMELINE_TYPES))
            )
        except NotFound:
            return []

    def of_lead(self, email: str) -> list[Event]:
        """What is kept here of what happened to a lead, oldest first."""
        return list(map(event_of, self.store.about("lead", email)))

    async def fetch_of_lead(self, lead_id: str) -> list[Event]:
        """All of it by the server's ledger, as far back as it goes; not kept. Raises `ApiError`.

        Empty on a server without a ledger.
        """
        try:
            return await self._bench.ask(lambda client: _some(client.events.list(lead_id=lead_id)))
        except NotFound:
            return []

    def health(self) -> StreamHealth:
        """Which sources work, and how old the knowledge is."""
        return self._feed.health()

    async def export(self, path: Path, rows: Filter, sort: Sort, told: Callable[[int], None]) -> int:
        """Write the events that pass a filter, a JSON object a line; returns how many.

        `told` hears from another thread how many are written. The file appears when it is whole. Raises
        OSError, FileExistsError for a file that is there already.
        """
        window = self.window(rows, sort)
        try:
            return await asyncio.to_thread(_write, window, path, told)
        finally:
            window.close()

    def _arrived(self, movement: Movement) -> None:
        if movement.events:
            self.changed.emit(frozenset(event.id for event in movement.events))


async def _some(pages: Pages[Event]) -> list[Event]:
    found: list[Event] = []
    async for page in pages.pages():
        found += page.items
        if len(found) >= _MOST_OF_ONE:
            break
    return found


def _write(window: Window, path: Path, told: Callable[[int], None]) -> int:
    if path.exists():
        raise FileExistsError(f"{path} is there already")
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    total = window.total
    try:
        with unfinished.open("xb") as file:
            for start in range(0, total, _AT_ONCE):
                for row in window.rows(start, _AT_ONCE):
                    file.write(write_row(row) + b"\n")
                told(min(total, start + _AT_ONCE))
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return total
