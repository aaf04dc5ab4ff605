"""What a table shows: rows of cells, fetched a window at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from rich.cells import cell_len, set_cell_size

from imail_tui.domain.marks import Tone
from imail_tui.domain.text import clip, one_line


class Cell(NamedTuple):
    """Text with a tone. The text may be foreign: the table makes it safe."""

    text: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the record's id, and by column key its cells; a missing cell is empty."""

    id: str
    cells: Mapping[str, Cell | str]


class RowSource(Protocol):
    """Rows in their order, of which the table only ever asks for those on screen."""

    def total(self) -> int:
        """How many rows there are now."""

    def window(self, start: int, count: int) -> Sequence[Row]:
        """Rows `start` to `start + count`, fewer at the end."""

    def position(self, row_id: str) -> int | None:
        """Where a row stands now, or None if it is not in the list."""


class ListedRows:
    """A source over rows that are all there: a short list, or none."""

    def __init__(self, rows: Sequence[Row] = ()) -> None:
        self._rows = rows
        self._places = {row.id: place for place, row in enumerate(rows)}

    def total(self) -> int:
        """How many rows were given."""
        return len(self._rows)

    def window(self, start: int, count: int) -> Sequence[Row]:
        """Rows `start` to `start + count`."""
        return self._rows[start : start + count]

    def position(self, row_id: str) -> int | None:
        """Where a row stands."""
        return self._places.get(row_id)


def fit(raw: str, width: int, align: Literal["left", "right"] = "left") -> str:
    """Foreign text made safe and exactly `width` cells, as Textual measures them."""
    text = clip(one_line(raw, limit=max(1, 4 * width)), width)
    if align == "right":
        text = " " * (width - cell_len(text)) + text
    return set_cell_size(text, width)
