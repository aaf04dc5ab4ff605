"""The lead beside a conversation: what is known about them, and what happened between us."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from textual.content import Content

from imail_tui.domain.labels import label_of
from imail_tui.domain.marks import enrollment_mark
from imail_tui.domain.shown import ago
from imail_tui.domain.text import cell_width, clip, one_line
from imail_tui.model.events import Event
from imail_tui.model.leads import Lead
from imail_tui.ui.widgets.detail import BLANK, fact, heading, page, state
from imail_tui.ui.widgets.safe_static import styled

_FIELDS: Final = (
    "title",
    "company",
    "email",
    "phone",
    "website",
    "linkedin_url",
    "city",
    "country",
    "timezone",
)
_EVENTS_SHOWN: Final = 40
_CUSTOM_SHOWN: Final = 12
_LABEL_CELLS: Final = 20
_SCHEME: Final = re.compile(r"^https?://(?:www\.)?")
"""What says nothing in front of an address to read."""
_WORDS: Final = {
    "email.sent": "▶ sent",
    "email.delivered": "· delivered",
    "email.opened": "◦ opened",
    "email.clicked": "• clicked",
    "email.bounced.hard": "✗ bounced",
    "email.bounced.soft": "! bounced, soft",
    "reply.received": "◀ replied",
    "reply.classified": "◇ classified",
}


def lead_page(
    lead: Lead | None, events: Sequence[Event], campaigns: Mapping[str, str], now: datetime, *, linked: bool
) -> Content:
    """The lead's fields and timeline. `events` come oldest first and are shown the other way round."""
    if not linked:
        return page(
            [heading("No lead"), styled(("This address is no lead of the workspace.", "$text-muted"))]
        )
    return page([*_fields(lead, campaigns), BLANK, *_timeline(events, now)])


def _fields(lead: Lead | None, campaigns: Mapping[str, str]) -> Iterator[Content]:
    if lead is None:
        yield heading("Lead")
        yield styled(("Not loaded yet.", "$text-muted"))
        return
    yield heading(lead.full_name or lead.email)
    if lead.suppressed:
        yield styled(("✗ suppressed: no campaign writes to it", "$text-error"))
    facts = [
        (name.removesuffix("_url"), _SCHEME.sub("", getattr(lead, name, None) or "")) for name in _FIELDS
    ]
    facts = [(name, value) for name, value in facts if value]
    facts += [
        (clip(one_line(name), _LABEL_CELLS), f"{value}")
        for name, value in list((lead.custom or {}).items())[:_CUSTOM_SHOWN]
    ]
    # As wide as the longest of them needs: a field's name is read whole wherever there is room.
    cells = max((cell_width(name) for name, _ in facts), default=0) + 2
    for name, value in facts:
        yield fact(name + " " * (cells - cell_width(name)), value, cells=cells)
    for enrollment in lead.enrollments or ():
        name = campaigns.get(enrollment.campaign_id or "", "a campaign")
        yield Content.assemble(state(enrollment_mark(enrollment.status or "")), styled(f"  {name}"))


def _timeline(events: Sequence[Event], now: datetime) -> Iterator[Content]:
    yield heading("Timeline", "" if events else "nothing kept yet")
    for event in list(events)[: -_EVENTS_SHOWN - 1 : -1]:
        yield styled(
            (f"{ago(event.created_at, now):>10}  ", "$text-muted"),
            _WORDS.get(event.type, event.type),
            (_more(event), "$text-muted"),
        )


def _more(event: Event) -> str:
    label = event.text("classification.label")
    words = (
        event.text("step_id"),
        label_of(label).word if label else "",
        _SCHEME.sub("", event.text("link")),
    )
    told = " ".join(filter(None, words))
    return f"  {told}" if told else ""
