"""How each view is made from the answers to a question."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from imail_tui.domain.analytics.comparing import Verdict
from imail_tui.domain.analytics.funnel import funnel
from imail_tui.domain.analytics.metrics import METRICS
from imail_tui.domain.analytics.report import (
    HeatMap,
    LabelMix,
    Question,
    ReplyHours,
    Report,
    SplitRow,
    StepComparison,
    TimeMark,
)
from imail_tui.domain.analytics.scopes import Scope, Split
from imail_tui.domain.analytics.spans import Span
from imail_tui.domain.charts import Symbols
from imail_tui.domain.charts.reports import (
    MOST_STEPS,
    WEEKDAYS,
    course_chart,
    funnel_chart,
    hours_heat,
    inbox_heat,
    labels_chart,
    parts_chart,
    steps_chart,
    variants_chart,
)
from imail_tui.domain.charts.series import happening_glyph
from imail_tui.domain.marks import Tone
from imail_tui.domain.rates import VARIANT_FLOOR
from imail_tui.domain.shown import UNKNOWN, count, of, percent
from imail_tui.model.analytics import AnalyticsRow
from imail_tui.services.analytics.analytics import Analytics
from imail_tui.ui.screens.analytics.counts_table import DRILLED, CountCells, CountValues, count_columns
from imail_tui.ui.screens.analytics.page import Behind, Line, Page, Value, read_bar, read_cell
from imail_tui.ui.screens.analytics.views import (
    CAMPAIGNS,
    COURSE,
    FUNNEL,
    HOURS,
    INBOXES,
    LABELS,
    STEPS,
    View,
)
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.rows import Cell

Names = Mapping[str, str]
"""Id of a step → what it is called."""

_NOTHING: Final = "No mail was sent in these days. Launch a campaign, or choose other days with t."
_REPLY_METRICS: Final = ("replied",)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to see of a question."""

    view: View = COURSE
    metrics: tuple[str, ...] = ("sent", "replied", "bounce_rate")
    one: str = "sent"
    """The metric where there is room for one."""
    average: bool = False
    symbols: Symbols = Symbols.BRAILLE


async def page_of(
    analytics: Analytics, question: Question, wish: Wish, report: Report, step_names: Callable[[], Names]
) -> Page:
    """The page of a view, from the store. Raises NotSplit where the server's counts are too coarse."""
    view, symbols = wish.view, wish.symbols
    if view is COURSE:
        return course_page(report, await analytics.marks(question), wish, analytics.today())
    if view is FUNNEL:
        return funnel_page(report, symbols)
    if view is CAMPAIGNS:
        rows = await analytics.split(question, Split.CAMPAIGN)
        return parts_page(question, rows, wish, "Campaign")
    if view is STEPS:
        rows = await analytics.split(question, Split.STEP)
        return steps_page(question, rows, await asyncio.to_thread(step_names), symbols)
    if view is INBOXES:
        heat = await analytics.heat(question, wish.one)
        return inboxes_page(question, heat, await analytics.split(question, Split.INBOX), symbols)
    if view is HOURS:
        return hours_page(question, await analytics.reply_hours(question), report, symbols)
    if view is LABELS:
        return labels_page(question, await analytics.label_mix(question), report, symbols)
    steps = await analytics.variants(question)
    return versions_page(question, steps, await asyncio.to_thread(step_names), symbols)


def course_page(report: Report, marks: Sequence[TimeMark], wish: Wish, today: date) -> Page:
    """Days, with the newest first in the table. The present day is not over, which its name says."""
    spec = course_chart(report, wish.metrics, marks, average=wish.average, symbols=wish.symbols)
    basis = report.question.basis
    lines = []
    for place, row in reversed(list(enumerate(report.days))):
        cells = CountCells(_day_name(row, today), row, basis)
        values = CountValues(str(row.day), row, basis)
        behind = Behind(report.question, row, Split.DAY, str(row.day), _day_name(row, today), metrics=DRILLED)
        lines.append(Line(str(row.day), cells, values, range(place, place + 1), behind))

    def reading(at: int) -> str:
        row = report.days[at]
        parts = [_day_name(row, today)]
        for key in wish.metrics:
            metric = METRICS[key]
            rate = metric.rate(row, basis)
            shown = metric.shown(metric.value(row, basis))
            parts.append(f"{metric.title} {shown}" + (f" {of(rate.n, rate.of)}" if rate else ""))
        parts += [
            f"{happening_glyph(incident=each.incident)} {each.name}"
            for each in spec.happenings
            if each.day == row.day
        ]
        return "  ".join(parts)

    return Page(spec, count_columns("Day", 14, 24), tuple(lines), reading, _NOTHING)


def _day_name(row: AnalyticsRow, today: date) -> str:
    return f"{row.day:%a} {row.day}" + (" so far" if row.day == today else "")


def funnel_page(report: Report, symbols: Symbols) -> Page:
    """The stages."""
    spec = funnel_chart(report, symbols)
    lines = []
    before: int | None = None
    for place, stage in enumerate(funnel(report.total)):
        of_before = stage.count / before if stage.count is not None and before else None
        cells: dict[str, Cell | str] = {
            "name": stage.title,
            "count": Cell(count(stage.count)),
            "first": Cell(percent(stage.of_first)),
            "before": Cell(percent(of_before)),
        }
        values = {
            "name": stage.title,
            "count": stage.count,
            "first": stage.of_first,
            "before": of_before,
        }
        behind = Behind(report.question, report.total, name=stage.title, metrics=(stage.counter,))
        lines.append(Line(stage.counter, cells, values, range(place, place + 1), behind))
        before = stage.count
    columns = (
        Column("name", "Stage", 12, weight=1, max_width=24, sortable=True),
        Column("count", "Count", 10, align="right", sortable=True),
        Column("first", "Of contacted", 12, align="right", sortable=True),
        Column("before", "Of the one before", 17, align="right", sortable=True, priority=1),
    )
    return Page(spec, columns, tuple(lines), lambda at: read_bar(spec, at), _NOTHING)


def parts_page(question: Question, rows: Sequence[SplitRow], wish: Wish, title: str) -> Page:
    """One line for each part."""
    metric = METRICS[wish.one]
    spec = parts_chart(rows, wish.one, f"{metric.title} by {title.lower()}", wish.symbols)
    lines = tuple(_part_line(question, place, each, each.name) for place, each in enumerate(rows))
    return Page(spec, count_columns(title, 18, 44), lines, lambda at: read_bar(spec, at), _NOTHING)


def _part_line(
    question: Question, place: int, each: SplitRow, name: str, points: range | None = None
) -> Line:
    basis = each.split.basis
    cells, values = CountCells(name, each.row, basis), CountValues(name, each.row, basis)
    behind = Behind(question, each.row, each.split, each.key, name, metrics=DRILLED)
    return Line(each.key, cells, values, range(place, place + 1) if points is None else points, behind)


def steps_page(question: Question, rows: Sequence[SplitRow], names: Names, symbols: Symbols) -> Page:
    """Steps in the order they are sent in; of a whole workspace those with the most mails first."""
    named = [replace(each, name=names.get(each.key, each.name)) for each in rows]
    if question.scope.campaign_id is None:
        named.sort(key=lambda each: -(each.row.sent or 0))
    else:
        order = {key: place for place, key in enumerate(names)}
        named.sort(key=lambda each: order.get(each.key, len(order)))
    spec = steps_chart(named, symbols)
    lines = tuple(
        _part_line(
            question,
            place,
            each,
            each.name,
            range(place, place + 1) if place < MOST_STEPS else range(MOST_STEPS, MOST_STEPS + 1),
        )
        for place, each in enumerate(named)
    )
    return Page(spec, count_columns("Step", 18, 44), lines, lambda at: read_bar(spec, at), _NOTHING)


def inboxes_page(question: Question, heat: HeatMap, rows: Sequence[SplitRow], symbols: Symbols) -> Page:
    """One line for each inbox, whose points are its days."""
    spec = inbox_heat(heat, symbols)
    width = len(heat.days)
    places = {row.inbox_id: place for place, row in enumerate(heat.rows)}
    lines = []
    for each in rows:
        place = places.get(each.key)
        points = range(0) if place is None else range(place * width, (place + 1) * width)
        lines.append(_part_line(question, 0, each, each.name, points))
    metric = METRICS[heat.metric]

    def behind(at: int) -> Behind:
        row, column = divmod(at, width)
        start = heat.days[column]
        end = min(question.span.end, start + timedelta(days=heat.bucket - 1))
        scope = replace(question.scope, inbox_id=heat.rows[row].inbox_id)
        narrowed = Question(Span(start, end), scope, compare=False)
        counts = AnalyticsRow()
        value = heat.rows[row].values[column]
        if not metric.is_rate and value is not None:
            counts = AnalyticsRow.model_validate({heat.metric: round(value)})
        return Behind(narrowed, counts, name=read_cell(spec, at, metric.title), metrics=(heat.metric,))

    return Page(
        spec,
        count_columns("Inbox", 18, 44),
        tuple(lines),
        lambda at: read_cell(spec, at, metric.title),
        _NOTHING,
        behind,
    )


def hours_page(question: Question, hours: ReplyHours, report: Report, symbols: Symbols) -> Page:
    """One line for each weekday, whose points are its hours."""
    spec = hours_heat(hours, symbols)
    behind = Behind(question, report.total, name="replies of these days", metrics=_REPLY_METRICS)
    lines = []
    for place, (day, counts) in enumerate(zip(WEEKDAYS, hours.counts, strict=True)):
        whole = sum(counts)
        parts = {f"from{start:02}": sum(counts[start : start + 6]) for start in range(0, 24, 6)}
        best = max(range(24), key=lambda hour: counts[hour]) if whole else None
        share = whole / hours.replies if hours.replies else None
        cells: dict[str, Cell | str] = {
            "name": day,
            "replies": Cell(count(whole), "" if whole else "muted"),
            "share": Cell(percent(share)),
            "best": Cell(UNKNOWN if best is None else f"{best:02}:00", "muted"),
            **{key: Cell(count(value), "" if value else "muted") for key, value in parts.items()},
        }
        values: dict[str, Value] = {
            "name": day,
            "replies": whole,
            "share": share,
            "best": best,
            **parts,
        }
        lines.append(Line(day, cells, values, range(place * 24, place * 24 + 24), behind))
    columns = (
        Column("name", "Day", 6, sortable=True),
        Column("replies", "Replies", 9, align="right", sortable=True),
        Column("share", "Share", 9, align="right", sortable=True),
        Column("best", "Busiest", 9, align="right", sortable=True, priority=1),
        *(
            Column(
                f"from{start:02}", f"{start:02}-{start + 5:02}", 8, align="right", sortable=True, priority=2
            )
            for start in range(0, 24, 6)
        ),
    )
    empty = "No reply of these days is kept here."
    return Page(spec, columns, tuple(lines), lambda at: read_cell(spec, at, "replies"), empty)


def labels_page(question: Question, mix: LabelMix, report: Report, symbols: Symbols) -> Page:
    """One line for each label."""
    spec = labels_chart(mix, symbols)
    lines = []
    for place, share in enumerate(mix.shares):
        part = share.count / mix.replies if mix.replies else None
        word = share.label.word
        cells: dict[str, Cell | str] = {
            "name": Cell(f"{share.label.glyph} {word}"),
            "count": Cell(count(share.count)),
            "share": Cell(percent(part)),
        }
        words = f'label:"{share.label.label}"' if share.label.label else ""
        counted = "replied" if share.label.is_reply else "auto_replied"
        behind = Behind(question, report.total, name=word, words=words, metrics=(counted,))
        values: dict[str, Value] = {"name": word, "count": share.count, "share": part}
        lines.append(Line(share.label.label or "-", cells, values, range(place, place + 1), behind))
    columns = (
        Column("name", "Label", 16, weight=1, max_width=30, sortable=True),
        Column("count", "Replies", 10, align="right", sortable=True),
        Column("share", "Share", 10, align="right", sortable=True),
    )
    empty = "No reply of these days is kept here."
    return Page(spec, columns, tuple(lines), lambda at: read_bar(spec, at), empty)


def versions_page(
    question: Question, steps: Sequence[StepComparison], names: Names, symbols: Symbols
) -> Page:
    """One line for each version, the best of its step first."""

    def step_name(step: StepComparison) -> str:
        return names.get(step.step_id, step.step_id or "no step")

    spec = variants_chart(steps, step_name, symbols)
    lines: list[Line] = []
    for step in steps:
        for contender in step.comparison.contenders:
            rate, interval = contender.rate, contender.rate.interval
            version = contender.variant_id or "own copy"
            enough = rate.of is not None and rate.of >= VARIANT_FLOOR
            leads = contender is step.comparison.contenders[0]
            verdict = str(step.comparison.verdict)
            if verdict == Verdict.BETTER and not leads:
                verdict = "behind"
            tone: Tone = "" if enough else "muted"
            between = f"{percent(interval.low)} - {percent(interval.high)}" if interval else UNKNOWN
            cells: dict[str, Cell | str] = {
                "name": step_name(step),
                "version": version,
                "sent": Cell(count(rate.of)),
                "replied": Cell(count(rate.n)),
                "rate": Cell(percent(rate.fraction), tone),
                "interval": Cell(between, tone),
                "verdict": Cell(verdict, "good" if verdict == Verdict.BETTER else "muted"),
            }
            values = {
                "name": step_name(step),
                "version": version,
                "sent": rate.of,
                "replied": rate.n,
                "rate": rate.fraction,
                "interval": interval.low if interval else None,
                "verdict": verdict,
            }
            key = f"{step.step_id}/{contender.variant_id}"
            row = AnalyticsRow(sent=rate.of, replied=rate.n)
            scope = replace(question.scope, campaign_id=step.campaign_id or question.scope.campaign_id)
            behind = Behind(
                replace(question, scope=scope), row, Split.VARIANT, key, version, metrics=("sent", "replied")
            )
            line_id = f"{step.campaign_id}/{key}"
            lines.append(Line(line_id, cells, values, range(len(lines), len(lines) + 1), behind))
    return Page(
        spec,
        _VERSION_COLUMNS,
        tuple(lines),
        lambda at: read_bar(spec, at),
        "No step has two versions that were sent in these days. e in Campaigns adds a version to a mail.",
    )


_VERSION_COLUMNS: Final = (
    Column("name", "Step", 14, weight=2, max_width=40, sortable=True),
    Column("version", "Version", 10, weight=1, max_width=20, sortable=True),
    Column("sent", "Sent", 8, align="right", sortable=True),
    Column("replied", "Replied", 8, align="right", sortable=True),
    Column("rate", "Rate", 8, align="right", sortable=True),
    Column("interval", "95 % interval", 16, align="right", sortable=True, priority=2),
    Column("verdict", "Verdict", 18, sortable=True, priority=1),
)


def scope_words(scope: Scope, name: Callable[[str, str], str]) -> str:
    """A scope in a few words; `name` gives the name of an id of a kind."""
    parts = [
        f"{kind} {name(kind, value)}"
        for kind, value in (
            ("campaign", scope.campaign_id),
            ("inbox", scope.inbox_id),
            ("domain", scope.domain),
            ("provider", scope.provider),
            ("step", scope.step_id),
            ("version", scope.variant_id),
        )
        if value is not None
    ]
    return ", ".join(parts) or "whole workspace"
