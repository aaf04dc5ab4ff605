"""Lists: shown from the cache at once, brought up to date behind the scenes, loaded as far as needed.

A collection of up to `WHOLE` rows is loaded whole, and a row that is gone on the server goes here too.
Of a larger one the first rows are loaded, more when the cursor nears their end or when somebody searches;
afterwards only what changed since is asked for.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Generic, Self, TypeVar

from imail_tui.api.client import ImailClient
from imail_tui.api.errors import BadRequest, Gone, NotFound, NotOffered
from imail_tui.api.pages import Page, Pages
from imail_tui.domain.budget import Priority
from imail_tui.domain.filters import EVERYTHING, Filter
from imail_tui.domain.listing import SPECS, ListSpec, Sort, parse_time
from imail_tui.model.record import Entity, Json
from imail_tui.services.signals import Signal
from imail_tui.services.workbench import Workbench
from imail_tui.store.windows import Window

WHOLE = 300
"""Rows up to which a collection is loaded whole: three requests."""
_MOST_CHANGES = 1_000
"""Changed rows taken in by one refresh of a large collection; older ones come when they are opened."""
_OVERLAP = timedelta(seconds=5)
"""How far behind the last refresh the next one looks back: rows may become visible a little late."""
LISTING = "listing"
"""Kind of the documents that keep how far lists are loaded."""

E = TypeVar("E", bound=Entity)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for: rows with these words, or changed since, in this order."""

    words: str | None = None
    since: datetime | None = None
    sort: str | None = None


class Collection(ABC, Generic[E]):
    """Rows of one kind. Methods that ask the server raise `ApiError`."""

    kind: ClassVar[str]
    whole: ClassVar[int] = WHOLE
    """Rows up to which this one is loaded whole."""
    server_sort: ClassVar[str | None] = None
    """The order asked of the server: that of the list on screen, so that what is loaded is a run of it."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._state = _Listing.kept(bench, self.kind)
        self._sort = self.server_sort
        self._refreshing: asyncio.Task[frozenset[str]] | None = None
        self._loading: asyncio.Task[bool] | None = None
        self.changed: Signal[frozenset[str]] = Signal()
        """Ids of rows that are new, really differ, or are gone."""

    @property
    def spec(self) -> ListSpec:
        """What the list can be sorted, filtered and searched by."""
        return SPECS[self.kind]

    @abstractmethod
    def parse(self, row: Json) -> E:
        """The record of a row."""

    @abstractmethod
    def _list(self, client: ImailClient, asked: Asked) -> Pages[E]: ...

    @abstractmethod
    async def _get(self, client: ImailClient, record_id: str) -> E: ...

    @property
    def complete(self) -> bool:
        """True when the cache has every row the server has."""
        return self._state.complete

    @property
    def server_total(self) -> int | None:
        """How many rows the server said it has; None where it does not say."""
        return self._state.total

    def window(self, rows: Filter = EVERYTHING, sort: Sort | None = None) -> Window:
        """The cached rows that pass a filter, in an order (None: the list's own). Sends nothing."""
        return self._bench.cache.window(self.kind, rows, sort)

    def all(self) -> list[E]:
        """Every cached record: for lists that are never long, such as inboxes and campaigns."""
        window = self.window()
        try:
            return [self.parse(row) for row in window.rows(0, window.total)]
        finally:
            window.close()

    def get(self, record_id: str) -> E | None:
        """A cached record."""
        row = self._bench.cache.get(self.kind, record_id)
        return None if row is None else self.parse(row)

    def age(self) -> float | None:
        """Seconds since rows were last fetched, None = never."""
        at = self._bench.cache.fetched_at(self.kind)
        return None if at is None else max(0.0, self._bench.wall() - at)

    async def refresh(self, *, urgent: bool = False) -> None:
        """Bring the cached rows up to date. `urgent`: a person waits."""
        await self.bring_up_to_date(Priority.INTERACTIVE if urgent else Priority.BACKGROUND)

    async def bring_up_to_date(self, priority: Priority) -> frozenset[str]:
        """Refresh, and say which ids differ. A refresh under way is shared."""
        if priority is Priority.INTERACTIVE:
            # The one under way may be waiting for another key; a person does not wait with it.
            self._bench.line.fail_if_refused()
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._refresh(priority))
        return await asyncio.shield(self._refreshing)

    async def load_more(self) -> bool:
        """Load the next rows; False when all are loaded."""
        if self._state.complete:
            return False
        if self._loading is None or self._loading.done():
            self._loading = asyncio.create_task(self._load_more())
        return await asyncio.shield(self._loading)

    async def search(self, words: str) -> int:
        """Have the server search for rows that are not loaded; returns how many its first page has."""
        if self._state.complete or not words.strip():
            return 0
        page = await self._bench.ask(lambda client: self._list(client, Asked(words=words)).page())
        await self._keep(page.raw)
        return len(page.raw)

    async def fetch(self, record_id: str) -> E:
        """The whole record from the server; a row that is gone there goes here too."""
        try:
            record = await self._bench.ask(lambda client: self._get(client, record_id))
        except NotOffered:
            raise
        except NotFound:
            await self.forget(record_id)
            raise
        await self._keep([record.wire()])
        return record

    async def forget(self, record_id: str) -> None:
        """Drop a row that is gone."""
        self._emit(await self._bench.write(lambda cache: cache.remove(self.kind, [record_id])))

    def start_over(self) -> None:
        """The cache was emptied: nothing is loaded."""
        self._state = _Listing()

    def stop(self) -> None:
        """End what is under way."""
        for task in (self._refreshing, self._loading):
            if task is not None:
                task.cancel()

    async def _keep(self, rows: list[Json], *, complete: bool = False) -> frozenset[str]:
        changed = await self._bench.put(self.kind, rows, complete=complete)
        self._emit(changed)
        return changed

    def stir(self) -> None:
        """Another process wrote rows: who shows some looks again."""
        self.changed.emit(frozenset())

    def _emit(self, changed: frozenset[str]) -> None:
        if changed:
            self.changed.emit(changed)

    async def _refresh(self, priority: Priority) -> frozenset[str]:
        started = self._bench.line.now()
        since = None if self._state.complete else self._state.since
        changed = await self._bench.ask(lambda client: self._load(client, since), priority)
        self._state.since = started - _OVERLAP
        await self._keep_state()
        return changed

    async def _load(self, client: ImailClient, since: datetime | None) -> frozenset[str]:
        if since is not None:
            try:
                return await self._load_changes(client, since)
            except BadRequest as error:
                if error.problem.where != "updated_since":
                    raise
                # A server that cannot tell changes still lists.
        try:
            return await self._load_first(client)
        except BadRequest as error:
            if self._sort is None or error.problem.where != "sort":
                raise
            # A server that cannot sort so still lists.
            self._sort = None
            return await self._load_first(client)

    async def _load_first(self, client: ImailClient) -> frozenset[str]:
        """The first rows; all of them when they are few."""
        rows: list[Json] = []
        changed: frozenset[str] = frozenset()
        async for page in self._list(client, Asked(sort=self._sort)).pages():
            rows += page.raw
            self._state.took(page)
            if not page.has_more:
                # Only a whole answer may drop rows.
                self._state.complete = True
                return changed | await self._keep(rows, complete=True)
            changed |= await self._keep(page.raw)
            if len(rows) >= self.whole:
                break
        self._state.complete = False
        return changed

    async def _load_changes(self, client: ImailClient, since: datetime) -> frozenset[str]:
        taken = 0
        changed: frozenset[str] = frozenset()
        async for page in self._list(client, Asked(since=since)).pages():
            changed |= await self._keep(page.raw)
            taken += len(page.raw)
            if taken >= _MOST_CHANGES:
                break
        return changed

    async def _load_more(self) -> bool:
        cursor, asked = self._state.cursor, Asked(sort=self._sort)
        try:
            page = await self._bench.ask(lambda client: self._list(client, asked).page(cursor))
        except (BadRequest, Gone):
            if cursor is None:
                raise
            # A cursor kept from an earlier run may have expired: start again, what is there stays.
            page = await self._bench.ask(lambda client: self._list(client, asked).page())
        await self._keep(page.raw)
        self._state.took(page)
        self._state.complete = not page.has_more
        await self._keep_state()
        return page.has_more

    async def _keep_state(self) -> None:
        await self._bench.keep(LISTING, self.kind, self._state.as_json())


def edge_of(rows: Sequence[Json]) -> str | None:
    """The id of the last of some rows."""
    found = rows[-1].get("id") if rows else None
    return found if isinstance(found, str) else None


@dataclass(slots=True)
class _Listing:
    """How far a list is loaded. `since`: changes after this world time are not known yet.

    `edge` is the id of the last row before those that are not loaded, `total` what the server said it has.
    """

    complete: bool = False
    cursor: str | None = None
    since: datetime | None = None
    edge: str | None = None
    total: int | None = None

    def took(self, page: Page[E]) -> None:
        """The next rows are here."""
        self.cursor = page.next_cursor
        self.edge = edge_of(page.raw) or self.edge
        if page.total is not None:
            self.total = page.total

    @classmethod
    def kept(cls, bench: Workbench, kind: str) -> Self:
        """As an earlier run left it."""
        found = bench.cache.kept(LISTING, kind)
        if found is None:
            return cls()
        cursor, since = found[0].get("cursor"), found[0].get("since")
        edge, total = found[0].get("edge"), found[0].get("total")
        return cls(
            complete=found[0].get("complete") is True,
            cursor=cursor if isinstance(cursor, str) else None,
            since=parse_time(since) if isinstance(since, str) else None,
            edge=edge if isinstance(edge, str) else None,
            total=total if isinstance(total, int) else None,
        )

    def as_json(self) -> Json:
        """What `kept` reads."""
        return {
            "complete": self.complete,
            "cursor": self.cursor,
            "since": self.since.isoformat() if self.since else None,
            "edge": self.edge,
            "total": self.total,
        }
