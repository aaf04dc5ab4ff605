"""`imail-tui campaigns show|steps|why`."""

from typing import TYPE_CHECKING, Final

from imail_tui.cli.connection import run_on_workspace
from imail_tui.cli.exits import Exit
from imail_tui.cli.options import Flag, Shared
from imail_tui.cli.output import Field, Heading, print_facts, print_json, print_rows
from imail_tui.model.campaigns import Campaign, StepProgress

if TYPE_CHECKING:
    from imail_tui.services.session import Session

_STEPS: Final = (
    Heading("step"),
    Heading("type"),
    Heading("reached", right=True),
    Heading("waiting", right=True),
    Heading("sent", right=True),
    Heading("what", wraps=True),
)
_REASONS: Final = (
    Heading("stops"),
    Heading("cause"),
    Heading("until"),
    Heading("what", wraps=True),
    Heading("remedy", wraps=True),
)


def show(campaign: str, /, *, json: Flag = False, connection: Shared) -> int:
    """Show what a campaign is made of and how far it is.

    For example:
      imail-tui campaigns show "Q4 outreach"

    Parameters
    ----------
    campaign
        Its id or name.
    json
        Print the server's object, steps and all.
    """

    async def command(session: "Session") -> Exit:
        found = await _find(session, campaign)
        if json:
            print_json(found.wire())
            return Exit.OK
        named = {inbox.id: inbox.email async for inbox in session.client.inboxes.list()}
        print_facts(_facts(found, [named.get(each, each) for each in found.inbox_ids]))
        return Exit.OK

    return run_on_workspace(connection, command)


def steps(campaign: str, /, *, json: Flag = False, connection: Shared) -> int:
    """List the steps of a campaign, with how many leads reached each, wait there, and were sent it.

    For example:
      imail-tui campaigns steps "Q4 outreach"

    Parameters
    ----------
    campaign
        Its id or name.
    json
        Print one JSON array: `step_id`, `type`, `reached`, `waiting`, `sent`.
    """

    async def command(session: "Session") -> Exit:
        found = await _find(session, campaign)
        counts = {row.step_id: row for row in await session.campaigns.progress(found.id)}
        rows = _step_rows(found, counts)
        if json:
            names = ("step_id", "type", "reached", "waiting", "sent")
            print_json([dict(zip(names, row[:5], strict=True)) for row in rows])
        else:
            print_rows(_STEPS, rows, empty="No steps yet.")
        return Exit.OK

    return run_on_workspace(connection, command)


def why(campaign: str, /, *, json: Flag = False, connection: Shared) -> int:
    """Say why a campaign sends nothing now, what has to be mended first in front.

    Exit code 1 when something stops it.

    For example:
      imail-tui campaigns why "Q4 outreach"

    Parameters
    ----------
    campaign
        Its id or name.
    json
        Print one JSON array: `cause`, `stops`, `what`, `remedy`, `until`.
    """

    async def command(session: "Session") -> Exit:
        found = await _find(session, campaign)
        await session.inboxes.refresh(urgent=True)
        due = await session.campaigns.next_due(found) if found.status == "active" else None
        reasons = session.campaigns.reasons(found, session.now(), session.workspace_zone, due)
        if json:
            print_json(
                [
                    {
                        "cause": str(each.cause),
                        "stops": each.stops,
                        "what": each.what,
                        "remedy": each.remedy or None,
                        "until": each.until.isoformat() if each.until else None,
                    }
                    for each in reasons
                ]
            )
        else:
            rows = [
                (
                    "yes" if each.stops else "",
                    str(each.cause),
                    each.until.isoformat(timespec="minutes") if each.until else None,
                    each.what,
                    each.remedy,
                )
                for each in reasons
            ]
            print_rows(_REASONS, rows, empty="Nothing known keeps it from sending.")
        return Exit.FAILED if any(each.stops for each in reasons) else Exit.OK

    return run_on_workspace(connection, command)


async def _find(session: "Session", which: str) -> Campaign:
    from imail_tui.services.naming import find_campaign

    return await find_campaign(session.client, which)


def _facts(campaign: Campaign, inboxes: list[str]) -> list[tuple[str, Field]]:
    counts, window = campaign.lead_counts, campaign.send_window
    times = (
        None if window is None else f"{' '.join(window.days)} {window.start}-{window.end} {window.timezone}"
    )
    return [
        ("name", campaign.name),
        ("id", campaign.id),
        ("status", campaign.status),
        ("inboxes", ", ".join(inboxes)),
        ("steps", campaign.size),
        ("sent_today", campaign.sent_today),
        ("daily_limit", campaign.daily_limit),
        ("reply_rate_7d", campaign.reply_rate_7d),
        ("send_window", times),
        ("leads", counts.total),
        *((f"leads_{name}", getattr(counts, name)) for name in type(counts).model_fields),
        ("track_opens", _yes(campaign.track_opens)),
        ("track_clicks", _yes(campaign.track_clicks)),
        ("stop_on_reply", _yes(campaign.stop_on_reply)),
        ("created_at", campaign.created_at.isoformat() if campaign.created_at else None),
        ("updated_at", campaign.updated_at.isoformat() if campaign.updated_at else None),
    ]


def _yes(flag: bool | None) -> str | None:
    return None if flag is None else "yes" if flag else "no"


def _step_rows(
    campaign: Campaign, counts: dict[str, StepProgress]
) -> list[tuple[str, str, int | None, int | None, int | None, str]]:
    from imail_tui.domain.sequence.graph import summary

    rows = []
    for step in campaign.steps:
        row = counts.get(step.id)
        known = (None, None, None) if row is None else (row.reached, row.waiting, row.sent)
        rows.append((step.id, step.type, *known, summary(step)))
    return rows
