"""Leads: shown as far as loaded from either end, searched on the server for the rest, changed one by one."""

import asyncio
from dataclasses import dataclass
from typing import Final

from imail_tui.api.client import ImailClient
from imail_tui.api.errors import BadRequest, Gone, NotFound, NotOffered
from imail_tui.api.pages import Page, Pages
from imail_tui.domain.filters import Filter
from imail_tui.domain.leads.searching import Question, question_of, reversed_order, server_order
from imail_tui.domain.listing import Sort
from imail_tui.model.leads import Lead
from imail_tui.model.record import Json
from imail_tui.services.collections import LISTING, Asked, Collection, edge_of
from imail_tui.services.workbench import Workbench

_RUNS: Final = "leads.runs"


@dataclass(slots=True)
class Run:
    """How far the server's list is loaded in one order: from its beginning to the row `edge`."""

    cursor: str | None = None
    edge: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a search on the server gave so far. `more`: it has further ones."""

    wanted: Filter
    question: Question
    rows: int
    cursor: str | None

    @property
    def more(self) -> bool:
        """Whether the server has further ones."""
        return self.cursor is not None


class Leads(Collection[Lead]):
    """All leads of the workspace. Methods that ask the server raise `ApiError`."""

    kind = "leads"
    server_sort = "-created_at"

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._runs = _kept_runs(bench)
        self._unsorted: set[str] = set()
        self._reading: dict[str, asyncio.Task[bool]] = {}

    def parse(self, row: Json) -> Lead:
        """The lead of a row."""
        return Lead.model_validate(row)

    @property
    def live(self) -> bool:
        """Whether what is done here reaches real people."""
        return self._bench.mode == "live"

    # Reading from both ends

    def order(self, sort: Sort) -> str | None:
        """The server's name of an order; None where only rows that are loaded can be put in it."""
        order = server_order(sort)
        return None if order in self._unsorted or self._sort is None else order

    def edge(self, order: str) -> str | None:
        """The id of the last row before those that are not loaded; None = nothing is loaded in this order."""
        return self._state.edge if order == self.server_sort else self._run(order).edge

    async def read_on(self, order: str) -> bool:
        """Load the next rows in an order; False when there are no more. Raises `ApiError`."""
        if self._state.complete:
            return False
        if order == self.server_sort:
            return await self.load_more()
        task = self._reading.get(order)
        if task is None or task.done():
            task = self._reading[order] = asyncio.create_task(self._read_on(order))
        return await asyncio.shield(task)

    async def refresh(self, *, urgent: bool = False) -> None:
        """Bring the rows up to date; where a person waits, count anew how many the server has."""
        known = self._state.total
        await super().refresh(urgent=urgent)
        if urgent and not self._state.complete and known is not None and self._state.total == known:
            page = await self._bench.ask(lambda client: client.leads.list(limit=1, sort=self._sort).page())
            self._state.total = page.total

    async def find(self, wanted: Filter, before: Found | None = None) -> Found:
        """Have the server look for leads that are not loaded; `before`: go on behind what it gave."""
        question = question_of(wanted)
        if self._state.complete or not question:
            return Found(wanted, question, 0, None)
        cursor = before.cursor if before is not None else None

        def pages(client: ImailClient) -> Pages[Lead]:
            return client.leads.list(
                q=question.words, status=question.status, campaign_id=question.campaign_id
            )

        page = await self._bench.ask(lambda client: pages(client).page(cursor))
        await self._keep(page.raw)
        rows = len(page.raw) + (before.rows if before is not None else 0)
        return Found(wanted, question, rows, page.next_cursor if page.has_more else None)

    # Changing

    async def create(self, body: Json) -> Lead:
        """Make a lead. Raises `Conflict` with `existing_id` where the address exists."""
        lead = await self._bench.ask(lambda client: client.leads.create(body))
        await self.keep(lead, added=1)
        return lead

    async def change(self, lead: Lead, changes: Json) -> Lead:
        """Merge `changes` into a lead as it was read. Raises `Stale` when it moved since."""
        try:
            now = await self._bench.ask(
                lambda client: client.leads.patch(lead.id, changes, if_match=stamp_of(lead))
            )
        except NotOffered:
            raise
        except NotFound:
            await self.forget(lead.id)
            raise
        await self.keep(now)
        return now

    async def delete(self, lead: Lead) -> None:
        """Delete a lead as it was read. Raises `Stale` when it moved since."""
        await self._bench.ask(lambda client: client.leads.delete(lead.id, if_match=stamp_of(lead)))
        await self.forget(lead.id)

    async def keep(self, *leads: Lead, added: int = 0) -> None:
        """Show leads as the server just gave them, `added` of which are new."""
        if self._state.total is not None:
            self._state.total += added
        await self._keep([lead.wire() for lead in leads])

    async def forget(self, record_id: str) -> None:
        """Drop a row that is gone."""
        if self._state.total is not None and self.get(record_id) is not None:
            self._state.total -= 1
        await super().forget(record_id)

    def start_over(self) -> None:
        """The cache was emptied: nothing is loaded."""
        super().start_over()
        self._runs.clear()

    def stop(self) -> None:
        """End what is under way."""
        super().stop()
        for task in self._reading.values():
            task.cancel()

    def _run(self, order: str) -> Run:
        return self._runs.setdefault(order, Run())

    async def _load_more(self) -> bool:
        return await self._read_on(self.server_sort)

    async def _read_on(self, order: str) -> bool:
        """The next page. Rows loaded from both ends that meet are all rows."""
        run = self._state if order == self.server_sort else self._run(order)
        try:
            page = await self._page(order, run.cursor)
        except BadRequest as error:
            if error.problem.where != "sort":
                raise
            # A server that cannot sort so: loaded rows alone can be put in this order.
            self._unsorted.add(order)
            return False
        await self._keep(page.raw)
        run.cursor, run.edge = page.next_cursor, edge_of(page.raw) or run.edge
        there = self.edge(reversed_order(order))
        met = there is not None and any(row.get("id") == there for row in page.raw)
        self._state.complete = met or not page.has_more
        await self._keep_state()
        await self._bench.keep(
            LISTING, _RUNS, {name: [each.cursor, each.edge] for name, each in self._runs.items()}
        )
        return not self._state.complete

    async def _page(self, order: str, cursor: str | None) -> Page[Lead]:
        sort = self._sort if order == self.server_sort else order
        try:
            return await self._bench.ask(lambda client: client.leads.list(sort=sort).page(cursor))
        except (BadRequest, Gone):
            if cursor is None:
                raise
            # A cursor kept from an earlier run may have expired: start again, what is there stays.
            return await self._bench.ask(lambda client: client.leads.list(sort=sort).page())

    def _list(self, client: ImailClient, asked: Asked) -> Pages[Lead]:
        return client.leads.list(q=asked.words, updated_since=asked.since, sort=asked.sort)

    async def _get(self, client: ImailClient, record_id: str) -> Lead:
        return await client.leads.get(record_id)


def stamp_of(lead: Lead) -> str | None:
    """When the lead last changed, just as the server wrote it: what a change is made on."""
    stamp = lead.wire().get("updated_at")
    return stamp if isinstance(stamp, str) else None


def _kept_runs(bench: Workbench) -> dict[str, Run]:
    found = bench.cache.kept(LISTING, _RUNS)
    runs: dict[str, Run] = {}
    for order, run in (found[0] if found is not None else {}).items():
        match run:
            case [(str() | None) as cursor, (str() | None) as edge]:
                runs[order] = Run(cursor, edge)
    return runs
