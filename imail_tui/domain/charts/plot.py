"""Lines and bars on a plot, rasterised by plotext 6.1.

The library's only figure is a global: a plot is cleared, drawn and built in one synchronous call, from one
thread. It takes 0.1 s to import, so the first plot imports it. Axes and labels are ours: plotext lets labels
touch each other.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from imail_tui.domain.charts.canvas import Canvas
from imail_tui.domain.charts.spec import SERIES_ROLES, Role, is_known

# plotext paints in palette numbers; each stands for a role and is read back from what it wrote.
_ROLES: Final[tuple[Role, ...]] = ("", *SERIES_ROLES, "muted")
_SGR: Final = re.compile(r"\x1b\[([0-9;]*)m")


@dataclass(frozen=True, slots=True)
class Course:
    """Points joined by a line; an unknown value breaks it. `symbol`: braille, hd or one character."""

    xs: Sequence[float]
    values: Sequence[float | None]
    symbol: str
    role: Role


@dataclass(frozen=True, slots=True)
class Block:
    """A filled rectangle from zero."""

    left: float
    right: float
    value: float
    symbol: str
    role: Role


@dataclass(frozen=True, slots=True)
class Scale:
    """What the edges of a plot stand for."""

    left: float
    right: float
    low: float
    high: float


def paint(
    canvas: Canvas, x: int, y: int, width: int, height: int, scale: Scale, layers: Sequence[Course | Block]
) -> None:
    """Draw layers over each other into `width` x `height` cells of a canvas."""
    import plotext

    plotext.terminal.limit(False, False)
    figure = plotext.figure
    figure.clear()
    figure.plot_size(width, height).canvas("default").axes(False)
    figure.ruler("x").lim(scale.left, scale.right).ticks([], [])
    figure.ruler("y").lim(scale.low, scale.high).ticks([], [])
    for layer in layers:
        marker = plotext.marker(layer.symbol, plotext.pixel(_ROLES.index(layer.role)))
        if isinstance(layer, Block):
            figure.draw(figure.rectangle((layer.left, layer.right), (0.0, layer.value), marker=marker))
            continue
        for xs, values in _runs(layer):
            figure.draw(figure.signal(xs, values, marker=marker).lines())
    for row, line in enumerate(figure.build().string().splitlines()[:height]):
        _copy(canvas, x, y + row, width, line)


def cell_of(share: float, cells: int) -> int:
    """The cell, from the left or the top, in which plotext draws what stands at `share` of an axis.

    The ends of an axis are in the middle of its outer cells.
    """
    return int(share * (cells - 1) + 0.5)


def _runs(course: Course) -> Iterator[tuple[list[float], list[float]]]:
    """The runs of known values."""
    points = zip(course.xs, course.values, strict=True)
    for known, run in groupby(points, key=lambda point: is_known(point[1])):
        if known:
            pairs = [(x, value) for x, value in run if value is not None]
            yield [x for x, _ in pairs], [value for _, value in pairs]


def _copy(canvas: Canvas, x: int, y: int, width: int, line: str) -> None:
    """plotext's own colour codes turned into roles; nothing else of an escape survives."""
    role: Role = ""
    end = x + width
    for index, piece in enumerate(_SGR.split(line)):
        if index % 2:
            role = _role(piece) if piece != "0" else ""
            continue
        for character in piece:
            if x < end and character not in " \u2800":
                canvas.put(x, y, character, role)
            x += 1


def _role(code: str) -> Role:
    number = code.removeprefix("38;5;")
    return _ROLES[int(number)] if number.isdigit() and int(number) < len(_ROLES) else ""
