"""Which chart stands above the table of `stats`."""

from collections.abc import Sequence
from typing import Final

from imail_tui.domain.analytics.report import Report, SplitRow, TimeMark
from imail_tui.domain.analytics.scopes import Split
from imail_tui.domain.charts import AnySpec, Symbols
from imail_tui.domain.charts.reports import course_chart, parts_chart, steps_chart

_COURSE: Final = ("sent", "reply_rate")
_MOST_BARS: Final = 9


def chart_of(
    report: Report, split: Split | None, rows: Sequence[SplitRow], marks: Sequence[TimeMark], symbols: Symbols
) -> AnySpec:
    """The course over the days; with a split that was asked for, its parts beside each other."""
    match split:
        case None | Split.DAY:
            return course_chart(report, _COURSE, marks, symbols=symbols)
        case Split.STEP:
            return steps_chart(rows[:_MOST_BARS], symbols)
    return parts_chart(rows[:_MOST_BARS], "reply_rate", f"reply rate by {split}", symbols)
