"""`imail-tui campaigns`: what is being sent."""

from typing import Literal

from cyclopts import App

from imail_tui.cli.listing import list_records
from imail_tui.cli.options import Flag, Shared
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

for _name, _help in {
    "show": "What a campaign is made of and how far it is.",
    "steps": "The steps of a campaign, with the leads at each.",
    "why": "Why a campaign sends nothing, and what to do.",
}.items():
    app.command(f"imail_tui.cli.campaign_pages:{_name}", name=_name, help=_help)
for _name, _help in {
    "launch": "Start sending, or go on.",
    "pause": "Stop sending; launching goes on from there.",
    "duplicate": "Make a draft that says the same.",
    "archive": "Put a campaign away; its numbers stay.",
    "rm": "Delete a campaign.",
    "pause-all": "Pause every active campaign of the workspace.",
    "resume-all": "Launch again what pause-all paused.",
}.items():
    app.command(f"imail_tui.cli.campaign_acts:{_name.replace('-', '_')}", name=_name, help=_help)

Status = Literal["draft", "active", "paused", "completed", "archived"]

HEADINGS = (
    Heading("status"),
    Heading("name", key=True),
    Heading("sent_today", right=True),
    Heading("daily_limit", right=True, drop=1),
    Heading("leads", right=True),
    Heading("reply_rate_7d", right=True),
    Heading("steps", right=True, drop=2),
    Heading("id", drop=3),
)


@app.command(name="list")
def list_campaigns(
    *,
    status: Status | None = None,
    json: Flag = False,
    connection: Shared,
) -> int:
    """List all campaigns. `reply_rate_7d` is a fraction, as the server gives it.

    For example:
      imail-tui campaigns list --status active

    Parameters
    ----------
    status
        Only those in this state.
    json
        Print the server's objects as one JSON array.
    """
    return list_records(
        connection,
        lambda session: session.client.campaigns.list(status=status),
        HEADINGS,
        campaign_row,
        json=json,
        empty="No campaigns. Begin one: imail-tui campaigns new FILE",
    )


def campaign_row(campaign: Campaign) -> tuple[Field, ...]:
    """One line of the list."""
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
