"""Records in which nothing is to be escaped, made JSON in one text: most of any file.

Each column is cleaned as one text, and one look at that text tells whether it is what JSON has. Literals and
columns are then woven into the text of all records.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from imail_tui.domain.leads.cells import SEPARATOR, cleaned_column
from imail_tui.domain.leads.headers import CUSTOM
from imail_tui.domain.leads.layout import Layout

if TYPE_CHECKING:
    from pydantic import JsonValue

_Members: TypeAlias = list[tuple[str, Sequence[str]]]
_NESTED: Final = ',"custom":{'
_ESCAPED: Final = 5
"""Letters that a separator takes more in JSON."""


def plain_bodies(
    columns: Sequence[Sequence[str]],
    layout: Layout,
    dumps: "Callable[[JsonValue], bytes]",
    mask: tuple[str, str] | None = None,
) -> list[bytes] | None:
    """A line with a JSON object for each record of columns; None where a cell has to be escaped.

    `mask`: a letter in the cells, and the one it stands for. Addresses are taken as they are.
    """
    own: _Members = []
    custom: _Members = []
    for target, chosen in layout.columns.items():
        if target == "email":
            continue
        found = [_cleaned(columns[column], dumps, mask) for column in chosen]
        if None in found:
            return None
        cells = _first_filled([each for each in found if each is not None])
        if any(cells):
            name = dumps(target.removeprefix(CUSTOM)).decode()
            (custom if target.startswith(CUSTOM) else own).append((name, cells))
    emails = columns[layout.emails[0]]
    if not _is_plain(SEPARATOR.join(emails), len(emails) - 1, dumps):
        return None
    text = _woven(emails, own, custom)
    for name, cells in (*own, *custom):
        if not all(cells):
            text = text.replace(f',{name}:""', "")
    if custom:
        # With blank ones gone, a comma is left before the first.
        text = text.replace(f"{_NESTED}}}", "").replace(f"{_NESTED},", _NESTED)
    return text.encode().splitlines(keepends=True)


def _first_filled(columns: Sequence[Sequence[str]]) -> Sequence[str]:
    """Of each record the first cell that is not blank."""
    if len(columns) == 1 or all(columns[0]):
        return columns[0]
    return [next(filter(None, cells), "") for cells in zip(*columns, strict=True)]


def _cleaned(
    cells: Sequence[str], dumps: "Callable[[JsonValue], bytes]", mask: tuple[str, str] | None
) -> Sequence[str] | None:
    """A column's values; None where one is to be escaped."""
    text = SEPARATOR.join(cells)
    if not _is_plain(text, len(cells) - 1, dumps):
        return None
    cleaned = text
    if " " in text or "'" in text or not text.isascii():
        # Other space would have been escaped.
        cleaned = cleaned_column(SEPARATOR + text)[1:]
    if mask is not None:
        cleaned = cleaned.replace(*mask)
    return cells if cleaned is text else cleaned.split(SEPARATOR)


def _is_plain(text: str, separators: int, dumps: "Callable[[JsonValue], bytes]") -> bool:
    """Whether nothing but so many separators is escaped in a text."""
    size = len(text) if text.isascii() else len(text.encode())
    return len(dumps(text)) == 2 + size + _ESCAPED * separators


def _woven(emails: Sequence[str], own: _Members, custom: _Members) -> str:
    """All records, a line each, with blank members."""
    parts = ['{"email":"', ""]
    for number, (name, _) in enumerate((*own, *custom)):
        parts += [f'"{_NESTED if number == len(own) else ""},{name}:"', ""]
    parts.append('"}}\n' if custom else '"}\n')
    width = len(parts)
    # Slices are filled faster than a loop can go from cell to cell.
    woven = parts * len(emails)
    woven[1::width] = emails
    for number, (_, cells) in enumerate((*own, *custom), 1):
        woven[2 * number + 1 :: width] = cells
    return "".join(woven)
