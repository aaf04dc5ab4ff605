"""Bars that lie, one line or more each: names on the left, numbers on the right, nothing cut in silence."""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from imail_tui.domain.charts.axis import spread_labels, tick_label, value_ticks
from imail_tui.domain.charts.canvas import Canvas
from imail_tui.domain.charts.spec import Bar, BarsSpec, Drawing, Place, Role, Shape, Symbols, is_known
from imail_tui.domain.text import cell_width, one_line

_LEAST_BAR: Final = 8
_LEAST_HEADED: Final = 4
_GAP: Final = 2
_THICKEST: Final = 2
_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"
_CELLS_PER_TICK: Final = 12


class _Layout(NamedTuple):
    """Cells of the names and the bars, how many values are shown with their widths, rows of a bar."""

    names: int
    bars: int
    values: tuple[int, ...]
    rows: int
    between: int


def draw_bars(spec: BarsSpec, width: int, height: int) -> Drawing:
    """The bars as a drawing of exactly that size."""
    canvas = Canvas(width, height)
    y = 0
    if spec.title:
        canvas.write(0, 0, one_line(spec.title), "title")
        y = 1
    if not spec.bars or not any(bar.remark or is_known(bar.amount) for bar in spec.bars):
        text = one_line(spec.empty)
        canvas.write(max(0, (width - cell_width(text)) // 2), y + (height - y) // 2, text, "muted")
        return Drawing(canvas.lines(), (None,) * len(spec.bars))
    notes = spec.notes if height - y - len(spec.notes) >= len(spec.bars) + 2 else ()
    axis = 2 if spec.shape is Shape.INTERVALS else 0
    headed = any(spec.headings) and height - y - axis > _LEAST_HEADED
    layout = _lay_out(spec, width, height - y - headed - len(notes) - axis)
    if headed:
        _write_headings(canvas, spec, layout, y)
        y += 1
    shown = _shown(spec, height - y - len(notes) - axis)
    places = _draw_rows(canvas, spec, layout, y, shown)
    y += len(shown) * layout.rows + max(0, len(shown) - 1) * layout.between
    if axis and layout.bars:
        _draw_axis(canvas, spec, layout, y, _ticks(spec, layout))
        y += axis
    if len(shown) < len(spec.bars) and y < height:
        canvas.write(0, y, f"and {len(spec.bars) - len(shown)} more, not on show", "muted")
    for number, note in enumerate(notes):
        canvas.write(0, height - len(notes) + number, one_line(note), "muted")
    return Drawing(canvas.lines(), tuple(places.get(number) for number in range(len(spec.bars))))


def _shown(spec: BarsSpec, room: int) -> list[int]:
    """Which bars have room; where not all have, a line is left to say so."""
    every = list(range(len(spec.bars)))
    if len(every) <= room:
        return every
    # A sum at the end stays: it is what the others add up to.
    last = every[-1:] if spec.shape is Shape.WATERFALL and room > _LEAST_HEADED else []
    return [*every[: max(0, room - 1 - len(last))], *last]


def _draw_rows(
    canvas: Canvas, spec: BarsSpec, layout: _Layout, y: int, shown: Sequence[int]
) -> dict[int, Place]:
    """Draw some of the bars from a row on; gives their places."""
    end = _ticks(spec, layout)[-1] if spec.shape is Shape.INTERVALS else _top(spec)
    places = {}
    for place, number in enumerate(shown):
        if place and layout.between:
            _write_way(canvas, spec, layout, y, spec.bars[number])
            y += layout.between
        _draw_bar(canvas, spec, layout, y, spec.bars[number], end)
        places[number] = Place(0, y, min(canvas.width, max(1, layout.names)), 1)
        y += layout.rows
    return places


def _top(spec: BarsSpec) -> float:
    return max(max(bar.start + _amount(bar), bar.high or 0) for bar in spec.bars)


def _ticks(spec: BarsSpec, layout: _Layout) -> list[float]:
    return value_ticks(0.0, _top(spec), 3 * max(1, layout.bars // _CELLS_PER_TICK), spec.unit)


def _lay_out(spec: BarsSpec, width: int, height: int) -> _Layout:
    """Values are left out from the last, then names are cut, until the bars have their least room."""
    longest = max(cell_width(one_line(bar.name)) for bar in spec.bars)
    names = min(longest, max(8, 2 * width // 5))
    widths = _value_widths(spec)
    while len(widths) > 1 and width - names - _taken(widths) < _LEAST_BAR + _GAP:
        widths = widths[:-1]
    bars = width - names - _taken(widths) - _GAP
    if bars < 1:
        bars, widths = max(0, width - names - _GAP), ()
    count = len(spec.bars)
    rows, between = 1, 0
    thickest = 1 if spec.shape is Shape.INTERVALS else _THICKEST
    for wanted in ((1, 0), (1, 1), (thickest, 1)):
        if count * wanted[0] + (count - 1) * wanted[1] <= height:
            rows, between = wanted
    return _Layout(names, bars, widths, rows, between)


def _value_widths(spec: BarsSpec) -> tuple[int, ...]:
    most = max((len(bar.values) for bar in spec.bars), default=0)
    columns = []
    for number in range(most):
        texts = [bar.values[number] for bar in spec.bars if number < len(bar.values)]
        heading = spec.headings[number] if number < len(spec.headings) else ""
        columns.append(max(map(cell_width, (*texts, heading))))
    return tuple(columns)


def _taken(widths: Sequence[int]) -> int:
    return sum(widths) + _GAP * len(widths)


def _write_headings(canvas: Canvas, spec: BarsSpec, layout: _Layout, y: int) -> None:
    for end, text in zip(_value_ends(canvas, layout), spec.headings, strict=False):
        canvas.write_right(end, y, text, "muted")


def _value_ends(canvas: Canvas, layout: _Layout) -> list[int]:
    """The cell behind each column of values; they stand at the right edge."""
    x = canvas.width - _taken(layout.values)
    ends = []
    for cells in layout.values:
        x += _GAP + cells
        ends.append(x)
    return ends


def _write_way(canvas: Canvas, spec: BarsSpec, layout: _Layout, y: int, bar: Bar) -> None:
    if bar.way:
        arrow = "v" if spec.symbols is Symbols.ASCII else "↓"
        canvas.write(layout.names + _GAP, y, f"{arrow} {bar.way}", "muted", layout.bars)


def _draw_bar(canvas: Canvas, spec: BarsSpec, layout: _Layout, y: int, bar: Bar, end: float) -> None:
    canvas.write(0, y, one_line(bar.name), "muted" if bar.remark else "", layout.names)
    left = layout.names + _GAP
    for row in range(layout.rows):
        if bar.remark:
            if not row:
                canvas.write(left, y, bar.remark, "muted", layout.bars)
        elif spec.shape is Shape.INTERVALS:
            if not row:
                _draw_whiskers(canvas, spec, (left, layout.bars), y, bar, end)
        elif is_known(bar.amount) and end > 0 and layout.bars:
            _draw_amount(canvas, spec, (left, layout.bars), y + row, bar, end)
    for place, text in zip(_value_ends(canvas, layout), bar.values, strict=False):
        canvas.write_right(place, y, text, "muted" if bar.remark else "")


def _draw_amount(canvas: Canvas, spec: BarsSpec, box: tuple[int, int], y: int, bar: Bar, end: float) -> None:
    """A bar to an eighth of a cell; what is not zero has at least the thinnest."""
    left, cells = box
    amount = _amount(bar)
    if amount <= 0:
        return
    if spec.symbols is Symbols.ASCII or bar.start:
        first = math.floor(cells * bar.start / end)
        last = max(first + 1, round(cells * (bar.start + amount) / end))
        first = min(first, cells - 1)
        full = "#" if spec.symbols is Symbols.ASCII else "█"
        canvas.write(left + first, y, full * (min(last, cells) - first), bar.role)
        return
    eighths = max(1, round(8 * cells * amount / end))
    text = "█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")
    canvas.write(left, y, text[:cells], bar.role)


def _amount(bar: Bar) -> float:
    return bar.amount if is_known(bar.amount) else 0.0


def _draw_whiskers(
    canvas: Canvas, spec: BarsSpec, box: tuple[int, int], y: int, bar: Bar, end: float
) -> None:
    if not is_known(bar.amount) or bar.low is None or bar.high is None:
        return
    left, cells = box
    at = [left + _cell(value, cells, end) for value in (bar.low, bar.amount, bar.high)]
    ends, line, point = ("|", "-", "o") if spec.symbols is Symbols.ASCII else ("│", "─", "●")
    role: Role = bar.role
    for x in range(at[0] + 1, at[2]):
        canvas.put(x, y, line, role)
    canvas.put(at[0], y, ends if ends == "|" else "├", role)
    canvas.put(at[2], y, ends if ends == "|" else "┤", role)
    canvas.put(at[1], y, point, role)


def _cell(value: float, cells: int, end: float) -> int:
    return min(cells - 1, max(0, round(value / end * (cells - 1))))


def _draw_axis(canvas: Canvas, spec: BarsSpec, layout: _Layout, y: int, ticks: Sequence[float]) -> None:
    ascii_only = spec.symbols is Symbols.ASCII
    left = layout.names + _GAP
    canvas.write(left, y, ("-" if ascii_only else "─") * layout.bars, "axis")
    labels = [tick_label(tick, spec.unit) for tick in ticks]
    columns = [_cell(tick, layout.bars, ticks[-1]) for tick in ticks]
    for number, x in spread_labels(labels, columns, layout.bars):
        canvas.put(left + columns[number], y, "+" if ascii_only else "┴", "axis")
        canvas.write(left + x, y + 1, labels[number], "axis")
