"""`imail-tui campaigns launch|pause|duplicate|archive|rm|pause-all|resume-all`."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

from imail_tui.cli.campaigns import HEADINGS, campaign_row
from imail_tui.cli.connection import run_on_workspace
from imail_tui.cli.consent import check_consent
from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.options import Flag, Shared, say
from imail_tui.cli.output import print_json, print_rows
from imail_tui.domain.shown import count, plural
from imail_tui.model.campaigns import Campaign
from imail_tui.model.problem import Problem

if TYPE_CHECKING:
    from imail_tui.services.pausing import Turned
    from imail_tui.services.session import Session


def launch(campaign: str, /, *, yes: Flag = False, json: Flag = False, connection: Shared) -> int:
    """Start sending, or go on after a pause. Says first how many leads and mails that touches.

    A draft with errors is not launched. On LIVE the campaign's name has to be typed, or --yes said.

    For example:
      imail-tui campaigns launch "Q4 outreach" --yes

    Parameters
    ----------
    campaign
        Its id or name.
    yes
        Do not ask.
    json
        Print the campaign as it is then.
    """

    async def command(session: "Session") -> Exit:
        found = await _find(session, campaign)
        if found.status == "active":
            return _printed([found], json=json)
        if found.status == "completed":
            what = f"{found.name} is completed: it cannot be launched again."
            remedy = f"Make a draft that says the same: imail-tui campaigns duplicate {found.id}"
            return tell(Problem(what, remedy, code="wrong_state"))
        if found.status == "draft":
            problem = await _error_of(session, found)
            if problem is not None:
                return tell(problem)
        if not yes:
            reach = await session.campaigns.reach(found.id)
            check_consent(session, f"Launch {found.name}?", found.name, reach.lines, yes=yes)
        return _printed([await session.campaigns.launch(found.id)], json=json)

    return run_on_workspace(connection, command)


def pause(campaign: str, /, *, json: Flag = False, connection: Shared) -> int:
    """Stop sending. Its leads wait where they are; `launch` goes on from there.

    For example:
      imail-tui campaigns pause "Q4 outreach"

    Parameters
    ----------
    campaign
        Its id or name.
    json
        Print the campaign as it is then.
    """

    async def act(session: "Session", found: Campaign) -> Campaign:
        if found.status == "paused":
            return found
        if found.status != "active":
            from imail_tui.services.refused import Refused

            what = f"{found.name} is {found.status}: only an active campaign can be paused."
            raise Refused(Problem(what, "Nothing is sent from it as it is.", code="wrong_state"))
        return await session.campaigns.pause(found.id)

    return _act(campaign, act, connection, json=json)


def duplicate(campaign: str, /, *, name: str | None = None, json: Flag = False, connection: Shared) -> int:
    """Make a draft that says what another campaign says. It has no leads.

    For example:
      imail-tui campaigns duplicate "Q4 outreach" --name "Q1 outreach"

    Parameters
    ----------
    campaign
        Its id or name.
    name
        The draft's name; "… (copy)" without it.
    json
        Print the draft.
    """

    async def act(session: "Session", found: Campaign) -> Campaign:
        return await session.campaigns.duplicate(found.id, name)

    return _act(campaign, act, connection, json=json)


def archive(campaign: str, /, *, yes: Flag = False, json: Flag = False, connection: Shared) -> int:
    """Put a campaign away: it sends nothing more, and its numbers stay.

    For example:
      imail-tui campaigns archive "Q4 outreach" --yes

    Parameters
    ----------
    campaign
        Its id or name.
    yes
        Do not ask.
    json
        Print the campaign as it is then.
    """

    async def act(session: "Session", found: Campaign) -> Campaign:
        if found.status == "active":
            from imail_tui.services.refused import Refused

            what = f"{found.name} is active."
            raise Refused(Problem(what, "Pause it first: imail-tui campaigns pause.", code="campaign_active"))
        facts = ("It sends nothing more, and its numbers stay.", "Launching it again brings it back.")
        check_consent(session, f"Archive {found.name}?", found.name, facts, yes=yes)
        return await session.campaigns.archive(found.id)

    return _act(campaign, act, connection, json=json)


def rm(campaign: str, /, *, yes: Flag = False, json: Flag = False, connection: Shared) -> int:
    """Delete a campaign, with its leads' places in it. The leads stay. This cannot be undone.

    An active campaign has to be paused first.

    For example:
      imail-tui campaigns rm "Q4 outreach" --yes

    Parameters
    ----------
    campaign
        Its id or name.
    yes
        Do not ask.
    json
        Print the campaign as it was.
    """

    async def command(session: "Session") -> Exit:
        found = await _find(session, campaign)
        total = count(found.lead_counts.total)
        facts = (
            f"{total} leads lose their place in it; they stay in the workspace.",
            "Its steps and its state are gone for good. `campaigns pull` writes them to a file first.",
        )
        check_consent(session, f"Delete {found.name}?", found.name, facts, yes=yes)
        await session.campaigns.delete(found.id)
        say(f"{found.name} ({found.id}) was deleted.")
        if json:
            print_json(found.wire())
        return Exit.OK

    return run_on_workspace(connection, command)


def pause_all(*, yes: Flag = False, json: Flag = False, connection: Shared) -> int:
    """Pause every active campaign of the workspace. `resume-all` launches exactly those again.

    For example:
      imail-tui campaigns pause-all --yes

    Parameters
    ----------
    yes
        Do not ask.
    json
        Print the campaigns as they are then, as one JSON array.
    """

    async def command(session: "Session") -> Exit:
        active = await session.pausing.active()
        if active:
            facts = [*(row.name for row in active[:10]), *(["…"] if len(active) > 10 else [])]
            question = f"Pause {plural(len(active), 'active campaign')}?"
            check_consent(session, question, "pause", facts, yes=yes)
        code = _print_turned(await session.pausing.pause(active), json=json)
        if active:
            say("`imail-tui campaigns resume-all` launches them again.")
        return code

    return run_on_workspace(connection, command)


def resume_all(*, yes: Flag = False, json: Flag = False, connection: Shared) -> int:
    """Launch the campaigns that `pause-all` paused, and no others.

    Those that were archived, deleted or launched since are left alone.

    For example:
      imail-tui campaigns resume-all --yes

    Parameters
    ----------
    yes
        Do not ask.
    json
        Print the campaigns as they are then, as one JSON array.
    """

    async def command(session: "Session") -> Exit:
        ids = session.pausing.paused
        if ids:
            question = f"Launch {plural(len(ids), 'campaign')} that were paused together?"
            check_consent(session, question, "launch", ids[:10], yes=yes)
        return _print_turned(await session.pausing.resume(), json=json)

    return run_on_workspace(connection, command)


async def _find(session: "Session", which: str) -> Campaign:
    from imail_tui.services.naming import find_campaign

    return await find_campaign(session.client, which)


def _act(
    which: str,
    act: "Callable[[Session, Campaign], Awaitable[Campaign]]",
    connection: Shared,
    *,
    json: bool,
) -> int:
    """Do something to one campaign, and print it as it is then."""

    async def command(session: "Session") -> Exit:
        return _printed([await act(session, await _find(session, which))], json=json, one=True)

    return run_on_workspace(connection, command)


def _printed(campaigns: Iterable[Campaign], *, json: bool, one: bool = True) -> Exit:
    rows = list(campaigns)
    if json:
        print_json(rows[0].wire() if one else [row.wire() for row in rows])
    else:
        print_rows(HEADINGS, map(campaign_row, rows), empty="No campaign was changed.")
    return Exit.OK


def _print_turned(turned: "Turned", *, json: bool) -> Exit:
    _printed(turned.done, json=json, one=False)
    codes = [tell(problem.at(problem.where or campaign)) for campaign, problem in turned.refused.items()]
    return codes[0] if codes else Exit.OK


async def _error_of(session: "Session", campaign: Campaign) -> Problem | None:
    """Why a draft must not be launched as it is: what the builder would call an error."""
    await session.inboxes.refresh(urgent=True)
    drafting = session.drafting
    draft = await drafting.unchanged(campaign.id)
    findings = drafting.judge(draft.content, await drafting.surroundings(draft), heed_silence=False)
    errors = [finding for finding in findings if finding.severity == "error"]
    if not errors:
        return None
    first = errors[0]
    what = f"{plural(len(errors), 'error')} first: {first.place}: {first.message}."
    return Problem(what, first.remedy, where=campaign.name, code="invalid_campaign")
