"""The days, one after the other."""

from collections.abc import Sequence
from datetime import date

from imail_tui.domain.analytics.metrics import METRICS
from imail_tui.domain.analytics.report import Report, TimeMark
from imail_tui.domain.analytics.scopes import Split
from imail_tui.domain.charts.reports import course_chart
from imail_tui.domain.charts.series import happening_glyph
from imail_tui.domain.shown import of
from imail_tui.model.analytics import AnalyticsRow
from imail_tui.ui.screens.analytics.counts_table import DRILLED, CountCells, CountValues, count_columns
from imail_tui.ui.screens.analytics.page import NOTHING_SENT, Behind, Line, Page
from imail_tui.ui.screens.analytics.wish import Wish


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

    return Page(spec, count_columns("Day", 14, 24), tuple(lines), reading, NOTHING_SENT)


def _day_name(row: AnalyticsRow, today: date) -> str:
    return f"{row.day:%a} {row.day}" + (" so far" if row.day == today else "")
