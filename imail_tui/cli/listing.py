"""What every `… list` command does: fetch all, print them as rows or as JSON."""

from collections.abc import AsyncIterable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from imail_tui.cli.connection import Connection, run_on_workspace
from imail_tui.cli.exits import Exit
from imail_tui.cli.output import Field, Heading, print_json, print_rows
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
    """Print all records that `fetch` gives, with `json` as one array. Gives the exit code."""

    async def command(session: "Session") -> Exit:
        records = [record async for record in fetch(session)]
        if json:
            print_json([record.wire() for record in records])
        else:
            print_rows(headings, map(row, records), empty=empty)
        return Exit.OK

    return run_on_workspace(connection, command)
