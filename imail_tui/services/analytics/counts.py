"""Questions answered from the kept days. Everything here reads only and may run on any thread."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from imail_tui.domain.analytics.comparing import compare
from imail_tui.domain.analytics.metrics import METRICS
from imail_tui.domain.analytics.report import (
    NO_STEP,
    HeatMap,
    HeatRow,
    Question,
    Report,
    SplitRow,
    StepComparison,
    StepName,
)
from imail_tui.domain.analytics.scopes import WORKSPACE, Scope, Split
from imail_tui.domain.analytics.spans import Span
from imail_tui.domain.rates import total
from imail_tui.model.analytics import COUNTED, AnalyticsRow
from imail_tui.model.inboxes import Inbox
from imail_tui.model.problem import Problem
from imail_tui.services.campaigns import Campaigns
from imail_tui.services.inboxes import Inboxes
from imail_tui.store.analytics_days import AnalyticsDays
from imail_tui.store.analytics_queries import Selection

UNKNOWN_PART: Final = "unknown"
"""Domain and provider of an inbox that is not known here, such as one that was deleted."""
_DAYS_APART: Final = 92
"""Days up to which a heat map shows each by itself; a longer one shows weeks."""


class NotSplit(Exception):
    """The server's counts are not split as finely as was asked; `problem` says by what they are."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem


class Counts:
    """Answers from the store, with the names the cache knows."""

    def __init__(self, days: AnalyticsDays, campaigns: Campaigns, inboxes: Inboxes) -> None:
        self._days = days
        self._campaigns = campaigns
        self._inboxes = inboxes

    def report(self, question: Question, today: date) -> Report:
        """Counts of each day and their sums."""
        span = question.span
        days, known = self._each_day(question.scope, span)
        wanted = span.until(today)
        before_days: tuple[AnalyticsRow, ...] = ()
        before = None
        if question.compare:
            before_days, before_known = self._each_day(question.scope, span.before())
            before = _sum(before_days) if before_known == span.before().days else None
        return Report(question, days, _sum(days), known, wanted.days if wanted else 0, before_days, before)

    def total(self, question: Question) -> AnalyticsRow:
        """The sum of the known days."""
        span = question.span
        found = self._days.sums(self._selection(question.scope, span))
        return found[0] if found else AnalyticsRow()

    def splits(self, question: Question) -> frozenset[Split]:
        """By what the known days of a question can be split."""
        keys = self._keys(question.span)
        return frozenset(split for split in Split if {*split.keys, *question.scope.keys} <= keys)

    def split(self, question: Question, split: Split) -> tuple[SplitRow, ...]:
        """One row for each part. Raises NotSplit."""
        self._require(question, split.keys)
        parts = self._parts(question.scope, question.span, split)
        before = self._parts(question.scope, question.span.before(), split) if question.compare else {}
        complete = question.compare and self._is_known(question.span.before())
        names = self._names(split, question.scope)
        nothing, nothing_before = _nothing_like(parts.values()), _nothing_like(before.values())
        rows = [
            SplitRow(
                split,
                key,
                names(key),
                parts.get(key, nothing),
                before.get(key, nothing_before) if complete else None,
            )
            for key in (parts if split is Split.DAY else {**parts, **before})
        ]
        if split in (Split.DAY, Split.STEP, Split.VARIANT):
            order = {step.step_id: step.number for step in self.steps(question.scope.campaign_id or "")}
            return tuple(
                sorted(rows, key=lambda row: (order.get(row.key.partition("/")[0], len(order) + 1), row.key))
            )
        return tuple(sorted(rows, key=lambda row: (-(row.row.sent or 0), row.name, row.key)))

    def heat(self, question: Question, metric: str) -> HeatMap:
        """A metric by inbox and day, or by inbox and week for long spans. Raises NotSplit."""
        self._require(question, ("inbox",))
        span = question.span
        bucket = 1 if span.days <= _DAYS_APART else 7
        sums = self._days.sums(self._selection(question.scope, span), ("inbox", "day"), bucket=bucket)
        known = self._days.fetched(span.start, span.end)
        starts = [span.start + timedelta(days=number) for number in range(0, span.days, bucket)]
        reached = [
            any(start + timedelta(days=number) in known for number in range(bucket)) for start in starts
        ]
        by_inbox: dict[str, dict[date, AnalyticsRow]] = {}
        for row in sums:
            if row.day is not None:
                by_inbox.setdefault(row.inbox_id or "", {})[row.day] = row
        nothing = _nothing_like(sums)
        value = METRICS[metric].value
        names = self._names(Split.INBOX)
        rows = [
            HeatRow(
                inbox_id,
                names(inbox_id),
                tuple(
                    value(found.get(start, nothing), question.basis) if is_known else None
                    for start, is_known in zip(starts, reached, strict=True)
                ),
            )
            for inbox_id, found in by_inbox.items()
        ]
        return HeatMap(
            metric, tuple(starts), tuple(sorted(rows, key=lambda row: (row.name, row.inbox_id))), bucket
        )

    def variants(self, question: Question) -> tuple[StepComparison, ...]:
        """The steps with more than one version, compared. Raises NotSplit."""
        self._require(question, ("campaign", "step", "variant"))
        if not self._days.has_variants(question.span.start, question.span.end):
            return ()
        selection = self._selection(question.scope, question.span)
        by_step: dict[tuple[str, str], list[tuple[str, AnalyticsRow]]] = {}
        for row in self._days.sums(selection, ("campaign", "step", "variant")):
            step = (row.campaign_id or "", row.step_id or "")
            by_step.setdefault(step, []).append((row.variant_id or "", row))
        return tuple(
            StepComparison(campaign_id, step_id, compare(versions))
            for (campaign_id, step_id), versions in sorted(by_step.items())
            if len(versions) > 1
        )

    def steps(self, campaign_id: str) -> tuple[StepName, ...]:
        """The mails of a campaign in their order, as far as they are known here."""
        campaign = self._campaigns.get(campaign_id)
        mails = [step for step in campaign.steps if step.type == "email"] if campaign else []
        return tuple(
            StepName(step.id, number, step.subject or "", tuple(each.id for each in step.variants))
            for number, step in enumerate(mails, 1)
        )

    def inboxes_behind(self, scope: Scope) -> tuple[str, ...] | None:
        """Ids of the inboxes a domain or provider stands for, None = any."""
        if scope.domain is None and scope.provider is None:
            return None
        return tuple(
            inbox.id
            for inbox in self._inboxes.all()
            if scope.domain in (None, domain_of(inbox)) and scope.provider in (None, provider_of(inbox))
        )

    def _each_day(self, scope: Scope, span: Span) -> tuple[tuple[AnalyticsRow, ...], int]:
        """A row for each day, without counts where it is not known; and how many are known."""
        known = self._days.fetched(span.start, span.end)
        usable = {day for day, each in known.items() if scope.keys <= each.keys}
        rows = self._days.sums(self._selection(scope, span), ("day",))
        by_day = {row.day: row for row in rows if row.day in usable}
        nothing = _nothing_like(by_day.values()) if by_day else _nothing_like(self._any(span))
        gap = AnalyticsRow()
        days = tuple(
            by_day.get(day) or (nothing if day in usable else gap).model_copy(update={"day": day})
            for day in span.each()
        )
        return days, len(usable)

    def _any(self, span: Span) -> Sequence[AnalyticsRow]:
        """The sums of everything, to see what the server counts where a scope has no mail at all."""
        return self._days.sums(Selection(span.start, span.end))

    def _is_known(self, span: Span) -> bool:
        return len(self._days.fetched(span.start, span.end)) == span.days

    def _keys(self, span: Span) -> frozenset[str]:
        """By what every known day of a span is split."""
        return frozenset.intersection(
            *(each.keys for each in self._days.fetched(span.start, span.end).values()),
            frozenset(("day", "campaign", "inbox", "step", "variant")),
        )

    def _require(self, question: Question, keys: Sequence[str]) -> None:
        lacking = {*keys, *question.scope.keys} - self._keys(question.span)
        if lacking:
            what = f"The server does not split its counts by {' and '.join(sorted(lacking))}."
            raise NotSplit(Problem(what, "Look at a coarser split.", code="not_split"))

    def _selection(self, scope: Scope, span: Span) -> Selection:
        inboxes = self.inboxes_behind(scope)
        if scope.inbox_id is not None:
            among = inboxes is None or scope.inbox_id in inboxes
            inboxes = (scope.inbox_id,) if among else ()
        return Selection(span.start, span.end, scope.campaign_id, inboxes, scope.step_id, scope.variant_id)

    def _parts(self, scope: Scope, span: Span, split: Split) -> dict[str, AnalyticsRow]:
        if split is Split.DAY:
            days, _ = self._each_day(scope, span)
            return {str(row.day): row for row in days}
        sums = self._days.sums(self._selection(scope, span), split.keys)
        if split in (Split.DOMAIN, Split.PROVIDER):
            return self._grouped(sums, domain_of if split is Split.DOMAIN else provider_of)
        return {_key(row, split): row for row in sums}

    def _grouped(
        self, sums: Sequence[AnalyticsRow], part_of: Callable[[Inbox | None], str]
    ) -> dict[str, AnalyticsRow]:
        inboxes = {inbox.id: inbox for inbox in self._inboxes.all()}
        parts: dict[str, list[AnalyticsRow]] = {}
        for row in sums:
            parts.setdefault(part_of(inboxes.get(row.inbox_id or "")), []).append(row)
        return {part: total(rows) for part, rows in parts.items()}

    def _names(self, split: Split, scope: Scope = WORKSPACE) -> Callable[[str], str]:
        known: Mapping[str, str] = {}
        if split is Split.CAMPAIGN:
            known = {campaign.id: campaign.name for campaign in self._campaigns.all()}
        elif split is Split.INBOX:
            known = {inbox.id: inbox.email for inbox in self._inboxes.all()}
        elif split is Split.VARIANT:
            return _variant_name
        elif split is Split.STEP and scope.campaign_id:
            known = {step.step_id: step.shown() for step in self.steps(scope.campaign_id)}
        return lambda key: known.get(key) or key or f"no {split}"


def domain_of(inbox: Inbox | None) -> str:
    """What stands behind the @ of an inbox."""
    return (inbox.email.rpartition("@")[2].casefold() if inbox else "") or UNKNOWN_PART


def provider_of(inbox: Inbox | None) -> str:
    """Who runs an inbox."""
    return (inbox.provider if inbox else "") or UNKNOWN_PART


def _key(row: AnalyticsRow, split: Split) -> str:
    match split:
        case Split.CAMPAIGN:
            return row.campaign_id or ""
        case Split.INBOX:
            return row.inbox_id or ""
        case Split.VARIANT:
            return f"{row.step_id or ''}/{row.variant_id or ''}"
    return row.step_id or ""


def _variant_name(key: str) -> str:
    step, _, variant = key.partition("/")
    return f"{step or NO_STEP}, {variant or 'own copy'}"


def _sum(days: Sequence[AnalyticsRow]) -> AnalyticsRow:
    """The sum of the days that are known."""
    return total(row for row in days if any(row.counter(name) is not None for name in COUNTED))


def _nothing_like(rows: Iterable[AnalyticsRow]) -> AnalyticsRow:
    """A day or part of which nothing was told: noughts in what the server counts for the others."""
    given = list(rows)
    counted: dict[str, Any] = {
        name: 0 for name in COUNTED if any(row.counter(name) is not None for row in given)
    }
    return AnalyticsRow.model_construct(None, **counted)
