"""`imail-tui inboxes`: the mailboxes of the workspace."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from imail_tui.cli.connection import Connection, run_on_workspace
from imail_tui.cli.exits import Exit
from imail_tui.cli.output import Heading, print_json, print_rows
from imail_tui.model.inboxes import Inbox

if TYPE_CHECKING:
    from imail_tui.services.session import Session

app = App(name="inboxes", help="The mailboxes mail is sent from.")

_HEADINGS = (
    Heading("status"),
    Heading("email"),
    Heading("provider"),
    Heading("sent_today", right=True),
    Heading("daily_limit", right=True),
    Heading("warmup"),
    Heading("health", right=True),
    Heading("id"),
)


@app.command(name="list")
def list_inboxes(
    *,
    status: str | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
    connection: Annotated[Connection, Parameter(parse=False)],
) -> int:
    """List all inboxes.

    Parameters
    ----------
    status
        Only those in this state, such as `disconnected`.
    json
        Print the server's objects as one JSON array.
    """

    async def command(session: "Session") -> Exit:
        inboxes = [each async for each in session.client.inboxes.list(status=status)]
        if json:
            print_json([inbox.wire() for inbox in inboxes])
        else:
            print_rows(_HEADINGS, map(_row, inboxes), empty="No inboxes.")
        return Exit.OK

    return run_on_workspace(connection, command)


def _row(inbox: Inbox) -> tuple[str | int | float | None, ...]:
    return (
        inbox.status,
        inbox.email,
        inbox.provider,
        inbox.sent_today,
        inbox.daily_limit,
        inbox.warmup.status,
        inbox.health.score,
        inbox.id,
    )
