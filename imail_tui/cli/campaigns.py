"""`imail-tui campaigns`: what is being sent."""

from typing import Annotated

from cyclopts import App, Parameter

from imail_tui.cli.connection import Connection
from imail_tui.cli.listing import list_records
from imail_tui.cli.output import Field, Heading
from imail_tui.model.campaigns import Campaign

app = App(name="campaigns", help="Campaigns: sequences of mails and where they stand.")
app.command(
    "imail_tui.cli.campaign_lint:lint",
    name="lint",
    help="Look for mistakes in campaign files. Fails when there is an error; warnings alone pass.",
)
for _name, _help in {
    "new": "Begin a campaign's file from a template; without a file the templates are listed.",
    "pull": "Write a campaign into a file; comments of one that is there are kept.",
    "plan": "Say what applying a file would change, what is wrong with it, and who is affected.",
    "diff": "Print how a file and its campaign differ. Exit code 1 when they do.",
    "apply": "Create the campaign of a file, or change what differs. Nothing is launched.",
    "schema": "Print the JSON Schema of campaign files, for editors.",
}.items():
    app.command(f"imail_tui.cli.campaign_files:{_name}", name=_name, help=_help)
app.command(
    "imail_tui.cli.campaign_simulate:simulate",
    name="simulate",
    help="Walk a lead through a campaign's file: each mail with its date, and why each branch was taken.",
)

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
    return list_records(
        connection,
        lambda session: session.client.campaigns.list(status=status),
        _HEADINGS,
        _row,
        json=json,
        empty="No campaigns.",
    )


def _row(campaign: Campaign) -> tuple[Field, ...]:
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
