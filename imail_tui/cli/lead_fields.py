"""`imail-tui leads add|edit`: fields of leads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from imail_tui.cli.connection import run_on_workspace
from imail_tui.cli.consent import check_consent
from imail_tui.cli.exits import Exit
from imail_tui.cli.lead_chosen import campaign_id_of, leads_of, print_leads, print_outcome, tell_refused
from imail_tui.cli.leads import Status
from imail_tui.cli.options import Flag, Many, Shared
from imail_tui.cli.output import Heading, print_rows
from imail_tui.domain.leads.editing import Fields as Held
from imail_tui.domain.leads.editing import (
    Kind,
    WrongValue,
    body_of,
    fields_of,
    kind_among,
    kind_for,
    read_value,
    sides_of,
)
from imail_tui.domain.leads.headers import CUSTOM
from imail_tui.domain.shown import plural
from imail_tui.model.lead_fields import LEAD_FIELDS
from imail_tui.model.leads import Lead
from imail_tui.model.problem import Problem

if TYPE_CHECKING:
    from pydantic import JsonValue

    from imail_tui.services.session import Session

Fields = Annotated[tuple[str, ...], Parameter(name="--set", negative="", show_default=False)]

_SIDES: Final = (Heading("field"), Heading("yours", wraps=True), Heading("server", wraps=True))


def add(
    email: str,
    /,
    *,
    fields: Fields = (),
    campaign: str | None = None,
    yes: Flag = False,
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
    yes
        Do not ask before it is enrolled.
    json
        Print the lead.
    """

    async def command(session: "Session") -> Exit:
        given = changed_fields({}, fields, (), {}) if fields else {}
        where = None if campaign is None else await campaign_id_of(session, campaign)
        if where is not None:
            name = session.lead_acts.name_of(where)
            check_consent(session, f"Enroll {email} in {name}?", name, ["1 more lead."], yes=yes)
        made = await session.lead_acts.create({**body_of(given), "email": email})
        if where is not None:
            outcome = await session.lead_acts.enroll([made], where)
            made = await session.leads.fetch(made.id)
            if outcome.refused:
                return print_outcome(outcome, [made], "suppressed", json=json, one=True)
        print_leads([made], json=json, one=True)
        return Exit.OK

    return run_on_workspace(connection, command)


def edit(
    *leads: str,
    fields: Fields = (),
    unset: Many = (),
    search: str | None = None,
    campaign: str | None = None,
    status: Status | None = None,
    yes: Flag = False,
    json: Flag = False,
    connection: Shared,
) -> int:
    """Change fields of leads, or take them away. A field keeps its type: a number stays one.

    Leads are named, or chosen as in `leads list`; before several are changed it asks. When somebody else
    changed the same field of a lead meanwhile that lead is left alone, and both sides are shown.

    For example:
      imail-tui leads edit ada@client.example --set title=CTO --unset custom.trial
      imail-tui leads edit --campaign "Q4 outreach" --status replied --set custom.stage=won --yes

    Parameters
    ----------
    leads
        Their ids or addresses.
    fields
        field=text, or field:=JSON for numbers and true or false; may be repeated.
    unset
        Field to take away; may be repeated.
    search
        Instead of names: all with these words in address, name or company.
    campaign
        Instead of names: all of this campaign, by its id or name.
    status
        Instead of names: all with this state in a campaign.
    yes
        Do not ask.
    json
        Print the lead as it is then; of several, one JSON array.
    """
    chosen = _Chosen(leads, search, campaign, status)

    async def command(session: "Session") -> Exit:
        found = await chosen.leads(session)
        held = [fields_of(lead.wire()) for lead in found]
        kinds = {name: kind_among(held, name) for name in set().union(*held)}
        edits = [
            (lead, changed_fields(before, fields, unset, kinds))
            for lead, before in zip(found, held, strict=True)
        ]
        one = len(leads) == 1
        if not one and found:
            question, what = f"Change {plural(len(found), 'lead')}?", _what(fields, unset)
            check_consent(session, question, str(len(found)), (_names(found), what), yes=yes)
        outcome = await session.lead_acts.set_fields(_what(fields, unset), edits)
        changed = {lead.id: lead for lead in outcome.done}
        now = [changed.get(lead.id) or session.leads.get(lead.id) or lead for lead in found]
        clashing = [edit for edit in edits if _is_stale(outcome.refused.get(edit[0].id))]
        if one and clashing:
            _print_sides(now[0], *clashing[0])
            return tell_refused(outcome, now)
        return print_outcome(outcome, now, "nothing to change", json=json, one=one)

    return run_on_workspace(connection, command)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Leads by their names, or all that a search of the server finds."""

    names: tuple[str, ...]
    search: str | None
    campaign: str | None
    status: Status | None

    async def leads(self, session: "Session") -> list[Lead]:
        """All of them, before anything is done to one. Raises `ApiError`, `Refused`."""
        from imail_tui.services.refused import Refused

        searched = (self.search, self.campaign, self.status) != (None, None, None)
        if searched and self.names:
            what = "Leads are named, or chosen by options."
            raise Refused(Problem(what, "Leave out one of both.", code="usage"))
        if not searched:
            return await leads_of(session, self.names)
        where = None if self.campaign is None else await campaign_id_of(session, self.campaign)
        pages = session.client.leads.list(q=self.search, campaign_id=where, status=self.status)
        return [lead async for lead in pages]


def changed_fields(
    before: Held, given: Sequence[str], unset: Sequence[str], kinds: Mapping[str, Kind]
) -> "dict[str, JsonValue]":
    """Fields as options change them; `kinds`: types of those it lacks. Raises `Refused`."""
    from imail_tui.services.refused import Refused

    if not given and not unset:
        raise Refused(Problem("No field was named.", "Say --set field=text or --unset field.", code="usage"))
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
            after[name] = read_value(
                typed, "other" if as_json else kind_for(before, name, kinds.get(name, "text"))
            )
        except WrongValue as error:
            problem = Problem(f"The value must be {error}.", where=f"--set {text}", code="usage")
            raise Refused(problem) from None
    wrong = [name for name in [*after, *unset] if name not in LEAD_FIELDS and not name.startswith(CUSTOM)]
    if wrong:
        remedy = f"Fields are {', '.join(LEAD_FIELDS)} and {CUSTOM}NAME."
        raise Refused(Problem(f"There is no field {wrong[0]}.", remedy, code="usage"))
    return after


def _what(given: Sequence[str], unset: Sequence[str]) -> str:
    """What is changed, in words."""
    names = [each.partition("=")[0].removesuffix(":").strip() for each in given]
    told = [f"Set {', '.join(names)}"] if names else []
    if unset:
        told.append(f"{'take' if told else 'Take'} away {', '.join(unset)}")
    return " and ".join(told)


def _names(leads: Sequence[Lead]) -> str:
    return ", ".join(lead.email for lead in leads[:10]) + (" …" if len(leads) > 10 else "")


def _is_stale(problem: Problem | None) -> bool:
    return problem is not None and problem.status == 412


def _print_sides(theirs: Lead, read: Lead, mine: Held) -> None:
    """What both changed, side by side."""
    sides = sides_of(fields_of(read.wire()), mine, fields_of(theirs.wire()))
    rows = [(each.name, each.mine, each.theirs) for each in sides.clashes]
    print_rows(_SIDES, rows, empty="The fields do not clash: run the command again.")
