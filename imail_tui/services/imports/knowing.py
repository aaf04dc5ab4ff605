"""What the workspace knows of a file's addresses before they are sent: which exist, which get no mail."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from imail_tui.domain.budget import Priority
from imail_tui.domain.leads.layout import Layout
from imail_tui.model.imports import ImportRequest, Repairs
from imail_tui.services.imports.checking import FileReader
from imail_tui.services.imports.chunks import Chunker
from imail_tui.services.imports.table import Table
from imail_tui.services.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Known:
    """Of the first `asked` accepted addresses, how many exist already and how many are suppressed."""

    asked: int = 0
    existing: int = 0
    suppressed: int = 0


async def look_up(
    bench: Workbench,
    emails: Sequence[str],
    before: Known = Known(),
    priority: Priority = Priority.INTERACTIVE,
) -> Known:
    """What was known before and of these, at most as many as one request takes. Raises `ApiError`."""
    matches = await bench.ask(lambda client: client.leads.lookup(emails), priority)
    return Known(
        before.asked + len(emails),
        before.existing + sum(match.id is not None for match in matches),
        before.suppressed + sum(match.suppressed is True for match in matches),
    )


async def look_up_all(
    bench: Workbench, table: Table, layout: Layout, repairs: Repairs, on_part: Callable[[Known], None]
) -> Known:
    """Read the file once more and ask for all accepted addresses, as a job; `on_part` hears of each request.

    Raises `ApiError`, ImportRefused.
    """
    reader = FileReader(table, layout, repairs, Chunker(ImportRequest(table.name, {}, table.source.name)))
    known = Known()
    async for chunk in reader.chunks():
        emails = [str(lead["email"]) for lead in chunk.leads()]
        known = await look_up(bench, emails, known, Priority.JOB)
        on_part(known)
    return known
