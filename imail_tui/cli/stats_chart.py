"""Which chart stands above the table of `stats`."""

from collections.abc import Sequence
from typing import Final

from imail_tui.domain.analytics.report import Report, SplitRow, TimeMark
from imail_tui.domain.analytics.scopes import Split
from imail_tui.domain.charts import AnySpec, BarsSpec, Symbols
from imail_tui.domain.charts.reports import course_chart, parts_chart, steps_chart

_COURSE: Final = ("sent", "replied")
"""Counts: of one day, replies may be more than the leads that were contacted on it."""
_MOST_PARTS: Final = 12
_LINES: Final = 14
_AROUND_BARS: Final = 4


def height_of(spec: AnySpec) -> int:
    """The lines a chart takes."""
    return max(_LINES, len(spec.bars) + _AROUND_BARS) if isinstance(spec, BarsSpec) else _LINES


def chart_of(
    report: Report, split: Split | None, rows: Sequence[SplitRow], marks: Sequence[TimeMark], symbols: Symbols
) -> AnySpec:
    """The course over the days; with a split that was asked for, its parts beside each other."""
    match split:
        case None | Split.DAY:
            return course_chart(report, _COURSE, marks, symbols=symbols)
        case Split.STEP:
            return steps_chart(rows, symbols)
    return parts_chart(rows[:_MOST_PARTS], "reply_rate", f"reply rate by {split}", symbols)
