"""Days of counts brought from the server into the store: only those that are missing or may still change.

A few rows are asked for as JSON, more as one CSV, which passes through a temporary file. A server that
refuses to split as finely as we ask is asked more coarsely, and what it gave is noted with the days.
"""

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import TextIOWrapper
from typing import BinaryIO, Final

from imail_tui.api.client import ImailClient
from imail_tui.api.errors import ApiError, BadRequest, BadResponse, DeadlineExceeded, TooLarge
from imail_tui.api.resources.listing import PAGE_SIZE
from imail_tui.api.spool import Spool
from imail_tui.domain.analytics.count_tables import CountTable, NoCounts, counted
from imail_tui.domain.analytics.months import month_of
from imail_tui.domain.analytics.spans import Span
from imail_tui.domain.budget import Priority
from imail_tui.model.analytics import GROUPS, AnalyticsRow, Counted
from imail_tui.model.problem import Problem
from imail_tui.services.workbench import Workbench
from imail_tui.store.analytics_days import AnalyticsDays, Fetched

LADDER: Final = (
    GROUPS,
    ("day", "campaign", "inbox", "step"),
    ("day", "campaign", "inbox"),
    ("day", "campaign"),
    ("day",),
)
"""How finely the counts are asked for, the next one where the server refuses."""
SMALL_DAYS: Final = 2
"""So many days are tried as one page of JSON, unless more rows of them are known already."""


@dataclass(frozen=True, slots=True)
class Fetching:
    """How far a fetch is: days stored of days wanted, and bytes of the answer on its way."""

    done: int
    wanted: int
    received: int = 0


class Fetcher:
    """One run of fetching. `rung`: how coarsely to begin; `told` hears how far it is, on the event loop."""

    def __init__(
        self,
        bench: Workbench,
        days: AnalyticsDays,
        rung: int = 0,
        told: Callable[[Fetching], None] = lambda _: None,
    ) -> None:
        self._bench = bench
        self._days = days
        self._told = told
        self.rung = rung
        """How coarsely the server had to be asked: a place in LADDER."""
        self._done = self._wanted = 0
        self.skipped = 0
        """Rows that could not be booked."""

    async def fetch(self, spans: Sequence[Span], today: date, priority: Priority) -> frozenset[date]:
        """Bring spans up to date; says which days differ from before. Raises `ApiError`, sqlite3.Error."""
        self._wanted += sum(span.days for span in spans)
        changed: frozenset[date] = frozenset()
        for span in spans:
            changed |= await self._fetch(span, today, priority)
        return changed

    async def _fetch(self, span: Span, today: date, priority: Priority) -> frozenset[date]:
        while True:
            try:
                return await self._at_once(span, today, priority)
            except BadRequest:
                # Which of the keys a server refuses it does not have to say.
                if self.rung + 1 >= len(LADDER):
                    raise
                self.rung += 1
            except (_Unsorted, DeadlineExceeded, TooLarge):
                months = list(_by_month(span))
                if len(months) == 1:
                    raise
                return await self._each(months, today, priority)

    async def _each(self, months: Sequence[Span], today: date, priority: Priority) -> frozenset[date]:
        changed: frozenset[date] = frozenset()
        for month in months:
            changed |= await self._fetch(month, today, priority)
        return changed

    async def _at_once(self, span: Span, today: date, priority: Priority) -> frozenset[date]:
        keys = LADDER[self.rung]
        if span.days <= SMALL_DAYS and self._days.rows_between(span.start, span.end) < PAGE_SIZE:
            pages = await self._bench.ask(
                lambda client: client.analytics.pages(keys, span.start, span.end).page(), priority
            )
            if not pages.has_more:
                return await self._store(
                    span, today, _as_rows(pages.items, keys), _keys_of(pages.items, keys)
                )
        with tempfile.TemporaryFile() as file:
            spool = Spool(file, self._hear)
            is_csv = await self._bench.ask(
                lambda client: client.analytics.download(keys, span.start, span.end, spool), priority
            )
            await spool.finish()
            if is_csv:
                return await self._store_table(span, today, file, keys)
        rows = await self._bench.ask(lambda client: _all_pages(client, keys, span), priority)
        return await self._store(span, today, _as_rows(rows, keys), _keys_of(rows, keys))

    async def _store_table(
        self, span: Span, today: date, file: BinaryIO, keys: tuple[str, ...]
    ) -> frozenset[date]:
        """Month by month, so that other sessions write in between and little is held at a time."""
        file.seek(0)
        lines = TextIOWrapper(file, "utf-8-sig", newline="")
        try:
            table = CountTable(lines)
            _check_days(table.keys, keys)
            given = tuple(key for key in keys if key in table.keys)
            changed: frozenset[date] = frozenset()
            months = _months(iter(table), span)
            while (found := await asyncio.to_thread(next, months, None)) is not None:
                month, rows = found
                # A table without rows does not tell what it would be split by.
                changed |= await self._store(month, today, rows, given if rows else keys)
            self.skipped += table.skipped
        except (NoCounts, UnicodeDecodeError) as error:
            raise _unreadable(str(error)) from None
        finally:
            lines.detach()
        return changed

    async def _store(
        self, span: Span, today: date, rows: Sequence[Counted], keys: Sequence[str]
    ) -> frozenset[date]:
        fetched = Fetched(span.start, span.end, tuple(keys), today, self._bench.wall())
        changed = await asyncio.to_thread(self._days.put, fetched, rows)
        self._done += span.days
        self._told(Fetching(self._done, self._wanted))
        return changed

    def _hear(self, received: int) -> None:
        self._told(Fetching(self._done, self._wanted, received))


class _Unsorted(ApiError):
    """A table whose rows come back to a month that was over."""


def _months(rows: Iterator[Counted], span: Span) -> Iterator[tuple[Span, list[Counted]]]:
    """The rows of a span month by month, those without any too. Raises `_Unsorted`."""
    months = _by_month(span)
    month = next(months)
    kept: list[Counted] = []
    for row in rows:
        if row.day < month.start and row.day >= span.start:
            raise _Unsorted(Problem("The server's table is in no order.", code="unsorted"))
        while row.day > month.end and month.end < span.end:
            yield month, kept
            month, kept = next(months), []
        kept.append(row)
    yield month, kept
    for month in months:
        yield month, []


def _by_month(span: Span) -> Iterator[Span]:
    start = span.start
    while True:
        end = min(month_of(start)[1], span.end)
        yield Span(start, end)
        if end == span.end:
            return
        start = date.fromordinal(end.toordinal() + 1)


async def _all_pages(client: ImailClient, keys: tuple[str, ...], span: Span) -> list[AnalyticsRow]:
    return [row async for row in client.analytics.pages(keys, span.start, span.end)]


def _keys_of(rows: Sequence[AnalyticsRow], asked: tuple[str, ...]) -> tuple[str, ...]:
    """The keys the rows are really split by: a server may pass over what it does not know."""
    if not rows:
        return asked
    fields = {"day": "day", **{key: f"{key}_id" for key in asked if key != "day"}}
    return tuple(key for key in asked if any(fields[key] in row.model_fields_set for row in rows))


def _as_rows(rows: Sequence[AnalyticsRow], asked: tuple[str, ...]) -> list[Counted]:
    if rows:
        _check_days(frozenset(_keys_of(rows, asked)), asked)
    return list(counted(rows))


def _check_days(given: frozenset[str], asked: tuple[str, ...]) -> None:
    if "day" in asked and "day" not in given:
        raise _unreadable("it is not split by day")


def _unreadable(why: str) -> BadResponse:
    return BadResponse(
        Problem(
            f"The server's counts cannot be used: {why}.",
            "Report it to imail; what was fetched before is still shown.",
            where="GET /analytics",
            code="bad_response",
        )
    )
