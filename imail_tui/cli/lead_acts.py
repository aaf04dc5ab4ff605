"""`imail-tui leads show|add|edit|rm|pause|resume|enroll|unenroll`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from imail_tui.cli.connection import run_on_workspace
from imail_tui.cli.consent import check_consent
from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.leads import HEADINGS, lead_row
from imail_tui.cli.options import Flag, Shared, say
from imail_tui.cli.output import Field, Heading, print_facts, print_json, print_rows
from imail_tui.domain.leads.editing import (
    Fields as Held,
)
from imail_tui.domain.leads.editing import (
    WrongValue,
    body_of,
    fields_of,
    kind_of,
    patch_of,
    read_value,
    shown_value,
    sides_of,
)
from imail_tui.domain.leads.headers import CUSTOM
from imail_tui.domain.shown import plural
from imail_tui.model.lead_fields import LEAD_FIELDS
from imail_tui.model.leads import Lead
from imail_tui.model.problem import Problem

if TYPE_CHECKING:
    from pydantic import JsonValue

    from imail_tui.domain.leads.editing import Kind
    from imail_tui.model.events import Event
    from imail_tui.services.lead_acts import LeadOutcome
    from imail_tui.services.session import Session

Fields = Annotated[tuple[str, ...], Parameter(name="--set")]

_EVENTS: Final = (
    Heading("at"),
    Heading("type"),
    Heading("campaign_id"),
    Heading("step_id"),
    Heading("what", wraps=True),
)
_SIDES: Final = (Heading("field"), Heading("yours", wraps=True), Heading("server", wraps=True))


def show(lead: str, /, *, json: Flag = False, connection: Shared) -> int:
    """Show a lead: its fields, its own custom ones among them, and its places in campaigns.

    For example:
      imail-tui leads show ada@client.example

    Parameters
    ----------
    lead
        Its id or address.
    json
        Print the server's object.
    """

    async def command(session: "Session") -> Exit:
        found = await _find(session, lead)
        if json:
            print_json(found.wire())
            return Exit.OK
        names = {row.id: row.name async for row in session.client.campaigns.list()}
        print_facts(_facts(found, names))
        return Exit.OK

    return run_on_workspace(connection, command)


def timeline(lead: str, /, *, most: int = 100, json: Flag = False, connection: Shared) -> int:
    """List what happened to a lead, the oldest first: sent, opened, clicked, bounced, replied, suppressed.

    For example:
      imail-tui leads timeline ada@client.example

    Parameters
    ----------
    lead
        Its id or address.
    most
        The newest so many.
    json
        Print the server's events as one JSON array.
    """

    async def command(session: "Session") -> Exit:
        found = await _find(session, lead)
        events = [event async for event in session.client.events.list(lead_id=found.id)][-most:]
        if json:
            print_json([event.wire() for event in events])
        else:
            print_rows(_EVENTS, map(_event_row, events), empty="Nothing happened to it yet.")
        return Exit.OK

    return run_on_workspace(connection, command)


def add(
    email: str,
    /,
    *,
    fields: Fields = (),
    campaign: str | None = None,
    json: Flag = False,
    connection: Shared,
) -> int:
    """Make a lead.

    For example:
      imail-tui leads add ada@client.example --set first_name=Ada --set custom.plan=pro
      imail-tui leads add bo@client.example --set custom.seats:=12 --set custom.trial:=true

    Parameters
    ----------
    email
        Its address.
    fields
        field=text, or field:=JSON for numbers and true or false; may be repeated.
    campaign
        Id or name of a campaign to enroll it in.
    json
        Print the lead.
    """

    async def command(session: "Session") -> Exit:
        given = _changed({}, fields, ())
        where = None if campaign is None else await _campaign(session, campaign)
        made = await session.lead_acts.create({**body_of(given), "email": email})
        if where is not None:
            outcome = await session.lead_acts.enroll([made], where)
            made = await session.leads.fetch(made.id)
            if outcome.refused:
                return _print_outcome(outcome, [made], json=json, one=True)
        _print([made], json=json, one=True)
        return Exit.OK

    return run_on_workspace(connection, command)


def edit(
    lead: str,
    /,
    *,
    fields: Fields = (),
    unset: tuple[str, ...] = (),
    json: Flag = False,
    connection: Shared,
) -> int:
    """Change fields of a lead, or take them away. A field keeps its type: a number stays one.

    When somebody else changed the same field meanwhile nothing is changed, and both sides are shown.

    For example:
      imail-tui leads edit ada@client.example --set title=CTO --unset custom.trial

    Parameters
    ----------
    lead
        Its id or address.
    fields
        field=text, or field:=JSON for numbers and true or false; may be repeated.
    unset
        Field to take away; may be repeated.
    json
        Print the lead as it is then.
    """

    async def command(session: "Session") -> Exit:
        from imail_tui.api.errors import Stale

        found = await _find(session, lead)
        before = fields_of(found.wire())
        after = _changed(before, fields, unset)
        patch = patch_of(before, after)
        if not patch:
            _print([found], json=json, one=True)
            return Exit.OK
        try:
            now = await session.lead_acts.edit(found, patch)
        except Stale as error:
            current = error.details.get("current")
            if not isinstance(current, dict):
                raise
            return _print_sides(error.problem, before, after, fields_of(current))
        _print([now], json=json, one=True)
        return Exit.OK

    return run_on_workspace(connection, command)


def rm(*leads: str, yes: Flag = False, connection: Shared) -> int:
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
    """

    async def command(session: "Session") -> Exit:
        found = await _all(session, leads)
        facts = [f"{each.email}: in {plural(len(each.enrollments), 'campaign')}." for each in found[:10]]
        word = found[0].email if len(found) == 1 else str(len(found))
        check_consent(session, f"Delete {plural(len(found), 'lead')}?", word, facts, yes=yes)
        outcome = await session.lead_acts.delete(found)
        for each in outcome.done:
            say(f"{each.email} ({each.id}) was deleted.")
        return _tell_refused(outcome, found)

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
        where = await _campaign(session, campaign)
        found = await _all(session, leads)
        name = session.lead_acts.name_of(where)
        facts = [f"{name} writes to {plural(len(found), 'more lead')}."]
        check_consent(session, f"Enroll {plural(len(found), 'lead')} in {name}?", name, facts, yes=yes)
        return _print_outcome(
            await session.lead_acts.enroll(found, where), await _again(session, found), json=json
        )

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
        where = await _campaign(session, campaign)
        found = await _all(session, leads)
        name = session.lead_acts.name_of(where)
        facts = ["Their place in the sequence is gone; enrolling them again begins at its first step."]
        check_consent(session, f"Take {plural(len(found), 'lead')} out of {name}?", name, facts, yes=yes)
        return _print_outcome(
            await session.lead_acts.remove(found, where), await _again(session, found), json=json
        )

    return run_on_workspace(connection, command)


def _hold(which: Sequence[str], campaign: str | None, connection: Shared, *, paused: bool, json: bool) -> int:
    async def command(session: "Session") -> Exit:
        found = await _all(session, which)
        where = await _campaign(session, campaign) if campaign is not None else _only_place(found)
        outcome = await session.lead_acts.hold(found, where, paused=paused)
        return _print_outcome(outcome, await _again(session, found), json=json)

    return run_on_workspace(connection, command)


async def _find(session: "Session", which: str) -> Lead:
    from imail_tui.services.naming import find_lead

    return await find_lead(session.client, which)


async def _all(session: "Session", which: Sequence[str]) -> list[Lead]:
    """Every lead that is named, before anything is done to one."""
    from imail_tui.services.refused import Refused

    if not which:
        raise Refused(Problem("No lead was named.", "Give ids or addresses.", code="usage"))
    found = {lead.id: lead for lead in [await _find(session, each) for each in which]}
    return list(found.values())


async def _again(session: "Session", leads: Sequence[Lead]) -> list[Lead]:
    return [await session.leads.fetch(lead.id) for lead in leads]


async def _campaign(session: "Session", which: str) -> str:
    from imail_tui.services.naming import find_campaign

    found = await find_campaign(session.client, which)
    await session.campaigns.keep(found)
    return found.id


def _only_place(leads: Sequence[Lead]) -> str:
    from imail_tui.services.refused import Refused

    places = {each.campaign_id for lead in leads for each in lead.enrollments}
    if len(places) == 1:
        return places.pop()
    what = "They are in no campaign." if not places else f"They are in {len(places)} campaigns."
    remedy = f"Say which with --campaign: {', '.join(sorted(places))}." if places else "Enroll them first."
    raise Refused(Problem(what, remedy, code="usage"))


def _changed(before: Held, given: Sequence[str], unset: Sequence[str]) -> "dict[str, JsonValue]":
    """Fields as options change them. Raises `Refused`."""
    from imail_tui.services.refused import Refused

    after = {name: value for name, value in before.items() if name not in unset}
    for text in given:
        name, sign, typed = text.partition("=")
        as_json = name.endswith(":")
        name = name.removesuffix(":").strip()
        if not sign or not name:
            raise Refused(
                Problem("It must be field=text or field:=JSON.", where=f"--set {text}", code="usage")
            )
        try:
            after[name] = read_value(typed, "other" if as_json else _kind_of_field(before, name))
        except WrongValue as error:
            problem = Problem(f"The value must be {error}.", where=f"--set {text}", code="usage")
            raise Refused(problem) from None
    wrong = [name for name in [*after, *unset] if name not in LEAD_FIELDS and not name.startswith(CUSTOM)]
    if wrong:
        remedy = f"Fields are {', '.join(LEAD_FIELDS)} and {CUSTOM}NAME."
        raise Refused(Problem(f"There is no field {wrong[0]}.", remedy, code="usage"))
    return after


def _kind_of_field(before: Held, name: str) -> "Kind":
    kind = kind_of(before.get(name)) if name in before else "text"
    return kind if kind in ("number", "yes/no") else "text"


def _print(leads: Sequence[Lead], *, json: bool, one: bool = False) -> None:
    if json:
        print_json(leads[0].wire() if one else [lead.wire() for lead in leads])
    else:
        print_rows(HEADINGS, map(lead_row, leads), empty="No lead was changed.")


def _print_outcome(outcome: "LeadOutcome", now: Sequence[Lead], *, json: bool, one: bool = False) -> Exit:
    _print(now, json=json, one=one)
    unchanged = len(now) - len(outcome.done) - len(outcome.refused)
    if unchanged:
        say(f"{plural(unchanged, 'lead')} stayed as they were.")
    return _tell_refused(outcome, now)


def _tell_refused(outcome: "LeadOutcome", leads: Sequence[Lead]) -> Exit:
    names = {lead.id: lead.email for lead in leads}
    codes = [tell(problem.at(names.get(each, each))) for each, problem in outcome.refused.items()]
    return codes[0] if codes else Exit.OK


def _print_sides(problem: Problem, base: Held, mine: Held, theirs: Held) -> Exit:
    """What both changed, side by side, and that nothing was changed."""
    sides = sides_of(base, mine, theirs)
    print_rows(
        _SIDES,
        [(each.name, each.mine, each.theirs) for each in sides.clashes],
        empty="The fields do not clash: run the command again.",
    )
    return tell(problem)


def _facts(lead: Lead, names: dict[str, str]) -> list[tuple[str, Field]]:
    fields = fields_of(lead.wire())
    return [
        ("email", lead.email),
        ("id", lead.id),
        *((name, shown_value(value)) for name, value in fields.items() if name != "email"),
        ("verification", lead.verification),
        ("classification", lead.classification),
        ("suppressed", None if lead.suppressed is None else "yes" if lead.suppressed else "no"),
        ("last_contacted_at", lead.last_contacted_at.isoformat() if lead.last_contacted_at else None),
        ("created_at", lead.created_at.isoformat() if lead.created_at else None),
        ("updated_at", lead.updated_at.isoformat() if lead.updated_at else None),
        *(
            (
                f"in {names.get(each.campaign_id, each.campaign_id)}",
                " ".join(
                    filter(
                        None,
                        (
                            each.status,
                            f"at {each.step_id}" if each.step_id else "",
                            f"next {each.next_at:%Y-%m-%dT%H:%MZ}" if each.next_at else "",
                        ),
                    )
                ),
            )
            for each in lead.enrollments
        ),
    ]


def _event_row(event: "Event") -> tuple[Field, ...]:
    what = event.text("bounce.category") or event.text("classification.label") or event.text("link")
    diagnostic = event.text("bounce.diagnostic")
    at = event.created_at.isoformat(timespec="seconds") if event.created_at else None
    said = f"{what}: {diagnostic}" if diagnostic else what
    return at, event.type, event.text("campaign_id") or None, event.text("step_id") or None, said
