"""Parts of a split beside each other: campaigns, steps."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from imail_tui.domain.analytics.metrics import METRICS
from imail_tui.domain.analytics.report import Question, SplitRow
from imail_tui.domain.charts import Symbols
from imail_tui.domain.charts.reports import MOST_STEPS, parts_chart, steps_chart
from imail_tui.ui.screens.analytics.counts_table import DRILLED, CountCells, CountValues, count_columns
from imail_tui.ui.screens.analytics.page import NOTHING_SENT, Behind, Line, Page, read_bar
from imail_tui.ui.screens.analytics.wish import Wish

Names = Mapping[str, str]
"""Id of a step → what it is called."""


def parts_page(question: Question, rows: Sequence[SplitRow], wish: Wish, title: str) -> Page:
    """One line for each part."""
    metric = METRICS[wish.one]
    spec = parts_chart(rows, wish.one, f"{metric.title} by {title.lower()}", wish.symbols)
    lines = tuple(part_line(question, place, each, each.name) for place, each in enumerate(rows))
    return Page(spec, count_columns(title, 18, 44), lines, lambda at: read_bar(spec, at), NOTHING_SENT)


def part_line(question: Question, place: int, each: SplitRow, name: str, points: range | None = None) -> Line:
    """One part as a line; its points are the bar at `place` unless others are given."""
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
        part_line(
            question,
            place,
            each,
            each.name,
            range(place, place + 1) if place < MOST_STEPS else range(MOST_STEPS, MOST_STEPS + 1),
        )
        for place, each in enumerate(named)
    )
    return Page(spec, count_columns("Step", 18, 44), lines, lambda at: read_bar(spec, at), NOTHING_SENT)
