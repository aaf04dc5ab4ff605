"""How a file is to be read, told from its beginning: delimiter, notes before the titles, the titles."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from imail_tui.domain.leads.addresses import read_address
from imail_tui.domain.leads.headers import KNOWN, distinct, is_known, plain

DELIMITERS: Final = (",", ";", "\t", "|")
LONGEST_CELL: Final = 131_072
"""Characters; a quote that runs further was never closed."""
_TITLES_WITHIN: Final = 20
_LOOKED_AT: Final = 200
"""Records by which a delimiter is told."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is read.

    `headers` are the titles, told apart; where the file has none they are `Column 1` and so on.
    `skipped_lines`: lines before the first lead's, those of the titles included.
    """

    delimiter: str
    headers: tuple[str, ...]
    skipped_lines: int


def sniff(beginning: str, *, whole: bool, delimiter: str | None = None) -> Dialect | None:
    """The dialect of a file that begins so; None for one without a filled cell.

    `whole`: the file ends there; otherwise its last record may be cut off. `delimiter`: it is known.
    """
    found = [_reading(beginning, each, whole=whole) for each in ([delimiter] if delimiter else DELIMITERS)]
    best = max(found, key=lambda reading: reading.fitness)
    return best.dialect()


@dataclass(frozen=True, slots=True)
class _Reading:
    """A beginning as one delimiter reads it: records, and the line each ends on."""

    delimiter: str
    records: tuple[tuple[str, ...], ...]
    ends: tuple[int, ...]

    @property
    def titles(self) -> int | None:
        """Which record has the titles, None = none has."""
        first = self.records[:_TITLES_WITHIN]
        with_address = [number for number, cells in enumerate(first) if _has_address(cells)]
        leads_from = with_address[0] if with_address else len(first)
        if leads_from == next((number for number, cells in enumerate(first) if _filled(cells)), 0):
            return None
        for number, cells in enumerate(first):
            names_address = any(KNOWN.get(plain(cell)) == "email" for cell in cells)
            # Behind a line with an address, which notes may hold too, it takes both to be titles.
            signs = (names_address, sum(map(is_known, cells)) >= 2)
            if any(signs) if number < leads_from else all(signs):
                return number
        # Titles of somebody's own: the first record as wide as those that follow.
        wide = _usual_width(self.records)
        return next(
            (
                number
                for number, cells in enumerate(first[:leads_from])
                if _filled(cells) and len(cells) == wide
            ),
            None,
        )

    @property
    def fitness(self) -> tuple[int, float, int]:
        """How well the delimiter explains the beginning: known titles, then equally wide records."""
        titles = self.titles
        known = sum(map(is_known, self.records[titles])) if titles is not None else 0
        body = [len(cells) for cells in self.records[titles or 0 :] if _filled(cells)]
        width = _usual_width(self.records)
        alike = body.count(width) / len(body) if body and width > 1 else 0.0
        return known, alike, width

    def dialect(self) -> Dialect | None:
        """What follows from it."""
        if not any(map(_filled, self.records)):
            return None
        titles = self.titles
        if titles is None:
            width = max(len(cells) for cells in self.records)
            return Dialect(self.delimiter, distinct([""] * width), 0)
        headers = distinct(_without_tail(self.records[titles]))
        return Dialect(self.delimiter, headers, self.ends[titles])


def email_columns(records: Sequence[Sequence[str]], width: int) -> tuple[int, ...]:
    """Columns that hold addresses, by what is in them: for files whose titles do not tell."""
    found = []
    for column in range(width):
        cells = [cells[column] for cells in records if column < len(cells) and cells[column].strip()]
        hits = sum(read_address(cell).fault is None for cell in cells)
        if hits and 2 * hits >= len(cells):
            found.append(column)
    return tuple(found)


def read_records(lines: Iterable[str], delimiter: str) -> Iterator[tuple[list[str], int]]:
    """Records and the number of the line each ends on, from 1. Raises csv.Error for an endless cell."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(lines, delimiter=delimiter)
    for cells in reader:
        yield cells, reader.line_num


def opening_line(text: str, delimiter: str) -> int | None:
    """The line, from 0, on which a quote opens that `text`, from the start of a record, never closes."""
    opened: int | None = None
    at_start, line, position = True, 0, 0
    while position < len(text):
        letter = text[position]
        if opened is not None:
            if letter == '"':
                if text[position + 1 : position + 2] == '"':
                    position += 1
                else:
                    opened = None
        elif letter == '"' and at_start:
            opened = line
        at_start = opened is None and letter in (delimiter, "\n", "\r")
        line += letter == "\n"
        position += 1
    return opened


def _reading(beginning: str, delimiter: str, *, whole: bool) -> _Reading:
    records: list[tuple[str, ...]] = []
    ends: list[int] = []
    try:
        for cells, end in read_records(io.StringIO(beginning, newline=""), delimiter):
            records.append(tuple(cells))
            ends.append(end)
            if len(records) > _LOOKED_AT:
                break
    except csv.Error:
        # What was read before the fault tells the delimiter; reading the file names the fault.
        pass
    if not whole and len(records) > 1:
        records.pop()
        ends.pop()
    return _Reading(delimiter, tuple(records), tuple(ends))


def _usual_width(records: Sequence[Sequence[str]]) -> int:
    widths = Counter(len(cells) for cells in records if _filled(cells))
    return max(widths, key=lambda width: (widths[width], width), default=0)


def _filled(cells: Sequence[str]) -> bool:
    return any(cell.strip() for cell in cells)


def _has_address(cells: Sequence[str]) -> bool:
    return any("@" in cell and read_address(cell).fault is None for cell in cells)


def _without_tail(cells: Sequence[str]) -> Sequence[str]:
    """Titles without the blank ones that a delimiter at the end of each line makes."""
    width = len(cells)
    while width > 1 and not cells[width - 1].strip():
        width -= 1
    return cells[:width]
