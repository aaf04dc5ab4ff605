"""`imail-tui inboxes`: the mailboxes of the workspace."""

from typing import Annotated

from cyclopts import App, Parameter

from imail_tui.cli.connection import Connection
from imail_tui.cli.listing import list_records
from imail_tui.cli.output import Field, Heading
from imail_tui.model.inboxes import Inbox

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
    return list_records(
        connection,
        lambda session: session.client.inboxes.list(status=status),
        _HEADINGS,
        _row,
        json=json,
        empty="No inboxes.",
    )


def _row(inbox: Inbox) -> tuple[Field, ...]:
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
