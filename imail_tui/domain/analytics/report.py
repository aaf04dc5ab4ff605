"""What a question about counts is answered with."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from imail_tui.domain.analytics.comparing import Comparison
from imail_tui.domain.analytics.metrics import METRICS, Change, change
from imail_tui.domain.analytics.scopes import WORKSPACE, Scope, Split
from imail_tui.domain.analytics.spans import Span
from imail_tui.domain.labels import Label, Sentiment
from imail_tui.domain.marks import TONE_GLYPHS
from imail_tui.domain.rates import Basis, Rate, negative
from imail_tui.domain.shown import of, percent
from imail_tui.model.analytics import AnalyticsRow


@dataclass(frozen=True, slots=True)
class Question:
    """Whose counts of which days; `compare`: with the period of the same length before, too."""

    span: Span
    scope: Scope = WORKSPACE
    compare: bool = True

    @property
    def basis(self) -> Basis:
        """What replies are measured by."""
        return self.scope.basis

    @property
    def whole_span(self) -> Span:
        """All days it is about, the period before included."""
        return Span(self.span.before().start, self.span.end) if self.compare else self.span


@dataclass(frozen=True, slots=True)
class Report:
    """Counts of each day of the question's span, and of the period before.

    A day not known here (not fetched yet, or in the future) is a row without counts: a gap. Totals are
    of the known days; where there is none, their counters are unknown.
    """

    question: Question
    days: tuple[AnalyticsRow, ...]
    total: AnalyticsRow
    known_days: int
    wanted_days: int
    """Days of the span up to today."""
    before_days: tuple[AnalyticsRow, ...] = ()
    before: AnalyticsRow | None = None
    """None when it was not asked for, or not all of it is known."""

    @property
    def complete(self) -> bool:
        """Whether every day up to today is known."""
        return self.known_days == self.wanted_days

    def series(self, metric: str) -> tuple[float | None, ...]:
        """A metric for each day."""
        return self._series(metric, self.days)

    def before_series(self, metric: str) -> tuple[float | None, ...]:
        """A metric for each day of the period before."""
        return self._series(metric, self.before_days)

    def change(self, metric: str) -> Change:
        """A metric of the whole span beside that of the period before."""
        before = self.before if self.before is not None else AnalyticsRow()
        return change(METRICS[metric], self.total, before, self.question.basis)

    def _series(self, metric: str, days: tuple[AnalyticsRow, ...]) -> tuple[float | None, ...]:
        return tuple(METRICS[metric].value(day, self.question.basis) for day in days)


@dataclass(frozen=True, slots=True)
class SplitRow:
    """One part of a split. `key` is an id, a date, a domain; of a variant `step/variant`.

    `name` may be foreign text. `before` None = not asked for or not known.
    """

    split: Split
    key: str
    name: str
    row: AnalyticsRow
    before: AnalyticsRow | None = None

    def change(self, metric: str) -> Change:
        """A metric beside that of the period before."""
        return change(METRICS[metric], self.row, self.before or AnalyticsRow(), self.split.basis)


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One inbox: a value for each day, None = unknown."""

    inbox_id: str
    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Inbox by day; in long spans by `bucket` days at a time, of which `days` has the first ones."""

    metric: str
    days: tuple[date, ...]
    rows: tuple[HeatRow, ...]
    bucket: int = 1


@dataclass(frozen=True, slots=True)
class ReplyHours:
    """Human replies by weekday (Monday first) and hour of a zone. `note`: what is not in it, "" = nothing."""

    counts: tuple[tuple[int, ...], ...]
    zone: str
    replies: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class LabelShare:
    """How many replies mean one thing."""

    label: Label
    count: int


@dataclass(frozen=True, slots=True)
class LabelMix:
    """What replies mean, the commonest first. `note`: what is not in it, "" = nothing.

    `sent`: mails of the same days and scope, None = unknown or not comparable.
    """

    shares: tuple[LabelShare, ...]
    replies: int
    note: str = ""
    sent: int | None = None

    @property
    def negative(self) -> Rate:
        """Negative replies of mails sent; with a `note` there may be more."""
        return negative(
            sum(each.count for each in self.shares if each.label.sentiment is Sentiment.NEGATIVE), self.sent
        )

    def negative_words(self) -> str:
        """What the negative replies come to and whether that is too many; "" where it cannot be said."""
        rate = self.negative
        if not rate.of:
            return ""
        least = "at least " if self.note else ""
        words = f"negative {least}{percent(rate.fraction)} {of(rate.n, rate.of)} sent"
        if not rate.enough:
            return f"{words}, too few to judge by"
        return f"{words} {TONE_GLYPHS['watch']} slow down" if rate.tone else words


class MarkKind(StrEnum):
    """What a mark on the time axis tells of."""

    LAUNCH = "launch"
    LOST = "lost"
    BACK = "back"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class TimeMark:
    """Something that happened on a day. `text` may be foreign."""

    day: date
    kind: MarkKind
    text: str
    subject_id: str


@dataclass(frozen=True, slots=True)
class StepName:
    """One mail of a sequence: `number` counts the mails from 1. The subject is foreign, "" = same thread."""

    step_id: str
    number: int
    subject: str
    variants: tuple[str, ...] = ()

    def shown(self) -> str:
        """`2 · Following up`."""
        return f"{self.number} · {self.subject or self.step_id}"


@dataclass(frozen=True, slots=True)
class StepComparison:
    """The versions of one step's mail against each other."""

    campaign_id: str
    step_id: str
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Drill:
    """Where what stands behind a number is listed: an area and the filter line to put there.

    `area` "" = nothing here can list it; `note` says what the list cannot tell apart, or why there is none.
    """

    area: str
    filter: str = ""
    note: str = ""


NO_STEP: Final = "no step"
"""Name of mails that belong to no step, campaign or variant."""
