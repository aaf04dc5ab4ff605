"""Cells as files have them, made values: what spreadsheets and programs put around a value is taken off.

A cell that begins like a formula is written with an apostrophe before it (`guarded`), as OWASP's page on CSV
injection advises; reading takes exactly that one off again, and the one Apollo puts before phone numbers.
"""

import re
from typing import Final

SEPARATOR: Final = "\x1f"
"""Before each cell of a column that is cleaned as one text; a cell that holds one is cleaned by itself."""

_FILLER: Final = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""Invisible letters without a meaning; the joiners of emoji and of Persian stay."""
_MARKED: Final = re.compile("'(?=[=+\\-@\t\r'0-9])")
_MARKED_IN_COLUMN: Final = re.compile(f"{SEPARATOR}{_MARKED.pattern}")
_EDGES: Final = re.compile(f"[^\\S{SEPARATOR}]*{SEPARATOR}[^\\S{SEPARATOR}]*")
_RARE_SPACE: Final = "\t\n\r\x0b\x0c\x1c\x1d\x1e"
_UNUSUAL: Final = re.compile(
    "[\x85\u00a0\u00ad\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]"
)
"""Space and fillers beyond ASCII."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "'")
_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9 ().,/-]*")


def cleaned(cell: str) -> str:
    """A cell's value: without space around it, fillers, and the apostrophe before a number or a formula."""
    text = cell if cell.isascii() else _without_fillers(cell)
    text = text.strip()
    return text[1:].strip() if _MARKED.match(text) else text


def cleaned_column(cells: str) -> str:
    """The same for the cells of a column at once: a few passes over one text instead of a call for each."""
    if not cells.isascii() and _UNUSUAL.search(cells):
        cells = _without_edges(_without_fillers(cells))
    elif _has_space_at_edges(cells):
        cells = _without_edges(cells)
    if "'" in cells and f"{SEPARATOR}'" in cells:
        # Nearly always it stands before a phone number's plus.
        cells = cells.replace(f"{SEPARATOR}'+", f"{SEPARATOR}+")
        cells = _MARKED_IN_COLUMN.sub(SEPARATOR, cells) if f"{SEPARATOR}'" in cells else cells
        if _has_space_at_edges(cells):
            cells = _without_edges(cells)
    return cells


def guarded(value: str) -> str:
    """A value as a cell that no spreadsheet takes for a formula; numbers and phones stay as they are."""
    if value.startswith(_FORMULA) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def unguarded(cell: str) -> str:
    """The value of a cell that `guarded` made."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell


def _without_fillers(text: str) -> str:
    return _FILLER.sub("", text).replace("\u00a0", " ")


def _without_edges(cells: str) -> str:
    return _EDGES.sub(SEPARATOR, cells + SEPARATOR)[:-1]


def _has_space_at_edges(cells: str) -> bool:
    # Looking for one letter costs next to nothing beside looking for two.
    return (" " in cells and (f"{SEPARATOR} " in cells or f" {SEPARATOR}" in cells)) or (
        cells[-1:].isspace() or any(space in cells for space in _RARE_SPACE)
    )
