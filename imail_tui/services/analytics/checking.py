"""Whether the kept days add up to the server's own totals, and what is done where they do not."""

from collections.abc import Sequence
from datetime import date

from imail_tui.api.errors import BadRequest
from imail_tui.domain.analytics.spans import Span
from imail_tui.domain.budget import Priority
from imail_tui.model.analytics import COUNTED, AnalyticsRow
from imail_tui.model.problem import Problem
from imail_tui.services.workbench import Workbench
from imail_tui.store.analytics_days import AnalyticsDays
from imail_tui.store.analytics_queries import Selection


class Checker:
    """Compares with the server: one request where all is well."""

    def __init__(self, bench: Workbench, days: AnalyticsDays) -> None:
        self._bench = bench
        self._days = days

    async def differing(self, span: Span, priority: Priority) -> tuple[Span, ...]:
        """The days whose sums are not the server's, as ranges. Raises `ApiError`.

        The first request is for the whole span in one row; only where that differs are its days asked for.
        """
        if await self.difference(span, priority) is None:
            return ()
        told = await self._ask(("day",), span, priority)
        ours = {row.day: row for row in self._days.sums(Selection(span.start, span.end), ("day",))}
        theirs = {row.day: row for row in told}
        days = [day for day in span.each() if _differ(ours.get(day), theirs.get(day))]
        return _ranges(days)

    async def difference(self, span: Span, priority: Priority) -> Problem | None:
        """What to say where the sums of a span are not the server's; None where they are."""
        try:
            told = await self._ask((), span, priority)
        except BadRequest:
            # A server that cannot add up cannot be compared with.
            return None
        ours = next(iter(self._days.sums(Selection(span.start, span.end))), AnalyticsRow())
        theirs = told[0] if told else AnalyticsRow()
        if len(told) > 1 or not _differ(ours, theirs):
            return None
        name = next(name for name in COUNTED if _differs(ours, theirs, name))
        here, there = ours.counter(name) or 0, theirs.counter(name) or 0
        return Problem(
            f"The days add up to {here:,} {name.replace('_', ' ')}, the server's own total is {there:,}.",
            "The days are shown. If it stays so, report it to imail.",
            where=f"analytics {span}",
            code="sums_differ",
        )

    async def _ask(self, keys: tuple[str, ...], span: Span, priority: Priority) -> list[AnalyticsRow]:
        return await self._bench.ask(
            lambda client: client.analytics.query(keys, span.start, span.end), priority
        )


def _differ(ours: AnalyticsRow | None, theirs: AnalyticsRow | None) -> bool:
    return any(_differs(ours or AnalyticsRow(), theirs or AnalyticsRow(), name) for name in COUNTED)


def _differs(ours: AnalyticsRow, theirs: AnalyticsRow, name: str) -> bool:
    """An unknown count differs from none: no row and a row of noughts are the same."""
    return (ours.counter(name) or 0) != (theirs.counter(name) or 0) and not _one_unknown(ours, theirs, name)


def _one_unknown(ours: AnalyticsRow, theirs: AnalyticsRow, name: str) -> bool:
    """Whether a side that counts something does not count this."""
    return any(
        row.counter(name) is None and any(row.counter(other) is not None for other in COUNTED)
        for row in (ours, theirs)
    )


def _ranges(days: Sequence[date]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for day in days:
        if spans and (day - spans[-1].end).days == 1:
            spans[-1] = Span(spans[-1].start, day)
        else:
            spans.append(Span(day, day))
    return tuple(spans)
