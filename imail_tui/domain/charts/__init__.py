"""Charts as coloured lines of text: pure functions from a spec, shown by one widget and by the command line.

Colours are roles of the theme ("series1", "axis", …), never RGB. An unknown value (None) is a gap, not zero.
"""

from imail_tui.domain.charts.drawing import draw_chart
from imail_tui.domain.charts.sparkline import sparkline
from imail_tui.domain.charts.spec import (
    SERIES_ROLES,
    ChartLine,
    ChartLines,
    ChartSpec,
    Kind,
    Role,
    Segment,
    Series,
    Symbols,
)

__all__ = [
    "SERIES_ROLES",
    "ChartLine",
    "ChartLines",
    "ChartSpec",
    "Kind",
    "Role",
    "Segment",
    "Series",
    "Symbols",
    "draw_chart",
    "sparkline",
]
