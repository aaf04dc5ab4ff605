"""Lines that are all as wide as the titles, with quotes only around whole cells: cut into columns at once.

A reader of CSV looks at each letter. Here many lines are one text, and a few searches tell whether its quotes
are in order and its lines even; most of any file is so. It comes to the same cells as `csv` gives; where that
cannot be told, there are none.
"""

from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from imail_tui.domain.leads.dialect import LONGEST_CELL

MASK: Final = "\x7f"
"""Stands for a delimiter within quotes; JSON has it as it is."""
_FIRST, _LAST = itemgetter(0), itemgetter(-1)


@dataclass(frozen=True, slots=True)
class EvenLines:
    """So many lines of so many cells.

    `cells`: of all lines, with an end behind each. `masked`: what `MASK` stands for, blank = for itself.
    """

    cells: list[str]
    width: int
    count: int
    masked: str

    def column(self, number: int) -> list[str]:
        """The cells of a column, with masks."""
        return self.cells[number :: self.width + 1]

    def record(self, number: int) -> list[str]:
        """The cells of a line."""
        start = number * (self.width + 1)
        cells = self.cells[start : start + self.width]
        return [cell.replace(MASK, self.masked) for cell in cells] if self.masked else cells


def even_lines(text: str, delimiter: str, width: int) -> EvenLines | None:
    """The cells of whole lines, which begin with a record; None where it takes a closer look."""
    if len(text) > LONGEST_CELL:
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n")
        if "\r" in text:
            return None
    if not text.endswith("\n"):
        text += "\n"
    masked = ""
    if '"' in text:
        found = _without_quotes(text, delimiter)
        if found is None:
            return None
        text, masked = found
    cells = text.replace("\n", f"{delimiter}\n{delimiter}").split(delimiter)
    cells.pop()
    count = text.count("\n")
    if len(cells) != count * (width + 1) or cells[width :: width + 1].count("\n") != count:
        return None
    return EvenLines(cells, width, count, masked)


def _without_quotes(text: str, delimiter: str) -> tuple[str, str] | None:
    """A text without the quotes around cells, and what is masked in it; None where a quote stands elsewhere.

    So for cells of several lines.
    """
    parts = text.split('"')
    outside = parts[::2]
    if len(parts) % 2 == 0:
        return None
    if not outside[0]:
        outside[0] = "\n"
    try:
        # All is well where only ends of cells are beside those that are quoted.
        beside = {*map(_LAST, outside[:-1]), *map(_FIRST, outside[1:])}
    except IndexError:
        return None
    if beside - {delimiter, "\n"}:
        return None
    inside = '"'.join(parts[1::2])
    if "\n" in inside:
        return None
    if delimiter not in inside:
        return "".join(parts), ""
    if MASK in text:
        return None
    parts[1::2] = inside.replace(delimiter, MASK).split('"')
    return "".join(parts), delimiter
