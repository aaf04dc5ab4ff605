"""What every `… list` command does: fetch all, print them as rows or as JSON."""

import sys
from collections.abc import AsyncIterable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from imail_tui.cli.connection import Connection, run_on_workspace
from imail_tui.cli.exits import Exit
from imail_tui.cli.output import Field, Heading, as_json, line_of, print_json, print_rows
from imail_tui.model.record import Record

if TYPE_CHECKING:
    from imail_tui.services.session import Session

R = TypeVar("R", bound=Record)


def list_records(
    connection: Connection,
    fetch: "Callable[[Session], AsyncIterable[R]]",
    headings: Sequence[Heading],
    row: Callable[[R], Sequence[Field]],
    *,
    json: bool,
    empty: str,
) -> int:
    """Print all records that `fetch` gives, with `json` as one array. Gives the exit code.

    A table needs them all to be drawn; a pipe gets each as it comes, so that a million take no memory.
    """

    async def command(session: "Session") -> Exit:
        records = fetch(session)
        if not sys.stdout.isatty():
            await (_pipe_json(records) if json else _pipe_rows(records, headings, row, empty))
            return Exit.OK
        found = [record async for record in records]
        if json:
            print_json([record.wire() for record in found])
        else:
            print_rows(headings, map(row, found), empty=empty)
        return Exit.OK

    return run_on_workspace(connection, command)


async def _pipe_json(records: AsyncIterable[R]) -> None:
    """One array. What fails before the first record leaves nothing behind."""
    opening = "["
    async for record in records:
        print(opening, as_json(record.wire()), sep="", end="")
        opening = ", "
    print("[]" if opening == "[" else "]")


async def _pipe_rows(
    records: AsyncIterable[R],
    headings: Sequence[Heading],
    row: Callable[[R], Sequence[Field]],
    empty: str,
) -> None:
    head = line_of([heading.name for heading in headings])
    none = True
    async for record in records:
        if none:
            print(head)
            none = False
        print(line_of(row(record)))
    if none:
        print(head)
        print(empty, file=sys.stderr)
