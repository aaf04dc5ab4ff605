"""Records in which nothing is to be escaped, made JSON in one text: most of any file.

Literals and cells are woven into the text of all records at once, and one look at that text tells whether it
is what JSON has; where it is not, nothing was lost but that look.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, repeat
from typing import TYPE_CHECKING, Final

from imail_tui.domain.leads.cells import MARKED
from imail_tui.domain.leads.headers import CUSTOM
from imail_tui.domain.leads.layout import Layout

if TYPE_CHECKING:
    from pydantic import JsonValue

_QUOTES: Final = 4
"""Of a member: two around the name, two around the value."""


class _Weave:
    """The text of records: an iterable of texts for each literal and each column, one text a record."""

    def __init__(self, count: int, emails: Sequence[str]) -> None:
        self._count = count
        self._parts: list[Iterable[str]] = [repeat('{"email":"'), emails]
        self._is_open = True
        self.quotes = _QUOTES * count
        """How many there are where no cell has one."""

    def member(self, name: str, cells: Sequence[str]) -> None:
        """A member where the cell is filled; `name` as JSON."""
        start = f',{name}:"'
        if all(cells):
            self._parts += [repeat(f'"{start}' if self._is_open else start), cells]
            self._is_open = True
            self.quotes += _QUOTES * self._count
        elif any(cells):
            self.whole([f'{start}{cell}"' if cell else "" for cell in cells])
            self.quotes += _QUOTES * sum(map(bool, cells))

    def whole(self, texts: Sequence[str]) -> None:
        """A text of each record as it is."""
        self._parts += [repeat('"'), texts] if self._is_open else [texts]
        self._is_open = False

    def custom(self, columns: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Custom fields, nested."""
        members = [[f',{name}:"{cell}"' if cell else "" for cell in cells] for name, cells in columns]
        nested = list(map("".join, zip(*members, strict=True)))
        self.whole([f',"custom":{{{text[1:]}}}' if text else "" for text in nested])
        self.quotes += 2 * sum(map(bool, nested))
        self.quotes += _QUOTES * sum(sum(map(bool, cells)) for _, cells in columns)

    def text(self) -> str:
        """All records, a line each."""
        parts = [*self._parts, repeat('"}\n' if self._is_open else "}\n")]
        # The literals go on for ever; the addresses end it.
        return "".join(chain.from_iterable(zip(*parts, strict=False)))


def plain_bodies(
    columns: Sequence[Sequence[str]], layout: Layout, dumps: "Callable[[JsonValue], bytes]"
) -> list[bytes] | None:
    """A JSON object for each record of columns; None where a cell has to be cleaned or escaped."""
    count = len(columns[0])
    weave = _Weave(count, columns[layout.emails[0]])
    custom: list[tuple[str, Sequence[str]]] = []
    for target, chosen in layout.columns.items():
        if target == "email":
            continue
        cells = columns[chosen[0]] if len(chosen) == 1 else first_filled([columns[c] for c in chosen])
        name = dumps(target.removeprefix(CUSTOM)).decode()
        if "\\" in name or "'" in name:
            return None
        if target.startswith(CUSTOM):
            custom.append((name, cells))
        else:
            weave.member(name, cells)
    if custom:
        weave.custom(custom)
    text = weave.text()
    if "\"'" in text:
        text = MARKED.sub('"', text)
    raw = text.encode()
    # Whatever JSON escapes takes a letter more: nothing is escaped but our own quotes and ends of lines.
    if len(dumps(text)) != 2 + len(raw) + weave.quotes + count:
        return None
    if '" ' in text or ' "' in text or (len(raw) != len(text) and not text.replace("\n", "").isprintable()):
        return None
    bodies = raw.split(b"\n")
    bodies.pop()
    return bodies


def first_filled(columns: Sequence[Sequence[str]]) -> list[str]:
    """Of each record the first cell that is not blank."""
    return [next(filter(None, cells), "") for cells in zip(*columns, strict=True)]
