"""One metric by inbox and day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from imail_tui.domain.analytics.metrics import METRICS
from imail_tui.domain.analytics.report import HeatMap, Question, SplitRow
from imail_tui.domain.analytics.spans import Span
from imail_tui.domain.charts import Symbols
from imail_tui.domain.charts.reports import inbox_heat
from imail_tui.model.analytics import AnalyticsRow
from imail_tui.ui.screens.analytics.counts_table import count_columns
from imail_tui.ui.screens.analytics.page import NOTHING_SENT, Behind, Page, read_cell
from imail_tui.ui.screens.analytics.pages.parts import part_line


def inboxes_page(question: Question, heat: HeatMap, rows: Sequence[SplitRow], symbols: Symbols) -> Page:
    """One line for each inbox, whose points are its days."""
    spec = inbox_heat(heat, symbols)
    width = len(heat.days)
    places = {row.inbox_id: place for place, row in enumerate(heat.rows)}
    lines = []
    for each in rows:
        place = places.get(each.key)
        points = range(0) if place is None else range(place * width, (place + 1) * width)
        lines.append(part_line(question, 0, each, each.name, points))
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
        NOTHING_SENT,
        behind,
    )
