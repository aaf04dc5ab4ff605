"""From contacted to positive, stage by stage."""

from imail_tui.domain.analytics.funnel import funnel
from imail_tui.domain.analytics.report import Report
from imail_tui.domain.charts import Symbols
from imail_tui.domain.charts.reports import funnel_chart
from imail_tui.domain.shown import count, percent
from imail_tui.ui.screens.analytics.page import NOTHING_SENT, Behind, Line, Page, read_bar
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.rows import Cell


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
    return Page(spec, columns, tuple(lines), lambda at: read_bar(spec, at), NOTHING_SENT)
