"""How wide the columns of a table are where not all of it fits. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

GAP: Final = 2
"""Cells between two columns."""
SHORT: Final = 14
"""A column of at most this is never cut: half a state or half a number says nothing."""
LEAST: Final = 18
"""To this a longer column is cut before others are left out."""
LEAST_OF_KEY: Final = 40
"""The same of the column that says what a row is called."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A column: the cells it would take, and when it is left out: the highest number first, 0 = never.

    `whole`: never cut, as an id, of which a part is none; `key`: what a row is called, cut last.
    """

    cells: int
    drop: int = 0
    whole: bool = False
    key: bool = False


def widths(wishes: Sequence[Wish], room: int) -> list[int | None]:
    """Cells for each column so that they fit into `room`, None = it is left out.

    Long columns are cut first, then columns are left out, then even short ones are cut.
    """
    kept = dict(enumerate(wishes))
    droppable = sorted((place for place in kept if kept[place].drop), key=lambda place: -kept[place].drop)
    while droppable and _taken(map(_least, kept.values())) > room:
        del kept[droppable.pop(0)]
    cells = _levelled({place: (_least(wish), wish.cells) for place, wish in kept.items()}, room)
    return [cells.get(place) for place in range(len(wishes))]


def _least(wish: Wish) -> int:
    if wish.whole or wish.cells <= SHORT:
        return wish.cells
    return min(wish.cells, LEAST_OF_KEY if wish.key else LEAST)


def _taken(cells: Iterable[int]) -> int:
    each = [*cells]
    return sum(each) + GAP * (len(each) - 1)


def _levelled(bounds: dict[int, tuple[int, int]], room: int) -> dict[int, int]:
    """What is left of the room goes to the narrowest of those that want more; the widest give what lacks."""
    cells = {place: least for place, (least, _) in bounds.items()}
    left = room - _taken(cells.values())
    while left < 0 and max(cells.values()) > 1:
        widest = max(cells, key=lambda place: cells[place])
        cells[widest] -= 1
        left += 1
    while left > 0:
        wanting = [place for place, (_, most) in bounds.items() if cells[place] < most]
        if not wanting:
            break
        cells[min(wanting, key=lambda place: cells[place])] += 1
        left -= 1
    return cells
