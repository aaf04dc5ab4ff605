"""`imail-tui leads show|timeline`."""

from typing import TYPE_CHECKING, Final

from imail_tui.cli.connection import run_on_workspace
from imail_tui.cli.exits import Exit
from imail_tui.cli.lead_chosen import lead_of
from imail_tui.cli.options import AtLeastOne, Flag, Shared
from imail_tui.cli.output import Field, Heading, print_facts, print_json, print_rows, when
from imail_tui.domain.leads.editing import fields_of, shown_value
from imail_tui.model.leads import Lead

if TYPE_CHECKING:
    from imail_tui.model.events import Event
    from imail_tui.services.session import Session

_EVENTS: Final = (
    Heading("at"),
    Heading("type"),
    Heading("campaign_id", drop=1),
    Heading("step_id"),
    Heading("what", wraps=True),
)


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
        found = await lead_of(session, lead)
        if json:
            print_json(found.wire())
            return Exit.OK
        names = {row.id: row.name async for row in session.client.campaigns.list()}
        print_facts(_facts(found, names))
        return Exit.OK

    return run_on_workspace(connection, command)


def timeline(lead: str, /, *, most: AtLeastOne = 100, json: Flag = False, connection: Shared) -> int:
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
        found = await lead_of(session, lead)
        events = [event async for event in session.client.events.list(lead_id=found.id)][-most:]
        if json:
            print_json([event.wire() for event in events])
        else:
            print_rows(_EVENTS, map(_event_row, events), empty="Nothing happened to it yet.")
        return Exit.OK

    return run_on_workspace(connection, command)


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
    said = f"{what}: {diagnostic}" if diagnostic else what
    return (
        when(event.created_at),
        event.type,
        event.text("campaign_id") or None,
        event.text("step_id") or None,
        said,
    )
