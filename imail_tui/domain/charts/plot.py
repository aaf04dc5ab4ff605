"""Axes and plot, drawn by plotext 6.1.

The library's only figure is a global: a plot is cleared, drawn and built in one synchronous call, from one
thread. It takes 0.1 s to import, so the first plot imports it.
"""

import math
import re
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Final

from imail_tui.domain.charts.spec import (
    ASCII_MARKS,
    SERIES_ROLES,
    ChartLine,
    ChartSpec,
    Kind,
    Role,
    Segment,
    Symbols,
    is_known,
)

if TYPE_CHECKING:
    import plotext

_ROWS_PER_TICK: Final = 3
_COLUMNS_PER_TICK: Final = 14
_DAY_FILLED: Final = 0.8  # share of a day's width that its bars take
_MIN_SPAN: Final = 1e-6  # of the y axis; a rate of one in a million is the smallest that means something
_AXIS_COLOUR: Final = 8
# plotext paints in palette numbers; each stands for a role and is read back from what it wrote.
_COLOUR_ROLES: Final[dict[str, Role]] = {
    str(_AXIS_COLOUR): "axis",
    **{str(number): role for number, role in enumerate(SERIES_ROLES, 1)},
}
_SGR: Final = re.compile(r"\x1b\[([0-9;]*)m")
_ASCII_FRAME: Final = str.maketrans("─│┌┐└┘├┤┬┴┼", "-|+++++++++")


def draw_plot(spec: ChartSpec, width: int, height: int) -> list[ChartLine]:
    """The plot of a spec with at least one known value, `width` x `height` cells (at least 20 x 4)."""
    import plotext

    plotext.terminal.limit(False, False)
    figure = plotext.figure
    figure.clear()
    axis = plotext.pixel(_AXIS_COLOUR)
    figure.plot_size(width, height).canvas("default").axes(pixel=axis)
    figure.axes(False, side=1)
    figure.ruler("both").pixel(axis)
    figure.ruler("x").lim(*_x_limits(spec)).ticks(*_x_ticks(spec, width))
    ticks = _y_ticks(min(0.0, *spec.known()), max(0.0, *spec.known()), height)
    figure.ruler("y").lim(ticks[0], ticks[-1]).ticks(ticks, [_short(tick) for tick in ticks])
    draw_series = _bars if spec.kind is Kind.BARS else _lines
    for index in range(len(spec.series)):
        marker = plotext.marker(_symbol(spec, index), plotext.pixel(index + 1))
        for signal in draw_series(figure, spec, index, marker):
            figure.draw(signal)
    text = figure.build().string()
    if spec.symbols is Symbols.ASCII:
        text = text.translate(_ASCII_FRAME)
    return [_coloured(line) for line in text.splitlines()]


def _symbol(spec: ChartSpec, index: int) -> str:
    if spec.symbols is Symbols.ASCII:
        return ASCII_MARKS[index]
    return "braille" if spec.symbols is Symbols.BRAILLE and spec.kind is Kind.LINES else "hd"


def _lines(
    figure: "plotext.Figure", spec: ChartSpec, index: int, marker: "plotext.Marker"
) -> Iterator["plotext.Signal"]:
    """One line for each run of known values."""
    points = zip(spec.days, spec.series[index].values, strict=True)
    for known, run in groupby(points, key=lambda point: is_known(point[1])):
        if known:
            days, values = zip(*run, strict=True)
            yield figure.signal([_x(spec, day) for day in days], values, marker=marker).lines()


def _bars(
    figure: "plotext.Figure", spec: ChartSpec, index: int, marker: "plotext.Marker"
) -> Iterator["plotext.Signal"]:
    """The bars of one series, beside those of the others. A zero has no bar."""
    width = _DAY_FILLED / len(spec.series)
    for day, value in zip(spec.days, spec.series[index].values, strict=True):
        if is_known(value) and value:
            left = _x(spec, day) - _DAY_FILLED / 2 + index * width
            yield figure.rectangle((left, left + width), (0.0, value), marker=marker)


def _x(spec: ChartSpec, day: date) -> float:
    return float((day - spec.days[0]).days)


def _x_limits(spec: ChartSpec) -> tuple[float, float]:
    last = _x(spec, spec.days[-1])
    return (-0.5, last + 0.5) if spec.kind is Kind.BARS or last == 0 else (0.0, last)


def _x_ticks(spec: ChartSpec, width: int) -> tuple[list[float], list[str]]:
    """Days at even steps from the first, as many as have room for a label."""
    step = math.ceil(len(spec.days) / max(1, width // _COLUMNS_PER_TICK))
    days = spec.days[::step]
    return [_x(spec, day) for day in days], [f"{day:%b} {day.day}" for day in days]


def _y_ticks(low: float, high: float, height: int) -> list[float]:
    """Round numbers (1, 2 or 5 times a power of ten apart) from at most `low` to at least `high`."""
    wanted = max(1, height // _ROWS_PER_TICK)
    top = high if high > low else 1.0
    rough = max(top - low, _MIN_SPAN) / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    return [step * index for index in range(math.floor(low / step), max(1, math.ceil(top / step)) + 1)]


def _short(value: float) -> str:
    """A tick in at most five characters where it can be: 1500 → 1.5k."""
    for limit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit:
            return f"{value / limit:.3g}{letter}"
    return f"{value:.3g}"


def _coloured(line: str) -> ChartLine:
    """plotext's own colour codes turned into roles; nothing else of an escape survives."""
    segments: list[Segment] = []
    role: Role = ""
    for index, piece in enumerate(_SGR.split(line)):
        if index % 2 == 0:
            if piece:
                segments.append(Segment(piece, role))
        elif piece == "0":
            role = ""
        elif piece.startswith("38;5;"):
            role = _COLOUR_ROLES.get(piece.removeprefix("38;5;"), "")
    return tuple(segments)
