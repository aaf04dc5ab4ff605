"""`imail-tui leads rm|pause|resume|enroll|unenroll`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from imail_tui.cli.connection import run_on_workspace
from imail_tui.cli.consent import check_consent
from imail_tui.cli.exits import Exit
from imail_tui.cli.lead_chosen import (
    campaign_id_of,
    leads_now,
    leads_of,
    only_place,
    print_outcome,
    tell_refused,
)
from imail_tui.cli.options import Flag, Shared, say
from imail_tui.cli.output import print_json
from imail_tui.domain.shown import plural

if TYPE_CHECKING:
    from imail_tui.services.session import Session


def rm(*leads: str, yes: Flag = False, json: Flag = False, connection: Shared) -> int:
    """Delete leads, with their places in campaigns. This cannot be undone.

    A deleted lead may be imported again; `suppressions add` keeps an address from ever getting mail.

    For example:
      imail-tui leads rm ada@client.example --yes

    Parameters
    ----------
    leads
        Their ids or addresses.
    yes
        Do not ask.
    json
        Print the leads that were deleted as they were, as one JSON array.
    """

    async def command(session: "Session") -> Exit:
        found = await leads_of(session, leads)
        facts = [f"{each.email}: in {plural(len(each.enrollments), 'campaign')}." for each in found[:10]]
        word = found[0].email if len(found) == 1 else str(len(found))
        check_consent(session, f"Delete {plural(len(found), 'lead')}?", word, facts, yes=yes)
        outcome = await session.lead_acts.delete(found)
        for each in outcome.done:
            say(f"{each.email} ({each.id}) was deleted.")
        if json:
            print_json([each.wire() for each in outcome.done])
        return tell_refused(outcome, found)

    return run_on_workspace(connection, command)


def pause(*leads: str, campaign: str | None = None, json: Flag = False, connection: Shared) -> int:
    """Hold leads in a campaign: they get nothing more from it until `resume`.

    For example:
      imail-tui leads pause ada@client.example --campaign "Q4 outreach"

    Parameters
    ----------
    leads
        Their ids or addresses.
    campaign
        Id or name; may be left out for leads that are in one campaign only.
    json
        Print the leads as they are then, as one JSON array.
    """
    return _hold(leads, campaign, connection, paused=True, json=json)


def resume(*leads: str, campaign: str | None = None, json: Flag = False, connection: Shared) -> int:
    """Let leads go on in a campaign.

    For example:
      imail-tui leads resume ada@client.example --campaign "Q4 outreach"

    Parameters
    ----------
    leads
        Their ids or addresses.
    campaign
        Id or name; may be left out for leads that are in one campaign only.
    json
        Print the leads as they are then, as one JSON array.
    """
    return _hold(leads, campaign, connection, paused=False, json=json)


def enroll(*leads: str, campaign: str, yes: Flag = False, json: Flag = False, connection: Shared) -> int:
    """Put leads into a campaign. Those that are in it, and suppressed ones, stay as they are.

    For example:
      imail-tui leads enroll ada@client.example bo@client.example --campaign "Q4 outreach" --yes

    Parameters
    ----------
    leads
        Their ids or addresses.
    campaign
        Id or name.
    yes
        Do not ask.
    json
        Print the leads as they are then, as one JSON array.
    """

    async def command(session: "Session") -> Exit:
        where = await campaign_id_of(session, campaign)
        found = await leads_of(session, leads)
        name = session.lead_acts.name_of(where)
        facts = [f"{name} writes to {plural(len(found), 'more lead')}."]
        check_consent(session, f"Enroll {plural(len(found), 'lead')} in {name}?", name, facts, yes=yes)
        outcome = await session.lead_acts.enroll(found, where)
        why = "in it already, or suppressed"
        return print_outcome(outcome, await leads_now(session, found), why, json=json)

    return run_on_workspace(connection, command)


def unenroll(*leads: str, campaign: str, yes: Flag = False, json: Flag = False, connection: Shared) -> int:
    """Take leads out of a campaign. Enrolling them again begins at its first step.

    For example:
      imail-tui leads unenroll ada@client.example --campaign "Q4 outreach" --yes

    Parameters
    ----------
    leads
        Their ids or addresses.
    campaign
        Id or name.
    yes
        Do not ask.
    json
        Print the leads as they are then, as one JSON array.
    """

    async def command(session: "Session") -> Exit:
        where = await campaign_id_of(session, campaign)
        found = await leads_of(session, leads)
        name = session.lead_acts.name_of(where)
        facts = ["Their place in the sequence is gone; enrolling them again begins at its first step."]
        check_consent(session, f"Take {plural(len(found), 'lead')} out of {name}?", name, facts, yes=yes)
        outcome = await session.lead_acts.remove(found, where)
        return print_outcome(outcome, await leads_now(session, found), "not in it", json=json)

    return run_on_workspace(connection, command)


def _hold(which: Sequence[str], campaign: str | None, connection: Shared, *, paused: bool, json: bool) -> int:
    async def command(session: "Session") -> Exit:
        found = await leads_of(session, which)
        where = (
            await campaign_id_of(session, campaign)
            if campaign is not None
            else await only_place(session, found)
        )
        outcome = await session.lead_acts.hold(found, where, paused=paused)
        state = "active or queued" if paused else "paused"
        why = f"not {state} in {session.lead_acts.name_of(where)}"
        return print_outcome(outcome, await leads_now(session, found), why, json=json)

    return run_on_workspace(connection, command)
