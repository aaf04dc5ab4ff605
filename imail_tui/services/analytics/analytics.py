"""Analytics: questions are answered from the kept days; `refresh` brings those up to date."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, date
from pathlib import Path
from typing import TextIO

from imail_tui.domain.analytics.drill import drill
from imail_tui.domain.analytics.report import (
    Drill,
    HeatMap,
    LabelMix,
    Question,
    ReplyHours,
    Report,
    SplitRow,
    StepComparison,
    StepName,
    TimeMark,
)
from imail_tui.domain.analytics.scopes import Split
from imail_tui.domain.analytics.spans import UNSETTLED, Span, missing
from imail_tui.domain.budget import Priority
from imail_tui.model.problem import Problem
from imail_tui.services.analytics.checking import Checker
from imail_tui.services.analytics.counts import Counts
from imail_tui.services.analytics.exporting import export_table, export_view
from imail_tui.services.analytics.fetching import Fetcher, Fetching
from imail_tui.services.analytics.marks import Marks
from imail_tui.services.analytics.replies_read import RepliesRead
from imail_tui.services.campaigns import Campaigns
from imail_tui.services.inboxes import Inboxes
from imail_tui.services.replies import Replies
from imail_tui.services.signals import Signal
from imail_tui.services.workbench import Workbench
from imail_tui.store.analytics_days import AnalyticsDays

FRESH_SECONDS = 20.0
"""The last two days are not asked for again so soon, unless a person asks."""
CHECKED_SECONDS = 3_600.0
"""Sums of settled days are compared with the server's at most so often for one span."""


class Analytics:
    """Counts of one workspace. Methods that only read send nothing and may be called at any time."""

    def __init__(
        self,
        bench: Workbench,
        days: AnalyticsDays,
        campaigns: Campaigns,
        inboxes: Inboxes,
        replies: Replies,
        zone: Callable[[], str],
        noticed: Signal[Problem],
    ) -> None:
        self._bench = bench
        self._days = days
        self._noticed = noticed
        self._checker = Checker(bench, days)
        self._counts = Counts(days, campaigns, inboxes)
        self._replies = RepliesRead(bench, self._counts, replies, zone)
        self._marks = Marks(bench, days, self._counts, campaigns, inboxes)
        # A person does not wait with what is fetched behind the scenes.
        self._running = {priority: asyncio.Lock() for priority in Priority}
        self._rung = 0
        self._checked: dict[Span, float] = {}
        self._version = days.foreign_version()
        self.changed: Signal[Span] = Signal()
        """Counts of days in this span differ from before: whoever shows some reads again."""
        self.progress: Signal[Fetching] = Signal()
        """How far fetching is."""
        self.difference: Problem | None = None
        """What the last comparison with the server's own totals found; also told once by `noticed`."""

    def today(self) -> date:
        """The UTC day of world time."""
        return self._bench.line.now().astimezone(UTC).date()

    def kept_today(self) -> date:
        """The latest day that is kept, for reading without a server; today where nothing is."""
        return self._days.last_day() or self.today()

    def read_now(self, question: Question) -> Report:
        """The report at once, on this thread: for a first paint."""
        return self._counts.report(question, self.today())

    async def report(self, question: Question) -> Report:
        """Counts of each day and their sums."""
        return await asyncio.to_thread(self._counts.report, question, self.today())

    async def split(self, question: Question, split: Split) -> tuple[SplitRow, ...]:
        """One row for each part, the busiest first; days and steps in order. Raises NotSplit."""
        return await asyncio.to_thread(self._counts.split, question, split)

    async def heat(self, question: Question, metric: str) -> HeatMap:
        """A metric by inbox and day. Raises NotSplit."""
        return await asyncio.to_thread(self._counts.heat, question, metric)

    async def variants(self, question: Question) -> tuple[StepComparison, ...]:
        """The steps of the scope's campaign that have versions, each compared. Raises NotSplit."""
        return await asyncio.to_thread(self._counts.variants, question)

    async def reply_hours(self, question: Question) -> ReplyHours:
        """When people reply, in the workspace's zone, from the replies kept here."""
        return await asyncio.to_thread(self._replies.hours, question)

    async def label_mix(self, question: Question) -> LabelMix:
        """What replies mean, from the replies kept here."""
        return await asyncio.to_thread(self._replies.labels, question)

    async def load_replies(self, question: Question) -> None:
        """Load the replies of a question's days, as far as there are not too many. Raises `ApiError`."""
        await self._replies.load(question)

    def steps(self, campaign_id: str) -> tuple[StepName, ...]:
        """The mails of a campaign in their order, as far as it is known here: () when it was never opened."""
        return self._counts.steps(campaign_id)

    async def export_table(
        self,
        question: Question,
        group_by: Sequence[str],
        to: Path | TextIO,
        told: Callable[[int], None] = lambda _: None,
    ) -> int:
        """The server's own CSV into a file; `told` hears the bytes received. Returns the number of rows.

        Raises `ApiError`, OSError.
        """
        return await export_table(self._bench, question, group_by, to, told)

    async def export_view(self, question: Question, split: Split, to: Path) -> int:
        """What is on screen into a file, CSV or `.json`; says how many rows. Raises NotSplit, OSError."""
        rows = await self.split(question, split)
        return await asyncio.to_thread(export_view, question, rows, to)

    async def marks(self, question: Question) -> tuple[TimeMark, ...]:
        """What happened that may explain a bend: campaigns begun, inboxes lost."""
        return await asyncio.to_thread(self._marks.of, question)

    def splits(self, question: Question) -> frozenset[Split]:
        """By what the kept counts of a question can be split."""
        return self._counts.splits(question)

    def drill(
        self, question: Question, metric: str, split: Split | None = None, key: str | None = None
    ) -> Drill:
        """Where what is behind a number is listed; with `split` and `key` for one part of it."""
        return drill(question, metric, split, key, self._counts.inboxes_behind(question.scope))

    async def refresh(self, question: Question, *, urgent: bool = False) -> None:
        """Fetch what is missing of a question's days and what may still change. `urgent`: a person waits.

        Raises `ApiError`, sqlite3.Error.
        """
        priority = Priority.INTERACTIVE if urgent else Priority.BACKGROUND
        if urgent:
            self._bench.line.fail_if_refused()
        async with self._running[priority]:
            await self._bring_up_to_date(question, priority)

    def look(self) -> None:
        """Another session may have fetched: who shows counts is told to read again."""
        version = self._days.foreign_version()
        if version != self._version:
            self._version = version
            self.changed.emit(Span(date.min, date.max))

    async def close(self) -> None:
        """Close the store. Closing twice does no harm."""
        await asyncio.to_thread(self._days.close)

    async def _bring_up_to_date(self, question: Question, priority: Priority) -> None:
        skipped = 0
        while True:
            today = self.today()
            wanted = self._wanted(question.whole_span, today, priority)
            # The answer may teach another today than this machine's.
            skipped += await self._fetch(wanted, today, priority)
            if today == self.today():
                break
        if skipped:
            self._notice(_skipped(skipped))
        await self._check(question.whole_span, today, priority)

    def _wanted(self, span: Span, today: date, priority: Priority) -> list[Span]:
        known = self._days.fetched(span.start, span.end)
        spans = missing(span, {day: each.fetched_on for day, each in known.items()}, today)
        if priority is Priority.INTERACTIVE:
            return spans
        fresh = self._bench.wall() - FRESH_SECONDS
        return [
            each
            for each in spans
            if not all((found := known.get(day)) is not None and found.at > fresh for day in each.each())
        ]

    async def _check(self, span: Span, today: date, priority: Priority) -> None:
        """Compare settled days with the server's totals; those that differ are fetched once more."""
        settled = span.until(date.fromordinal(today.toordinal() - UNSETTLED))
        if settled is None or self._is_checked(settled):
            return
        stale = await self._checker.differing(settled, priority)
        difference = None
        if stale:
            await self._fetch(stale, today, priority)
            difference = await self._checker.difference(settled, priority)
        self._checked[settled] = self._bench.wall()
        if difference is not None and difference != self.difference:
            self._notice(difference)
        self.difference = difference

    def _is_checked(self, span: Span) -> bool:
        """Whether the span lies within one that was compared not long ago."""
        since = self._bench.wall() - CHECKED_SECONDS
        return any(
            at > since and checked.start <= span.start and span.end <= checked.end
            for checked, at in self._checked.items()
        )

    async def _fetch(self, spans: Sequence[Span], today: date, priority: Priority) -> int:
        """Fetch spans and tell what changed; returns how many rows could not be read."""
        fetcher = Fetcher(self._bench, self._days, self._rung, self.progress.emit)
        changed = await fetcher.fetch(spans, today, priority)
        self._rung = fetcher.rung
        if changed:
            self.changed.emit(Span(min(changed), max(changed)))
        return fetcher.skipped

    def _notice(self, problem: Problem) -> None:
        self._noticed.emit(problem)


def _skipped(rows: int) -> Problem:
    return Problem(
        f"{rows:,} rows of the server's counts cannot be read and are not counted.",
        "Report it to imail.",
        where="GET /analytics",
        code="rows_skipped",
    )
