"""Charts as coloured lines of text: pure functions from a spec, shown by one widget and by the command line.

Colours are roles of the theme ("series1", "axis", …), never RGB. An unknown value (None) is a gap, not zero.
"""

from imail_tui.domain.charts.drawing import draw_chart, lay_out_chart, plain_text, points, with_cursor
from imail_tui.domain.charts.sparkline import sparkline
from imail_tui.domain.charts.spec import (
    SERIES_ROLES,
    AnySpec,
    Bar,
    BarsSpec,
    ChartLine,
    ChartLines,
    ChartSpec,
    Drawing,
    Happening,
    HeatSpec,
    Kind,
    Place,
    Role,
    Segment,
    Series,
    Shape,
    Symbols,
    Unit,
)

__all__ = [
    "SERIES_ROLES",
    "AnySpec",
    "Bar",
    "BarsSpec",
    "ChartLine",
    "ChartLines",
    "ChartSpec",
    "Drawing",
    "Happening",
    "HeatSpec",
    "Kind",
    "Place",
    "Role",
    "Segment",
    "Series",
    "Shape",
    "Symbols",
    "Unit",
    "draw_chart",
    "lay_out_chart",
    "plain_text",
    "points",
    "sparkline",
    "with_cursor",
]
