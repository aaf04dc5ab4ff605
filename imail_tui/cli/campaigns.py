"""`imail-tui campaigns`: what is being sent."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from imail_tui.cli.connection import Connection, run_on_workspace
from imail_tui.cli.exits import Exit
from imail_tui.cli.output import Heading, print_json, print_rows
from imail_tui.model.campaigns import Campaign

if TYPE_CHECKING:
    from imail_tui.services.session import Session

app = App(name="campaigns", help="Campaigns: sequences of mails and where they stand.")

_HEADINGS = (
    Heading("status"),
    Heading("name"),
    Heading("sent_today", right=True),
    Heading("daily_limit", right=True),
    Heading("leads", right=True),
    Heading("reply_rate_7d", right=True),
    Heading("steps", right=True),
    Heading("id"),
)


@app.command(name="list")
def list_campaigns(
    *,
    status: str | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
    connection: Annotated[Connection, Parameter(parse=False)],
) -> int:
    """List all campaigns. `reply_rate_7d` is a fraction, as the server gives it.

    Parameters
    ----------
    status
        Only those in this state, such as `active`.
    json
        Print the server's objects as one JSON array.
    """

    async def command(session: "Session") -> Exit:
        campaigns = [each async for each in session.client.campaigns.list(status=status)]
        if json:
            print_json([campaign.wire() for campaign in campaigns])
        else:
            print_rows(_HEADINGS, map(_row, campaigns), empty="No campaigns.")
        return Exit.OK

    return run_on_workspace(connection, command)


def _row(campaign: Campaign) -> tuple[str | int | float | None, ...]:
    return (
        campaign.status,
        campaign.name,
        campaign.sent_today,
        campaign.daily_limit,
        campaign.lead_counts.total,
        campaign.reply_rate_7d,
        campaign.size,
        campaign.id,
    )
