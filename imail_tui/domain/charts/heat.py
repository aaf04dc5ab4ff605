"""Amounts over two ways to split, as shades: what a cell stands for is always in the legend."""

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

from imail_tui.domain.charts.axis import spread_labels, tick_label
from imail_tui.domain.charts.canvas import Canvas
from imail_tui.domain.charts.spec import Drawing, HeatSpec, Place, Symbols, Unit, is_known
from imail_tui.domain.text import cell_width, one_line

_SHADES: Final = "░▒▓█"
_ASCII_SHADES: Final = ":+*#"
_LEVELS: Final = 4
_GAP: Final = 2
_WIDEST_CELL: Final = 6


class _Layout(NamedTuple):
    """Cells of the names, first column, columns added up in one, cells of a column, rows shown and each."""

    names: int
    first: int
    merged: int
    cell: int
    rows: int
    tall: int


def draw_heat(spec: HeatSpec, width: int, height: int) -> Drawing:
    """The map as a drawing of exactly that size."""
    canvas = Canvas(width, height)
    points = len(spec.rows) * len(spec.columns)
    y = 0
    if spec.title:
        canvas.write(0, 0, one_line(spec.title), "title")
        y = 1
    if not any(is_known(value) for row in spec.values for value in row):
        text = one_line(spec.empty)
        canvas.write(max(0, (width - cell_width(text)) // 2), y + (height - y) // 2, text, "muted")
        return Drawing(canvas.lines(), (None,) * points)
    notes = spec.notes if height - y - len(spec.notes) >= len(spec.rows) + 2 else ()
    layout = _lay_out(spec, width, height - y - 2 - len(notes))
    if layout.rows < 1 or layout.cell < 1:
        canvas.write(0, y, "too little room for the map", "muted")
        return Drawing(canvas.lines(), (None,) * points)
    merged = [_merge(row, layout) for row in spec.values]
    top = max((value for row in merged for value in row if is_known(value)), default=0.0)
    left = layout.names + _GAP
    for number in range(layout.rows):
        for line in range(layout.tall):
            if not line:
                canvas.write(0, y, one_line(spec.rows[number]), "", layout.names)
            for column, value in enumerate(merged[number]):
                _fill(canvas, spec, left + column * layout.cell, y + line, layout.cell, value, top)
        y += layout.tall
    starts = range(layout.first, len(spec.columns), layout.merged)
    labels = [one_line(spec.columns[start]) for start in starts]
    middles = [column * layout.cell + (layout.cell - 1) // 2 for column in range(len(labels))]
    for number, x in spread_labels(labels, middles, len(labels) * layout.cell):
        canvas.write(left + x, y, labels[number], "axis")
    canvas.write(0, y + 1, _legend(spec, layout, top), "muted")
    for number, note in enumerate(notes):
        canvas.write(0, y + 2 + number, one_line(note), "muted")
    return Drawing(canvas.lines(), _places(spec, layout, 1 if spec.title else 0))


def _lay_out(spec: HeatSpec, width: int, room: int) -> _Layout:
    longest = max(cell_width(one_line(name)) for name in spec.rows)
    names = min(longest, max(6, width // 3))
    cells = width - names - _GAP
    count = len(spec.columns)
    if cells < 1:
        return _Layout(names, 0, 1, 0, 0, 1)
    first, merged = 0, 1
    if count > cells:
        if spec.unit is Unit.PERCENT:
            first = count - cells
        else:
            merged = math.ceil(count / cells)
    shown = math.ceil((count - first) / merged)
    rows = min(len(spec.rows), room)
    tall = max(1, min(2, room // max(1, rows)))
    return _Layout(names, first, merged, min(_WIDEST_CELL, cells // shown), rows, tall)


def _merge(row: tuple[float | None, ...], layout: _Layout) -> list[float | None]:
    """Sums of neighbours; unknown only if all of them are."""
    if layout.merged == 1:
        return list(row[layout.first :])
    sums: list[float | None] = []
    for start in range(0, len(row), layout.merged):
        known = [value for value in row[start : start + layout.merged] if is_known(value)]
        sums.append(sum(known) if known else None)
    return sums


def _fill(
    canvas: Canvas, spec: HeatSpec, x: int, y: int, cells: int, value: float | None, top: float
) -> None:
    if not is_known(value):
        return
    ascii_only = spec.symbols is Symbols.ASCII
    if value <= 0:
        canvas.put(x + (cells - 1) // 2, y, "." if ascii_only else "·", "axis")
        return
    shade = (_ASCII_SHADES if ascii_only else _SHADES)[level(value, top) - 1]
    # A blank between wide cells keeps days apart.
    canvas.write(x, y, shade * (cells - (cells > 2)), spec.role)


def level(value: float, top: float) -> int:
    """The shade of a value from 1 to 4: equal parts of the way from zero to the top."""
    return min(_LEVELS, max(1, math.ceil(_LEVELS * value / top)))


def _legend(spec: HeatSpec, layout: _Layout, top: float) -> str:
    """What was put together or left out, and what the shades mean."""
    ascii_only = spec.symbols is Symbols.ASCII
    parts = [f"{'.' if ascii_only else '·'} 0"]
    shades = _ASCII_SHADES if ascii_only else _SHADES
    for number, shade in enumerate(shades):
        low, high = top * number / _LEVELS, top * (number + 1) / _LEVELS
        if spec.unit is Unit.COUNT:
            first, last = math.floor(low) + 1, math.floor(high)
            if first > last:
                continue
            parts.append(f"{shade} {first:,}" if first == last else f"{shade} {first:,}-{last:,}")
        else:
            parts.append(f"{shade} to {tick_label(high, spec.unit)}")
    if any(not is_known(value) for row in spec.values for value in row):
        parts.append("blank: not known")
    return "  ".join([*_left_out(spec, layout), *parts])


def _left_out(spec: HeatSpec, layout: _Layout) -> Iterator[str]:
    if layout.merged > 1:
        yield f"each cell {layout.merged} columns"
    if layout.first:
        yield f"the first {layout.first} are not on show"
    if layout.rows < len(spec.rows):
        yield f"and {len(spec.rows) - layout.rows} more rows"


def _places(spec: HeatSpec, layout: _Layout, top: int) -> tuple[Place | None, ...]:
    left = layout.names + _GAP
    places: list[Place | None] = []
    for row in range(len(spec.rows)):
        for column in range(len(spec.columns)):
            if row >= layout.rows or column < layout.first:
                places.append(None)
                continue
            x = left + (column - layout.first) // layout.merged * layout.cell
            places.append(Place(x, top + row * layout.tall, layout.cell, layout.tall))
    return tuple(places)
