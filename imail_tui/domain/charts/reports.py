"""The charts of the analytics, from the answers to questions about counts."""

from collections.abc import Callable, Sequence
from typing import Final

from imail_tui.domain.analytics.comparing import Verdict
from imail_tui.domain.analytics.funnel import funnel
from imail_tui.domain.analytics.metrics import METRICS, Metric
from imail_tui.domain.analytics.report import (
    HeatMap,
    LabelMix,
    MarkKind,
    ReplyHours,
    Report,
    SplitRow,
    StepComparison,
    TimeMark,
)
from imail_tui.domain.charts.axis import day_label
from imail_tui.domain.charts.spec import (
    Bar,
    BarsSpec,
    ChartSpec,
    Happening,
    HeatSpec,
    Kind,
    Role,
    Series,
    Shape,
    Symbols,
    Unit,
)
from imail_tui.domain.labels import Sentiment
from imail_tui.domain.rates import VARIANT_FLOOR, Basis, Rate
from imail_tui.domain.shown import count, of, percent, plural
from imail_tui.model.analytics import AnalyticsRow

AVERAGE_DAYS: Final = 7
"""Days of the moving average: a week, so that weekends do not show in it."""
MOST_METRICS: Final = 4
MOST_STEPS: Final = 40
"""Steps that have a bar of their own; the rest are one."""
WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_NOTHING_SENT: Final = "no mail was sent in these days"
_NO_COUNTS: Final = "the server has no counts of these days"
_SENTIMENT_ROLES: Final[dict[Sentiment, Role]] = {
    Sentiment.POSITIVE: "good",
    Sentiment.NEUTRAL: "watch",
    Sentiment.NEGATIVE: "stop",
}


def course_chart(
    report: Report,
    metrics: Sequence[str],
    marks: Sequence[TimeMark] = (),
    *,
    average: bool = False,
    symbols: Symbols = Symbols.BRAILLE,
) -> ChartSpec:
    """Up to four metrics over the days, each on an axis of its own where there is room.

    With `average` the line is the moving average of seven days; of a rate it is the rate of those days
    together, not the mean of their rates.
    """
    compared = report.before is not None and len(report.before_days) == len(report.days)
    before = "" if not compared else "grey" if symbols is Symbols.BRAILLE else "dots"
    return ChartSpec(
        Kind.LINES,
        tuple(report.question.span.each()),
        tuple(_course(report, METRICS[key], average, before) for key in metrics[:MOST_METRICS]),
        symbols=symbols,
        happenings=tuple(
            Happening(mark.day, mark.text, incident=mark.kind in (MarkKind.LOST, MarkKind.PAUSED))
            for mark in marks
        ),
        split=True,
        # Days of which the server counts nothing are known all the same.
        empty=_NO_COUNTS if report.known_days else "nothing is known of these days",
    )


def _course(report: Report, metric: Metric, average: bool, before: str) -> Series:
    """`before`: how the period before is drawn, "" where there is none to compare with."""
    basis = report.question.basis
    rate = metric.rate(report.total, basis)
    total = metric.shown(metric.value(report.total, basis))
    parts = [total if rate is None else f"{total} {of(rate.n, rate.of)}"]
    if average:
        parts.append(f"line: {AVERAGE_DAYS} d average")
    if before:
        parts.append(f"{report.change(metric.key).shown()} to before ({before})")
    return Series(
        metric.title,
        report.series(metric.key),
        Unit.PERCENT if metric.is_rate else Unit.COUNT,
        moving_average(report.days, metric, basis) if average else (),
        report.before_series(metric.key) if before else (),
        "  ".join(parts),
    )


def moving_average(days: Sequence[AnalyticsRow], metric: Metric, basis: Basis) -> tuple[float | None, ...]:
    """Of each day with the six before it, from the seventh on; None unless all of them are known."""
    return tuple(
        _average(days[end - AVERAGE_DAYS : end], metric, basis) if end >= AVERAGE_DAYS else None
        for end in range(1, len(days) + 1)
    )


def _average(days: Sequence[AnalyticsRow], metric: Metric, basis: Basis) -> float | None:
    if not metric.is_rate:
        counts = [value for day in days if (value := metric.value(day, basis)) is not None]
        return sum(counts) / len(days) if len(counts) == len(days) else None
    rates = [rate for day in days if (rate := metric.rate(day, basis)) is not None]
    known = [(rate.n, rate.of) for rate in rates if rate.n is not None and rate.of is not None]
    whole = sum(each for _, each in known)
    return sum(part for part, _ in known) / whole if len(known) == len(days) and whole else None


def funnel_chart(report: Report, symbols: Symbols = Symbols.BRAILLE) -> BarsSpec:
    """From contacted to positive, each stage as a part of the first."""
    stages = funnel(report.total)
    bars = []
    for number, stage in enumerate(stages):
        before = stages[number - 1] if number else None
        share = stage.count / before.count if before and before.count and stage.count is not None else None
        way = ""
        if before is not None and share is not None:
            way = f"{percent(share)} of {before.title}"
            if share > 1:
                way = f"{share:.1f} {stage.title} for each {before.title}"
        bars.append(Bar(stage.title, stage.count, (count(stage.count), percent(stage.of_first)), way))
    return BarsSpec(
        Shape.AMOUNTS,
        tuple(bars),
        "From contacted to positive",
        ("count", "of contacted"),
        notes=(
            "Opens and clicks are counted by mail; mail clients open some by themselves.",
            "Replies of these days may answer mails sent before them.",
        ),
        symbols=symbols,
        empty=_NOTHING_SENT,
    )


def steps_chart(rows: Sequence[SplitRow], symbols: Symbols = Symbols.BRAILLE) -> BarsSpec:
    """What each step adds to the replies; the last bar is their sum."""
    shown = list(rows[:MOST_STEPS])
    bars: list[Bar] = []
    reached = 0
    for each in shown:
        replied = each.row.replied
        bars.append(_step_bar(each.name, each.row, reached, "series1"))
        reached += replied or 0
    rest = rows[MOST_STEPS:]
    if rest:
        together = _sum([each.row for each in rest])
        bars.append(_step_bar(plural(len(rest), "other step"), together, reached, "muted"))
        reached += together.replied or 0
    if len(bars) > 1:
        everything = _sum([each.row for each in rows])
        bars.append(_step_bar("all steps", everything, 0, "series5"))
    return BarsSpec(
        Shape.WATERFALL,
        tuple(bars),
        "What each step adds to the replies",
        ("replies", "sent", "of sent"),
        symbols=symbols,
        empty=_NOTHING_SENT,
    )


def _step_bar(name: str, row: AnalyticsRow, start: int, role: Role) -> Bar:
    rate = Rate(row.replied, row.sent)
    return Bar(
        name,
        row.replied,
        (count(row.replied), count(row.sent), percent(rate.fraction)),
        start=start,
        role=role,
    )


def _sum(rows: Sequence[AnalyticsRow]) -> AnalyticsRow:
    def total(counter: Callable[[AnalyticsRow], int | None]) -> int | None:
        found = [value for row in rows if (value := counter(row)) is not None]
        return sum(found) if found and len(found) == len(rows) else None

    return AnalyticsRow(replied=total(lambda row: row.replied), sent=total(lambda row: row.sent))


def parts_chart(
    rows: Sequence[SplitRow], metric_key: str, title: str, symbols: Symbols = Symbols.BRAILLE
) -> BarsSpec:
    """One metric of each part of a split, in the order given; grey where the sample is too small."""
    metric = METRICS[metric_key]
    bars = []
    for each in rows:
        basis = each.split.basis
        rate = metric.rate(each.row, basis)
        values: tuple[str, ...] = (metric.shown(metric.value(each.row, basis)),)
        values += () if rate is None else (of(rate.n, rate.of),)
        small = rate is not None and not rate.enough
        bars.append(
            Bar(each.name, metric.value(each.row, basis), values, role="muted" if small else "series1")
        )
    unit = Unit.PERCENT if metric.is_rate else Unit.COUNT
    return BarsSpec(
        Shape.AMOUNTS, tuple(bars), title, (metric.title,), unit, symbols=symbols, empty=_NOTHING_SENT
    )


def inbox_heat(heat: HeatMap, symbols: Symbols = Symbols.BRAILLE) -> HeatSpec:
    """A metric by inbox and day; in long spans by week."""
    metric = METRICS[heat.metric]
    each = "day" if heat.bucket == 1 else f"{heat.bucket} days"
    return HeatSpec(
        tuple(row.name for row in heat.rows),
        tuple(map(day_label, heat.days)),
        tuple(row.values for row in heat.rows),
        f"{metric.title} by inbox and {each}",
        Unit.PERCENT if metric.is_rate else Unit.COUNT,
        symbols=symbols,
        role="series3" if metric.harmful else "series1",
        empty=_NOTHING_SENT,
    )


def hours_heat(hours: ReplyHours, symbols: Symbols = Symbols.BRAILLE) -> HeatSpec:
    """Human replies by weekday and hour."""
    known = hours.counts if hours.replies else tuple((None,) * 24 for _ in WEEKDAYS)
    return HeatSpec(
        WEEKDAYS,
        tuple(f"{hour:02}" for hour in range(24)),
        known,
        f"When {plural(hours.replies, 'reply')} came, {hours.zone}",
        notes=(hours.note,) if hours.note else (),
        symbols=symbols,
        role="series2",
        empty="no reply of these days is kept here",
    )


def labels_chart(mix: LabelMix, symbols: Symbols = Symbols.BRAILLE) -> BarsSpec:
    """What the replies mean, the commonest first."""
    return BarsSpec(
        Shape.AMOUNTS,
        tuple(
            Bar(
                share.label.word,
                share.count,
                (count(share.count), percent(share.count / mix.replies if mix.replies else None)),
                role=_SENTIMENT_ROLES.get(share.label.sentiment, "muted"),
            )
            for share in mix.shares
        ),
        "  ".join(filter(None, (_meaning(mix.replies), mix.negative_words()))),
        ("replies", "share"),
        notes=(mix.note,) if mix.note else (),
        symbols=symbols,
        empty="no reply of these days is kept here",
    )


def _meaning(replies: int) -> str:
    return f"What {plural(replies, 'reply')} mean" + ("s" if replies == 1 else "")


def variants_chart(
    steps: Sequence[StepComparison], step_name: Callable[[StepComparison], str], symbols: Symbols
) -> BarsSpec:
    """Replies of mails sent for each version, with the interval the true rate probably lies in."""
    bars: list[Bar] = []
    notes: list[str] = []
    for step in steps:
        name = step_name(step)
        bars += [
            _variant_bar(f"{contender.variant_id or 'own copy'} · {name}", contender.rate, place)
            for place, contender in enumerate(step.comparison.contenders)
        ]
        notes.append(f"{step.comparison.sentence().rstrip('.')} · {name}")
    unsure = any(step.comparison.verdict is Verdict.NO_DIFFERENCE for step in steps)
    return BarsSpec(
        Shape.INTERVALS,
        tuple(bars),
        "Replies of mails sent, with 95 % intervals",
        ("replies", "rate"),
        Unit.PERCENT,
        (*notes, *(("Where whiskers overlap much, nothing is shown to be better.",) if unsure else ())),
        symbols,
        empty="no step has two versions that were sent in these days",
    )


def _variant_bar(name: str, rate: Rate, place: int) -> Bar:
    enough = rate.of is not None and rate.of >= VARIANT_FLOOR
    interval = rate.interval
    known = enough and interval is not None
    return Bar(
        name,
        rate.fraction,
        (of(rate.n, rate.of), percent(rate.fraction)),
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        remark="" if known else f"not enough yet: {count(rate.of)} of {VARIANT_FLOOR} sent",
        role="series1" if place == 0 else "series2",
    )
