"""Reading a table of leads from a text file, record by record, in constant memory."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from imail_tui.domain.lead_columns import map_columns
from imail_tui.model.problem import Problem

DELIMITERS = (",", ";", "\t", "|")
_LOOKED_AT = 65_536
"""Bytes from the start by which encoding and delimiter are told."""
_HEADER_WITHIN = 10
"""The titles are in one of the first records: some exports begin with notes."""
_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class ImportRefused(Exception):
    """A file that cannot be imported; `problem` says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the physical line it begins on (from 1), and its cells as they came."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class LeadFile:
    """A table in a text file. `header_line`: the line its titles begin on."""

    path: Path
    encoding: str
    delimiter: str
    header_line: int
    headers: tuple[str, ...]

    def records(self) -> Iterator[Record]:
        """The records behind the titles but blank ones. Raises ImportRefused, UnicodeDecodeError."""
        with _open(self.path, self.encoding) as stream:
            for record in _records(stream, self.delimiter, self.path):
                if record.line > self.header_line and any(cell.strip() for cell in record.cells):
                    yield record


def look_at(path: Path, *, encoding: str | None = None) -> LeadFile:
    """How to read a file. Raises ImportRefused when it is no text or has no titles.

    `encoding` None: told from the file's first bytes, UTF-8 when they do not tell.
    """
    head = _head(path)
    encoding = encoding or next((name for mark, name in _ENCODINGS if head.startswith(mark)), "utf-8")
    if b"\0" in head and encoding != "utf-16":
        raise _refused(path, "This is not a text file.", "Export it as CSV (comma-separated text) first.")
    with _open(path, encoding) as stream:
        text = stream.read(_LOOKED_AT)
    delimiter = max(DELIMITERS, key=lambda each: _fitness(text, each))
    with _open(path, encoding) as stream:
        first = list(islice(_records(stream, delimiter, path), _HEADER_WITHIN))
    titles = next((record for record in first if _is_header(record.cells)), None)
    if titles is None:
        titles = next((record for record in first if any(cell.strip() for cell in record.cells)), None)
    if titles is None:
        raise _refused(path, "The file is empty.", "Choose another one.")
    return LeadFile(path, encoding, delimiter, titles.line, _distinct(titles.cells))


def _is_header(cells: Sequence[str]) -> bool:
    return any(column.field == "email" for column in map_columns(cells))


def _distinct(titles: Sequence[str]) -> tuple[str, ...]:
    """Titles with a number behind those that occurred before."""
    seen: dict[str, int] = {}
    distinct = []
    for title in titles:
        title = title.strip()
        seen[title] = seen.get(title, 0) + 1
        distinct.append(title if seen[title] == 1 else f"{title} ({seen[title]})")
    return tuple(distinct)


def _fitness(text: str, delimiter: str) -> tuple[bool, int]:
    """How well a delimiter explains the first records: there are titles, most are equally wide."""
    lines = text.splitlines(keepends=True)[:50]
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return False, 0
    widths = [len(row) for row in rows if len(row) > 1]
    common = max((widths.count(width) * width for width in set(widths)), default=0)
    return any(len(row) > 1 and _is_header(row) for row in rows[:_HEADER_WITHIN]), common


def _records(stream: TextIO, delimiter: str, path: Path) -> Iterator[Record]:
    reader = csv.reader(stream, delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            what = f"The record at line {line} cannot be read: {error}."
            raise _refused(path, what, "Look for a quote that is never closed.") from None
        if cells is None:
            return
        yield Record(line, cells)


def _head(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise _refused(path, "There is no such file.", "Check the path.")
        with path.open("rb") as stream:
            return stream.read(_LOOKED_AT)
    except OSError as error:
        raise _refused(
            path, f"The file cannot be read: {error.strerror}.", "Check its permissions."
        ) from None


def _open(path: Path, encoding: str) -> TextIO:
    return path.open(encoding=encoding, newline="", errors="strict")


def _refused(path: Path, what: str, remedy: str) -> ImportRefused:
    return ImportRefused(Problem(what, remedy, where=str(path), code="file_refused"))
