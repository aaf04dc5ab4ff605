"""Tables for people, tab-separated lines for pipes, JSON for programs.

Every foreign string passes the one door for safe text. JSON is pure ASCII (`\\uXXXX`), so no escape
sequence hidden in data can reach a terminal through it either.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from imail_tui.cli.table_widths import GAP, Wish, widths
from imail_tui.domain.text import cell_width, multi_line, one_line

if TYPE_CHECKING:
    from rich.console import JustifyMethod

    from imail_tui.model.record import Json

UNKNOWN = "–"
"""Shown for a value the server did not send."""


@dataclass(frozen=True, slots=True)
class Heading:
    """One column: its name in every output, and how it is aligned in a table.

    In a table too narrow for all: `wraps`: it goes on in the next line, where others are cut; `drop`: it is
    left out, the highest number first, 0 = never; `key`: it says what a row is called, and is cut last.
    """

    name: str
    right: bool = False
    wraps: bool = False
    drop: int = 0
    key: bool = False


Field = str | int | float | None


def print_json(value: "Json | list[Json]") -> None:
    """One JSON document on standard output."""
    print(as_json(value))


def as_json(value: "Json | list[Json]") -> str:
    """JSON, over several lines on a terminal."""
    return json.dumps(value, indent=2 if sys.stdout.isatty() else None)


def line_of(fields: Sequence[Field]) -> str:
    """One line for a pipe."""
    return "\t".join(map(_text, fields))


def print_rows(headings: Sequence[Heading], rows: Iterable[Sequence[Field]], *, empty: str) -> None:
    """A table on a terminal; elsewhere a header line and tab-separated values that stay stable.

    `empty` says on standard error how to fill an empty list.
    """
    texts = [[_text(field) for field in row] for row in rows]
    if sys.stdout.isatty():
        _print_table(headings, texts)
    else:
        print("\t".join(heading.name for heading in headings))
        for row in texts:
            print("\t".join(row))
    if not texts:
        print(empty, file=sys.stderr)


def print_text(text: str) -> None:
    """Lines as they are, made safe on a terminal; elsewhere byte for byte."""
    shown = multi_line(text) if sys.stdout.isatty() else text
    print(shown, end="" if shown.endswith("\n") or not shown else "\n")


class FileOutput:
    """Standard output for what would else be a file: byte for byte in a pipe, made safe on a terminal."""

    def write(self, text: str, /) -> object:
        """Pass it on."""
        return sys.stdout.write(multi_line(text) if sys.stdout.isatty() else text)


def print_facts(facts: Iterable[tuple[str, Field]]) -> None:
    """What is known of one thing, a line each; a fact that is not known is left out of a table only."""
    rows = [fact for fact in facts if fact[1] is not None or not sys.stdout.isatty()]
    print_rows((Heading("what"), Heading("value", wraps=True)), rows, empty="Nothing is known of it.")


def when(at: datetime | None) -> str | None:
    """A time: to the minute for a person, whole in a pipe."""
    if at is None:
        return None
    return f"{at:%Y-%m-%d %H:%M}" if sys.stdout.isatty() else at.isoformat()


def _text(field: Field) -> str:
    if field is None:
        return UNKNOWN
    return one_line(field) if isinstance(field, str) else str(field)


def _print_table(headings: Sequence[Heading], rows: list[list[str]]) -> None:
    # Rich costs a tenth of a second to import and a pipe does not need it.
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    wishes = [
        Wish(
            max(map(cell_width, (heading.name, *(row[place] for row in rows)))),
            heading.drop,
            whole=heading.name == "id" or heading.name.endswith("_id"),
            key=heading.key,
        )
        for place, heading in enumerate(headings)
    ]
    shown = [(place, cells) for place, cells in enumerate(widths(wishes, console.width)) if cells]
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="bold")
    for place, cells in shown:
        heading = headings[place]
        justify: JustifyMethod = "right" if heading.right else "left"
        table.add_column(
            Text(heading.name),
            justify=justify,
            no_wrap=not heading.wraps,
            overflow="fold" if heading.wraps else "ellipsis",
            width=cells,
        )
    for row in rows:
        table.add_row(*(Text(row[place]) for place, _ in shown))
    console.print(table)
