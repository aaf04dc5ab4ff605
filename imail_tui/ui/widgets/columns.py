"""Columns of a table and the room each one gets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

LEAST_TEXT: Final = 12
"""Cells below which a text is no text any more."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Widths are cells.

    `width` is the least it needs; `weight` is its share of what is left over, up to `max_width`. Where not
    all columns fit, those with the highest `priority` number go first; 0 is never hidden.
    """

    key: str
    title: str
    width: int
    weight: int = 0
    max_width: int | None = None
    align: Literal["left", "right"] = "left"
    priority: int = 0
    sortable: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A column that is shown: its first cell and its width."""

    column: Column
    x: int
    width: int


def lay_out(columns: Sequence[Column], available: int, gap: int) -> tuple[Placed, ...]:
    """The columns that fit in `available` cells with `gap` cells between them, in their order.

    Columns of priority 0 stay even where they do not fit: those that share what is left over, being texts,
    give way first; what then still stands beyond the edge is cut or left out.
    """
    shown = list(columns)
    while _needed(shown, gap) > available:
        optional = [column for column in shown if column.priority]
        if not optional:
            break
        worst = max(column.priority for column in optional)
        shown.remove(next(column for column in reversed(optional) if column.priority == worst))
    spare = available - _needed(shown, gap)
    widths = _shared(shown, spare) if spare >= 0 else _pressed(shown, -spare)
    placed: list[Placed] = []
    x = 0
    for column, width in zip(shown, widths, strict=True):
        if x >= available:
            break
        placed.append(Placed(column, x, min(width, available - x)))
        x += width + gap
    return tuple(placed)


def _needed(columns: Sequence[Column], gap: int) -> int:
    return sum(column.width for column in columns) + gap * max(0, len(columns) - 1)


def _pressed(columns: Sequence[Column], missing: int) -> list[int]:
    """Least widths less `missing` cells, a cell at a time from the widest text, none below `LEAST_TEXT`."""
    widths = [column.width for column in columns]
    texts = [place for place, column in enumerate(columns) if column.weight]
    for _ in range(missing):
        widest = max(texts, key=lambda place: widths[place], default=None)
        if widest is None or widths[widest] <= LEAST_TEXT:
            break
        widths[widest] -= 1
    return widths


def _shared(columns: Sequence[Column], spare: int) -> list[int]:
    """Least widths plus `spare` cells by weight; what a full column cannot take goes to the others."""
    widths = [column.width for column in columns]
    while spare > 0:
        open_ = [
            index
            for index, column in enumerate(columns)
            if column.weight and (column.max_width is None or widths[index] < column.max_width)
        ]
        if not open_:
            break
        weight = sum(columns[index].weight for index in open_)
        share = spare
        for index in open_:
            given = min(spare, -(-share * columns[index].weight // weight))
            limit = columns[index].max_width
            if limit is not None:
                given = min(given, limit - widths[index])
            widths[index] += given
            spare -= given
    return widths
