"""A chart in the room it is given: title, legend and plot, or less where there is less."""

from typing import Final

from imail_tui.domain.charts.plot import draw_plot
from imail_tui.domain.charts.sparkline import sparkline
from imail_tui.domain.charts.spec import (
    ASCII_MARKS,
    SERIES_ROLES,
    ChartLine,
    ChartLines,
    ChartSpec,
    Segment,
    Symbols,
)
from imail_tui.domain.text import cell_width, clip, one_line

_MIN_PLOT: Final = (20, 4)  # columns and rows under which axes leave no room for a plot


def draw_chart(spec: ChartSpec, width: int, height: int) -> ChartLines:
    """The chart as exactly `height` lines of at most `width` columns; with too little room, as sparklines."""
    if width < 1 or height < 1:
        return ()
    head = _head(spec, width)
    plot_height = height - len(head)
    if not any(True for _ in spec.known()):
        body = _centred("no data", width, plot_height)
    elif width < _MIN_PLOT[0] or plot_height < _MIN_PLOT[1]:
        head, body = [], _sparklines(spec, width)
    else:
        body = draw_plot(spec, width, plot_height)
    lines = [*head, *body][:height]
    return tuple(lines) + ((),) * (height - len(lines))


def _head(spec: ChartSpec, width: int) -> list[ChartLine]:
    lines: list[ChartLine] = []
    if spec.title:
        lines.append((Segment(clip(one_line(spec.title), width), "title"),))
    legend: list[Segment] = []
    room = width
    for index, series in enumerate(spec.series):
        mark = ASCII_MARKS[index] if spec.symbols is Symbols.ASCII else "■"
        name = clip(f"{mark} {one_line(series.name)}  ", room)
        if not series.name or not name:
            continue
        room -= cell_width(name)
        legend.append(Segment(name, SERIES_ROLES[index]))
    if legend:
        lines.append(tuple(legend))
    return lines


def _centred(text: str, width: int, height: int) -> list[ChartLine]:
    line = (Segment(clip(text, width).center(width).rstrip(), "muted"),)
    return [()] * max(0, (height - 1) // 2) + [line]


def _sparklines(spec: ChartSpec, width: int) -> list[ChartLine]:
    return [
        (Segment(sparkline(series.values, width), role),)
        for series, role in zip(spec.series, SERIES_ROLES, strict=False)
    ]
