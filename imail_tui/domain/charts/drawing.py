"""A chart in the room it is given: whatever its kind, one function."""

from functools import lru_cache
from typing import Final

from imail_tui.domain.charts.bars import draw_bars
from imail_tui.domain.charts.canvas import highlighted
from imail_tui.domain.charts.heat import draw_heat
from imail_tui.domain.charts.series import draw_series
from imail_tui.domain.charts.spec import (
    AnySpec,
    BarsSpec,
    ChartLines,
    ChartSpec,
    Drawing,
)

_KEPT: Final = 8
"""Drawings that are kept: going to and fro between charts draws nothing anew."""


def draw_chart(spec: AnySpec, width: int, height: int) -> ChartLines:
    """The chart as exactly `height` lines of exactly `width` columns, or the gist where room is short."""
    return lay_out_chart(spec, width, height).lines


@lru_cache(_KEPT)
def lay_out_chart(spec: AnySpec, width: int, height: int) -> Drawing:
    """The chart with the places of its points, for a cursor."""
    if width < 1 or height < 1:
        return Drawing((), (None,) * points(spec))
    if isinstance(spec, ChartSpec):
        return draw_series(spec, width, height)
    return draw_bars(spec, width, height) if isinstance(spec, BarsSpec) else draw_heat(spec, width, height)


def points(spec: AnySpec) -> int:
    """How many points a cursor can stand on."""
    if isinstance(spec, ChartSpec):
        return len(spec.days)
    return len(spec.bars) if isinstance(spec, BarsSpec) else len(spec.rows) * len(spec.columns)


def with_cursor(drawing: Drawing, at: int) -> ChartLines:
    """The lines with the cursor on one point; as they are where that point is not on show."""
    place = drawing.places[at] if 0 <= at < len(drawing.places) else None
    if place is None:
        return drawing.lines
    return highlighted(drawing.lines, *place)


def plain_text(lines: ChartLines) -> str:
    """The chart without colours, each line without blanks at its end."""
    return "\n".join("".join(segment.text for segment in line).rstrip() for line in lines)
