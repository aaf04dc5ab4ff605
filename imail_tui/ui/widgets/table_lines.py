"""Lines of a table as strips: header, rows, empty state. Neighbours of one style go out as one segment."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from textwrap import wrap
from typing import Final, Literal

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from imail_tui.domain.marks import Tone
from imail_tui.domain.text import multi_line
from imail_tui.ui.widgets.columns import Column, Placed, lay_out
from imail_tui.ui.widgets.rows import Cell, Row, fit

Look = Literal[Tone, "header", "cursor", "cursor-blurred", "changed", "track"]
"""A component class of the table, without its prefix; "" is the widget's own style."""

CURSOR: Final = "▌"
MARKED: Final = "•"
CHANGED: Final = "*"
TRACK: Final = "┃"
ASCENDING: Final = "▲"
DESCENDING: Final = "▼"

_GUTTER: Final = 3  # cursor, mark, space
_TRACK_WIDTH: Final = 1
_ROOMY: Final = 100  # cells from which columns stand two apart


@dataclass(frozen=True, slots=True)
class SortMark:
    """The column that rows are sorted by, for the arrow in the header."""

    key: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class RowState:
    """What the table knows of a row beyond its cells."""

    cursor: bool = False
    focused: bool = False
    marked: bool = False
    changed: bool = False
    track: bool = False


class TableLines:
    """Builds the lines of a table of one width in one set of styles."""

    def __init__(self, columns: Sequence[Column], width: int, style: Callable[[Look], Style]) -> None:
        """`style` gives the style of a look as it is now; it is asked for each piece, so should be quick."""
        self.width = width
        self._style = style
        room = width - _GUTTER - _TRACK_WIDTH
        self._placed = lay_out(columns, max(0, room), 2 if width >= _ROOMY else 1)

    def header(self, sort: SortMark | None) -> Strip:
        """The titles, with an arrow at the sorted column."""

        def title(placed: Placed) -> str:
            column = placed.column
            if sort is None or sort.key != column.key:
                return fit(column.title, placed.width, column.align)
            arrow = DESCENDING if sort.descending else ASCENDING
            return fit(
                fit(column.title, min(placed.width - 2, len(column.title))) + " " + arrow,
                placed.width,
                column.align,
            )

        return self._strip(
            (" " * _GUTTER, "header"),
            *self._spread([(placed, title(placed), "header") for placed in self._placed], "header"),
            (" ", "header"),
        )

    def row(self, row: Row, state: RowState) -> Strip:
        """One row. The cursor's row is one reversed piece without tones: nothing on it is hard to read."""
        whole: Look = ""
        if state.cursor:
            whole = "cursor" if state.focused else "cursor-blurred"
        cells: list[tuple[Placed, str, Look]] = []
        for placed in self._placed:
            value = row.cells.get(placed.column.key, "")
            cell = value if isinstance(value, Cell) else Cell(value)
            text = fit(cell.text, placed.width, placed.column.align)
            cells.append((placed, text, whole or cell.tone))
        mark = MARKED if state.marked else CHANGED if state.changed else " "
        return self._strip(
            (CURSOR if state.cursor else " ", whole),
            (mark + " ", whole or ("changed" if state.changed else "")),
            *self._spread(cells, whole),
            (TRACK if state.track else " ", "track" if state.track else whole),
        )

    def empty(self, text: str) -> Iterator[Strip]:
        """The lines of a text that stands in place of rows."""
        room = max(1, self.width - 4)
        for paragraph in multi_line(text).split("\n"):
            # A line that is too long for cells of two is cut by `fit`.
            for line in wrap(paragraph, room) or [""]:
                yield self._strip((fit("  " + line, self.width), "muted"))

    def column_at(self, x: int) -> Column | None:
        """The column that a cell of the header belongs to."""
        for placed in self._placed:
            start = placed.x + _GUTTER
            if start <= x < start + placed.width:
                return placed.column
        return None

    def _spread(self, cells: Sequence[tuple[Placed, str, Look]], between: Look) -> Iterator[tuple[str, Look]]:
        x = 0
        for placed, text, look in cells:
            yield " " * (placed.x - x), between
            yield text, look
            x = placed.x + placed.width
        yield " " * (self.width - _GUTTER - _TRACK_WIDTH - x), between

    def _strip(self, *pieces: tuple[str, Look]) -> Strip:
        joined = (
            ("".join(text for text, _ in run), look) for look, run in groupby(pieces, key=itemgetter(1))
        )
        segments = [Segment(text, self._style(look)) for text, look in joined if text]
        return Strip(segments).crop(0, self.width)
