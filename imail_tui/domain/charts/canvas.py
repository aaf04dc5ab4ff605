"""A sheet of character cells that charts are put together on."""

from itertools import groupby
from operator import itemgetter

from imail_tui.domain.charts.spec import SERIES_ROLES, ChartLine, ChartLines, Role, Segment
from imail_tui.domain.text import cell_width, characters, clip


class Canvas:
    """`width` x `height` cells, each with a character and a role. What lies outside is not drawn."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._cells = [[" "] * width for _ in range(height)]
        self._roles: list[list[Role]] = [[""] * width for _ in range(height)]

    def put(self, x: int, y: int, character: str, role: Role) -> None:
        """One character of one cell."""
        if 0 <= x < self.width and 0 <= y < self.height:
            self._set(x, y, character, role)

    def write(self, x: int, y: int, text: str, role: Role, limit: int | None = None) -> int:
        """Safe text from `x` on, cut to `limit` cells and to the sheet; gives the cell behind it."""
        room = self.width - x if limit is None else min(limit, self.width - x)
        if not 0 <= y < self.height or x < 0:
            return x
        for character, cells in characters(clip(text, room)):
            self._set(x, y, character, role)
            if cells == 2:
                # "" is the right half of the wide character before it.
                self._set(x + 1, y, "", role)
            x += cells
        return x

    def write_right(self, end: int, y: int, text: str, role: Role) -> None:
        """Safe text that ends before the cell `end`."""
        self.write(end - cell_width(text), y, text, role)

    def free(self, x: int, y: int, cells: int) -> bool:
        """Whether `cells` cells from `x` on are on the sheet and blank."""
        if not (0 <= y < self.height and x >= 0 and x + cells <= self.width):
            return False
        return all(cell == " " for cell in self._cells[y][x : x + cells])

    def is_blank(self, x: int, y: int) -> bool:
        """Whether a cell is on the sheet and blank."""
        return self.free(x, y, 1)

    def lines(self) -> ChartLines:
        """Exactly `height` lines of exactly `width` cells."""
        return tuple(map(_line, self._cells, self._roles))

    def _set(self, x: int, y: int, character: str, role: Role) -> None:
        row = self._cells[y]
        if row[x] == "" and x:
            row[x - 1] = " "
        if character and x + 1 < self.width and row[x + 1] == "":
            row[x + 1] = " "
        row[x] = character
        self._roles[y][x] = role


def _line(cells: list[str], roles: list[Role]) -> ChartLine:
    line = []
    x = 0
    for role, run in groupby(roles):
        end = x + sum(1 for _ in run)
        line.append(Segment("".join(cells[x:end]), role))
        x = end
    return tuple(line)


def highlighted(lines: ChartLines, x: int, y: int, cells: int, rows: int) -> ChartLines:
    """The lines with the cursor on some cells.

    A day stands in all its plots, down to the axis. Of its column only what is drawn for it is marked, so
    that a step of the cursor repaints few lines.
    """
    marked = list(lines)
    last = min(y + rows, len(lines)) - 1
    for number in range(y, last + 1):
        tall = rows > 1 and cells == 1 and number < last
        marked[number] = _with_cursor(marked[number], x, cells, only_series=tall)
    return tuple(marked)


def _with_cursor(line: ChartLine, x: int, width: int, *, only_series: bool) -> ChartLine:
    pieces: list[tuple[str, Role]] = []
    at = 0
    for text, role in line:
        for character, cells in characters(text):
            inside = x <= at < x + width and not (only_series and role not in SERIES_ROLES)
            pieces.append((character, "cursor" if inside else role))
            at += cells
    return tuple(
        Segment("".join(text for text, _ in run), role) for role, run in groupby(pieces, key=itemgetter(1))
    )
