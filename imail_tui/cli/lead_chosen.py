"""Which leads a command means, and what it prints of them afterwards."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.leads import HEADINGS, lead_row
from imail_tui.cli.options import required, say
from imail_tui.cli.output import print_json, print_rows
from imail_tui.domain.shown import plural
from imail_tui.model.leads import Lead
from imail_tui.model.problem import Problem

if TYPE_CHECKING:
    from imail_tui.services.lead_outcome import LeadOutcome
    from imail_tui.services.session import Session


async def lead_of(session: "Session", which: str) -> Lead:
    """The lead of an id or address. Raises `ApiError`, `Refused`."""
    from imail_tui.services.naming import find_lead

    return await find_lead(session.client, which)


async def leads_of(session: "Session", which: Sequence[str]) -> list[Lead]:
    """Every lead that is named, before anything is done to one. Raises `ApiError`, `Refused`."""
    found = {lead.id: lead for lead in [await lead_of(session, each) for each in required(which, "leads")]}
    return list(found.values())


async def leads_now(session: "Session", leads: Sequence[Lead]) -> list[Lead]:
    """The leads as the server has them now."""
    return [await session.leads.fetch(lead.id) for lead in leads]


async def campaign_id_of(session: "Session", which: str) -> str:
    """The campaign of an id or name. Raises `ApiError`, `Refused`."""
    from imail_tui.services.naming import find_campaign

    found = await find_campaign(session.client, which)
    await session.campaigns.keep(found)
    return found.id


async def only_place(session: "Session", leads: Sequence[Lead]) -> str:
    """The one campaign that leads are in. Raises `Refused`, which names those there are."""
    from imail_tui.services.refused import Refused

    places = {each.campaign_id for lead in leads for each in lead.enrollments}
    if len(places) == 1:
        return await campaign_id_of(session, places.pop())
    if not places:
        raise Refused(Problem("They are in no campaign.", "Enroll them first.", code="usage"))
    names = {row.id: row.name async for row in session.client.campaigns.list()}
    told = ", ".join(sorted(f"{names[each]} ({each})" if each in names else each for each in places))
    raise Refused(
        Problem(f"They are in {len(places)} campaigns.", f"Say which with --campaign: {told}.", code="usage")
    )


def print_leads(leads: Sequence[Lead], *, json: bool, one: bool = False) -> None:
    """Leads as rows, or as JSON: an array, with `one` the only one's object."""
    if json:
        print_json(leads[0].wire() if one else [lead.wire() for lead in leads])
    else:
        print_rows(HEADINGS, map(lead_row, leads), empty="No lead was changed.")


def print_outcome(
    outcome: "LeadOutcome", now: Sequence[Lead], left_alone: str, *, json: bool, one: bool = False
) -> Exit:
    """Leads as they are now, and on standard error what was not done to them and why.

    `left_alone` says why some stayed as they were.
    """
    print_leads(now, json=json, one=one)
    unchanged = len(now) - len(outcome.done) - len(outcome.refused)
    if unchanged:
        was = "it was" if unchanged == 1 else "they were"
        say(f"{plural(unchanged, 'lead')} stayed as {was}: {left_alone}.")
    return tell_refused(outcome, now)


def tell_refused(outcome: "LeadOutcome", leads: Sequence[Lead]) -> Exit:
    """Each refusal as a line; the code is that of the first."""
    names = {lead.id: lead.email for lead in leads}
    codes = [tell(problem.at(names.get(each, each))) for each, problem in outcome.refused.items()]
    return codes[0] if codes else Exit.OK
