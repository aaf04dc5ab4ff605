"""A course over time: a plot for all series or one for each, over one axis of days."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from imail_tui.domain.charts.axis import day_label, spread_labels, tick_label, value_ticks
from imail_tui.domain.charts.canvas import Canvas
from imail_tui.domain.charts.plot import Block, Course, Scale, cell_of, paint
from imail_tui.domain.charts.sparkline import sparkline
from imail_tui.domain.charts.spec import (
    ASCII_MARKS,
    PLAIN_MARKS,
    SERIES_ROLES,
    ChartLines,
    ChartSpec,
    Drawing,
    Kind,
    Place,
    Series,
    Symbols,
    Unit,
    is_known,
)
from imail_tui.domain.text import cell_width, one_line

_MIN_WIDTH: Final = 20
_MIN_ROWS: Final = 3
"""Cells under which axes leave no room for a plot."""
_TOLD_FROM: Final = 15
"""Rows from which what happened has a line of its own."""
_DAY_FILLED: Final = 0.8  # share of a day's width that its bars take
_ROOMY: Final = 4  # cells a day from which each day's point is marked
_MARK_EVERY: Final = 9  # cells between two marks along a line without colour
_FOOT: Final = 2  # axis and days


@dataclass(frozen=True, slots=True)
class _Panel:
    """Series that share a plot, with their places among all; `y` is its heading's row."""

    series: tuple[tuple[int, Series], ...]
    y: int
    rows: int
    unit: Unit


def draw_series(spec: ChartSpec, width: int, height: int) -> Drawing:
    """The course as a drawing of exactly that size; with too little room, as sparklines."""
    canvas = Canvas(width, height)
    nowhere = (None,) * len(spec.days)
    top = 0
    if spec.title:
        canvas.write(0, 0, one_line(spec.title), "title")
        top = 1
    if not any(True for _ in spec.known()):
        text = one_line(spec.empty)
        canvas.write(
            max(0, (width - cell_width(text)) // 2), top + max(0, (height - top - 1) // 2), text, "muted"
        )
        return Drawing(canvas.lines(), nowhere)
    told = bool(spec.happenings) and height >= _TOLD_FROM
    panels = _panels(spec, top, height - top - _FOOT - told) if width >= _MIN_WIDTH else ()
    if not panels:
        return Drawing(_sparklines(spec, width, height), nowhere)
    left = 1 + max(cell_width(tick_label(tick, each.unit)) for each in panels for tick in _ticks(each))
    if width - left < _MIN_WIDTH // 2:
        return Drawing(_sparklines(spec, width, height), nowhere)
    for panel in panels:
        _draw_panel(canvas, spec, panel, left)
    foot = panels[-1].y + _head_rows(panels[-1].series) + panels[-1].rows
    columns = [_column(spec, number, width - left) for number in range(len(spec.days))]
    _draw_days(canvas, spec, left, foot, columns)
    if told:
        _tell(canvas, spec, foot + 2)
    first = panels[0].y + _head_rows(panels[0].series)
    return Drawing(canvas.lines(), tuple(Place(left + x, first, 1, foot - first + 1) for x in columns))


def _sparklines(spec: ChartSpec, width: int, height: int) -> ChartLines:
    canvas = Canvas(width, height)
    for row, series in enumerate(spec.series[:height]):
        text = sparkline(series.values, width, ascii_only=spec.symbols is Symbols.ASCII)
        canvas.write(0, row, text, SERIES_ROLES[row])
    return canvas.lines()


def _panels(spec: ChartSpec, top: int, rows: int) -> tuple[_Panel, ...]:
    """The plots that fit in `rows`, one for each series if wanted, else one for each unit; () = none fits."""
    numbered = tuple(enumerate(spec.series))
    alone = [(each,) for each in numbered]
    by_unit = [group for unit in Unit if (group := tuple(each for each in numbered if each[1].unit is unit))]
    for groups in (alone, by_unit) if spec.split else (by_unit,):
        heads = [_head_rows(group) for group in groups]
        plot_rows = rows - sum(heads)
        least = _MIN_ROWS if len(groups) > 1 else _MIN_ROWS - 1
        if plot_rows < least * len(groups):
            continue
        share, more = divmod(plot_rows, len(groups))
        panels, y = [], top
        for number, group in enumerate(groups):
            own = share + (number < more)
            panels.append(_Panel(group, y, own, group[0][1].unit))
            y += own + heads[number]
        return tuple(panels)
    return ()


def _head_rows(group: Sequence[tuple[int, Series]]) -> int:
    return int(any(series.name for _, series in group))


def _ticks(panel: _Panel) -> list[float]:
    known = [value for _, series in panel.series for value in series.known()]
    return value_ticks(min(known, default=0.0), max(known, default=0.0), panel.rows, panel.unit)


def _draw_panel(canvas: Canvas, spec: ChartSpec, panel: _Panel, left: int) -> None:
    ascii_only = spec.symbols is Symbols.ASCII
    shared = len(panel.series) > 1
    x, y = 0, panel.y
    if _head_rows(panel.series):
        for number, series in panel.series:
            mark = _mark(spec, number, shared)
            x = canvas.write(x, y, f"{mark} {one_line(series.name)}", SERIES_ROLES[number])
            x = canvas.write(x, y, f"  {series.note}" if series.note else "", "muted") + 2
        y += 1
    width, rows = canvas.width - left, panel.rows
    ticks = _ticks(panel)
    scale = Scale(*_x_limits(spec), ticks[0], ticks[-1])
    for row in range(rows):
        canvas.put(left - 1, y + row, "|" if ascii_only else "│", "axis")
    for tick in ticks:
        row = y + _row(tick, scale, rows)
        canvas.put(left - 1, row, "+" if ascii_only else "┤", "axis")
        canvas.write_right(left - 1, row, tick_label(tick, panel.unit), "axis")
    paint(canvas, left, y, width, rows, scale, list(_layers(spec, panel, shared)))
    for number, series in panel.series:
        _draw_points(canvas, spec, number, series, (left, y, rows), scale, shared)


def _layers(spec: ChartSpec, panel: _Panel, shared: bool) -> Iterator[Course | Block]:
    xs = [float((day - spec.days[0]).days) for day in spec.days]
    fine = spec.symbols is Symbols.BRAILLE or spec.symbols is Symbols.PLAIN
    for number, series in panel.series:
        symbol = ASCII_MARKS[number] if spec.symbols is Symbols.ASCII else "braille" if fine else "hd"
        if series.before and fine and spec.symbols is not Symbols.PLAIN and not shared:
            yield Course(xs, series.before, symbol, "muted")
        if spec.kind is Kind.BARS:
            yield from _blocks(spec, panel, number, series)
        else:
            yield Course(xs, series.trend or series.values, symbol, SERIES_ROLES[number])


def _blocks(spec: ChartSpec, panel: _Panel, number: int, series: Series) -> Iterator[Block]:
    """The bars of one series, beside those of the others. A zero has no bar."""
    width = _DAY_FILLED / len(panel.series)
    place = next(place for place, (each, _) in enumerate(panel.series) if each == number)
    symbol = ASCII_MARKS[number] if spec.symbols is Symbols.ASCII else "hd"
    for day, value in zip(spec.days, series.values, strict=True):
        if is_known(value) and value:
            left = (day - spec.days[0]).days - _DAY_FILLED / 2 + place * width
            yield Block(left, left + width, value, symbol, SERIES_ROLES[number])


def _draw_points(
    canvas: Canvas,
    spec: ChartSpec,
    number: int,
    series: Series,
    box: tuple[int, int, int],
    scale: Scale,
    shared: bool,
) -> None:
    """Marks on the days: all where there is room, the lone ones always, the values behind a trend."""
    if spec.kind is Kind.BARS:
        return
    left, top, rows = box
    width = canvas.width - left
    ascii_only = spec.symbols is Symbols.ASCII
    own = ascii_only or (shared and spec.symbols is Symbols.PLAIN)
    mark = _mark(spec, number, shared) if own else "•"
    every = max(1, math.ceil(_MARK_EVERY * len(spec.days) / width))
    drawn = series.trend or series.values

    def put(day: int, value: float, character: str, *, over: bool) -> None:
        x, y = left + _column(spec, day, width), top + _row(value, scale, rows)
        if over or canvas.is_blank(x, y):
            canvas.put(x, y, character, SERIES_ROLES[number] if over else "muted")

    for day, value in enumerate(drawn):
        if not is_known(value):
            continue
        around = drawn[max(0, day - 1) : day] + drawn[day + 1 : day + 2]
        lone = not any(is_known(each) for each in around)
        roomy = width >= _ROOMY * len(drawn)
        along = shared and spec.symbols is Symbols.PLAIN and (day + number) % every == 0
        if lone or (roomy and not series.trend) or along:
            put(day, value, mark, over=True)
    dots = (series.values if series.trend else ()) or (series.before if not _is_line(spec, shared) else ())
    for day, value in enumerate(dots):
        if is_known(value):
            put(day, value, "." if ascii_only else "·", over=False)


def _is_line(spec: ChartSpec, shared: bool) -> bool:
    """Whether the period before is a line of its own: only colour or its grey would tell it apart."""
    return spec.symbols is Symbols.BRAILLE and not shared


def _draw_days(canvas: Canvas, spec: ChartSpec, left: int, y: int, columns: Sequence[int]) -> None:
    """The axis with what happened on it, and the days below."""
    ascii_only = spec.symbols is Symbols.ASCII
    width = canvas.width - left
    canvas.write(left - 1, y, ("+" if ascii_only else "└") + ("-" if ascii_only else "─") * width, "axis")
    labels = [day_label(day) for day in spec.days]
    for number, x in spread_labels(labels, columns, width):
        canvas.put(left + columns[number], y, "+" if ascii_only else "┬", "axis")
        canvas.write(left + x, y + 1, labels[number], "axis")
    places = dict(zip(spec.days, columns, strict=True))
    for each in sorted(spec.happenings, key=lambda happening: happening.incident):
        if each.day in places:
            glyph = happening_glyph(incident=each.incident, ascii_only=ascii_only)
            canvas.put(left + places[each.day], y, glyph, "stop" if each.incident else "title")


def happening_glyph(*, incident: bool, ascii_only: bool = False) -> str:
    """What stands on the axis where something happened."""
    return ("!" if ascii_only else "✗") if incident else ("^" if ascii_only else "▲")


def _tell(canvas: Canvas, spec: ChartSpec, y: int) -> None:
    """As many of the happenings as fit in a line, the newest first."""
    known = frozenset(spec.days)
    shown = [each for each in reversed(spec.happenings) if each.day in known]
    x = 0
    for number, each in enumerate(shown):
        glyph = happening_glyph(incident=each.incident, ascii_only=spec.symbols is Symbols.ASCII)
        text = f"{glyph} {day_label(each.day)} {one_line(each.name)}"
        more = f"and {len(shown) - number} more"
        last = number == len(shown) - 1
        if x + cell_width(text) + (0 if last else 2 + len(more)) > canvas.width and number:
            canvas.write(x, y, more, "muted")
            return
        x = canvas.write(x, y, text, "stop" if each.incident else "muted") + 2


def _mark(spec: ChartSpec, number: int, shared: bool) -> str:
    if spec.symbols is Symbols.ASCII:
        return ASCII_MARKS[number]
    return PLAIN_MARKS[number] if shared and spec.symbols is Symbols.PLAIN else "■"


def _x_limits(spec: ChartSpec) -> tuple[float, float]:
    last = float((spec.days[-1] - spec.days[0]).days)
    return (-0.5, last + 0.5) if spec.kind is Kind.BARS or last == 0 else (0.0, last)


def _column(spec: ChartSpec, number: int, width: int) -> int:
    """The cell of the plot that a day stands in."""
    first, last = _x_limits(spec)
    return cell_of(((spec.days[number] - spec.days[0]).days - first) / (last - first), width)


def _row(value: float, scale: Scale, rows: int) -> int:
    """The row of the plot that a value stands in, from the top."""
    return cell_of((scale.high - value) / (scale.high - scale.low), rows)
