"""Tables for people, tab-separated lines for pipes, JSON for programs.

Every foreign string passes the one door for safe text. JSON is pure ASCII (`\\uXXXX`), so no escape
sequence hidden in data can reach a terminal through it either.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imail_tui.domain.text import multi_line, one_line

if TYPE_CHECKING:
    from rich.console import JustifyMethod

    from imail_tui.model.record import Json

UNKNOWN = "–"
"""Shown for a value the server did not send."""


@dataclass(frozen=True, slots=True)
class Heading:
    """One column: its name in every output, and how it is aligned in a table.

    `wraps`: in a table too narrow for it, it goes on in the next line, where others are cut.
    """

    name: str
    right: bool = False
    wraps: bool = False


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


def _text(field: Field) -> str:
    if field is None:
        return UNKNOWN
    return one_line(field) if isinstance(field, str) else str(field)


def _print_table(headings: Sequence[Heading], rows: list[list[str]]) -> None:
    # Rich costs a tenth of a second to import and a pipe does not need it.
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        justify: JustifyMethod = "right" if heading.right else "left"
        table.add_column(Text(heading.name), justify=justify, no_wrap=not heading.wraps)
    for row in rows:
        table.add_row(*(Text(field) for field in row))
    Console(highlight=False).print(table)
