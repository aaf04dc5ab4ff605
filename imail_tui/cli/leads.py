"""`imail-tui leads`: who is written to."""

import sys
from collections.abc import AsyncIterable, AsyncIterator
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from imail_tui.cli.connection import run_on_workspace
from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.listing import list_records
from imail_tui.cli.options import AtLeastOne, Flag, Shared, say
from imail_tui.cli.output import Field, FileOutput, Heading, print_json, print_rows
from imail_tui.domain.shown import plural
from imail_tui.model.leads import Lead
from imail_tui.model.problem import Problem

if TYPE_CHECKING:
    from imail_tui.model.record import Json
    from imail_tui.services.imports.imports import KnownImport
    from imail_tui.services.session import Session

app = App(name="leads", help="Leads: import them from files, list them, write them to a file.")
app.command(
    "imail_tui.cli.lead_import:import_leads",
    name="import",
    help="Import leads from a CSV, TSV or JSON lines file; each row once, whatever happens on the way.",
)

for _module, _commands in {
    "lead_pages": {
        "show": "The fields of a lead, and its places in campaigns.",
        "timeline": "What happened to a lead.",
    },
    "lead_fields": {
        "add": "Make a lead.",
        "edit": "Change fields of leads: of those named, or of all that a search finds.",
    },
    "lead_acts": {
        "rm": "Delete leads.",
        "pause": "Hold leads in a campaign.",
        "resume": "Let leads go on in a campaign.",
        "enroll": "Put leads into a campaign.",
        "unenroll": "Take leads out of a campaign.",
    },
}.items():
    for _name, _help in _commands.items():
        app.command(f"imail_tui.cli.{_module}:{_name}", name=_name, help=_help)

Status = Literal["queued", "active", "paused", "replied", "completed", "bounced", "unsubscribed"]
Order = Literal["email", "-email", "created_at", "-created_at", "updated_at", "-updated_at"]

HEADINGS = (
    Heading("email", key=True),
    Heading("name"),
    Heading("company"),
    Heading("title"),
    Heading("suppressed", drop=1),
    Heading("id", drop=2),
)
_IMPORTS = (
    Heading("state"),
    Heading("file"),
    Heading("started", drop=1),
    Heading("created", right=True),
    Heading("updated", right=True, drop=2),
    Heading("skipped", right=True, drop=3),
    Heading("failed", right=True),
    Heading("invalid", right=True),
    Heading("id"),
)


@app.command(name="list")
def list_leads(
    *,
    search: str | None = None,
    campaign: str | None = None,
    status: Status | None = None,
    sort: Annotated[Order | None, Parameter(allow_leading_hyphen=True)] = None,
    most: AtLeastOne | None = None,
    json: Flag = False,
    connection: Shared,
) -> int:
    """List leads.

    For example:
      imail-tui leads list --campaign "Q4 outreach" --status replied
      imail-tui leads list --search "acme cto" --most 20

    Parameters
    ----------
    search
        Only those with these words in address, name or company.
    campaign
        Only those of this campaign, by its id or name.
    status
        Only those with this state in a campaign.
    sort
        By which field, - before it for the other way round.
    most
        At most so many.
    json
        Print the server's objects as one JSON array.
    """

    async def rows(session: "Session") -> AsyncIterator[Lead]:
        from imail_tui.services.naming import find_campaign

        where = None if campaign is None else (await find_campaign(session.client, campaign)).id
        pages = session.client.leads.list(q=search, campaign_id=where, status=status, sort=sort)
        left = most
        async for lead in pages:
            yield lead
            left = None if left is None else left - 1
            if left == 0:
                return

    return list_records(
        connection,
        rows,
        HEADINGS,
        lead_row,
        json=json,
        empty="No leads. Import some: imail-tui leads import FILE",
    )


@app.command
def imports(*, json: Flag = False, connection: Shared) -> int:
    """List imports of this machine, the latest first: what came of them, and which can be taken up again.

    For example:
      imail-tui leads imports

    Parameters
    ----------
    json
        Print one JSON array.
    """

    async def command(session: "Session") -> Exit:
        known = await session.imports.all()
        if json:
            print_json([_document(each) for each in known])
        else:
            print_rows(_IMPORTS, map(_import_row, known), empty="No imports yet: imail-tui leads import FILE")
        return Exit.OK

    return run_on_workspace(connection, command, connect=False)


@app.command(name="give-up")
def give_up(import_id: str, /, *, json: Flag = False, connection: Shared) -> int:
    """Do not take an import up again. What was sent stays.

    For example:
      imail-tui leads give-up imp_1a2b3c

    Parameters
    ----------
    import_id
        Its id, or the beginning of it, as `leads imports` prints it.
    json
        Print the import as it is then.
    """

    async def command(session: "Session") -> Exit:
        record = await session.imports.find(import_id)
        await session.imports.give_up(record.id)
        now = [each for each in await session.imports.all() if each.record.id == record.id]
        if json:
            print_json(_document(now[0]))
        else:
            print_rows(_IMPORTS, map(_import_row, now), empty="")
        return Exit.OK

    return run_on_workspace(connection, command, connect=False)


@app.command
def export(
    file: str | None = None,
    /,
    *,
    search: str | None = None,
    campaign: str | None = None,
    json: Flag = False,
    connection: Shared,
) -> int:
    """Write leads to a file that `leads import` reads back just as they are.

    Cells that a spreadsheet would run as formulas are preceded by an
    apostrophe; an import takes exactly that one off.

    For example:
      imail-tui leads export people.csv --campaign "Q4 outreach"

    Parameters
    ----------
    file
        Where to; standard output without it. `.jsonl` gives JSON lines.
    search
        Only those with these words in address, name or company.
    campaign
        Only those of this campaign, by its id or name.
    json
        Write JSON, one object a line.
    """
    as_lines = json or (file is not None and file.endswith(".jsonl"))

    async def command(session: "Session") -> Exit:
        from imail_tui.services.imports.exporting import export_leads
        from imail_tui.services.naming import find_campaign

        where = None if campaign is None else (await find_campaign(session.client, campaign)).id
        pages = session.client.leads.list(q=search, campaign_id=where).pages()
        try:
            count = await _counted(export_leads(pages, file, FileOutput(), as_lines=as_lines))
        except OSError as error:
            what = f"It cannot be written: {error.strerror}."
            return tell(Problem(what, "Choose another place.", file or "standard output", code="unwritable"))
        say(f"{plural(count, 'lead')}{f' in {file}' if file else ''}")
        return Exit.OK

    return run_on_workspace(connection, command)


async def _counted(counts: AsyncIterable[int]) -> int:
    last = 0
    async for count in counts:
        last = count
        if sys.stderr.isatty():
            print(f"\r{count:,} leads", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    return last


def lead_row(lead: Lead) -> tuple[Field, ...]:
    """One line of the list."""
    suppressed = None if lead.suppressed is None else "yes" if lead.suppressed else ""
    return lead.email, lead.full_name, lead.company, lead.title, suppressed, lead.id


def _import_row(known: "KnownImport") -> tuple[Field, ...]:
    from datetime import UTC, datetime

    record, server = known.record, known.server
    return (
        record.state,
        record.request.path,
        f"{datetime.fromtimestamp(record.started_at, UTC):%Y-%m-%d %H:%M}",
        server.created,
        server.updated,
        server.skipped,
        server.failed + server.unexplained,
        record.file.invalid if record.file is not None else None,
        record.id,
    )


def _document(known: "KnownImport") -> "Json":
    record, server = known.record, known.server
    return {
        "id": record.id,
        "state": str(record.state),
        "file": record.request.path,
        "campaign_id": record.request.campaign_id,
        "started_at": record.started_at,
        "ended_at": record.ended_at,
        "records": record.file.records if record.file is not None else None,
        "invalid": record.file.invalid if record.file is not None else None,
        "created": server.created,
        "updated": server.updated,
        "skipped": server.skipped,
        "failed": server.failed,
        "unexplained": server.unexplained,
        "problem": record.problem.sentence() if record.problem is not None else None,
    }
