"""Everything that happened to a lead, newest first, in words and glyphs. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from imail_tui.domain.labels import label_of
from imail_tui.domain.marks import Tone
from imail_tui.model.events import Event
from imail_tui.model.leads import Lead
from imail_tui.model.suppressions import Suppressed

_KINDS: Final[dict[str, tuple[str, Tone]]] = {
    "email.sent": ("→ sent", ""),
    "email.delivered": ("✓ delivered", "muted"),
    "email.opened": ("○ opened", ""),
    "email.clicked": ("◆ clicked", "good"),
    "email.bounced.hard": ("✗ hard bounce", "stop"),
    "email.bounced.soft": ("! soft bounce", "watch"),
    "reply.received": ("↩ replied", "good"),
    "reply.classified": ("= classified", ""),
}


@dataclass(frozen=True, slots=True)
class LeadHappening:
    """One thing that happened. `what` is a glyph and a word, `detail` may be foreign."""

    at: datetime
    what: str
    tone: Tone = ""
    detail: str = ""
    campaign_id: str = ""
    reply_id: str = ""


def lead_timeline(
    lead: Lead, events: Iterable[Event], suppression: Suppressed | None
) -> tuple[LeadHappening, ...]:
    """All of it; events may come in any order and more than once."""
    once = {event.id: event for event in events if event.created_at is not None}
    found = [_of_event(event, event.created_at) for event in once.values() if event.created_at is not None]
    order = {id(happening): place for place, happening in enumerate(found)}
    if suppression is not None and suppression.created_at is not None:
        by = "" if suppression.value == lead.email.lower() else f"by its domain {suppression.value}: "
        reason = f"{by}{suppression.reason or 'no reason given'}"
        found.append(LeadHappening(suppression.created_at, "⊘ suppressed", "stop", reason))
    if lead.created_at is not None:
        found.append(LeadHappening(lead.created_at, "+ created", "muted"))
    return tuple(sorted(found, key=lambda each: (each.at, order.get(id(each), -1)), reverse=True))


def suppressed_by(events: Iterable[Event]) -> str:
    """Why somebody is probably suppressed, by the last thing that does that; "" = nothing here does."""
    for event in sorted(events, key=lambda each: (str(each.created_at), each.id), reverse=True):
        if event.type == "email.bounced.hard":
            return f"hard bounce: {_bounce(event)}"
        if event.type == "reply.classified" and event.text("classification.label") == "unsubscribe":
            return "asked to unsubscribe"
    return ""


def _of_event(event: Event, at: datetime) -> LeadHappening:
    what, tone = _KINDS.get(event.type, (f"? {event.type}", "muted"))
    return LeadHappening(at, what, tone, _detail(event), event.text("campaign_id"), event.text("reply_id"))


def _detail(event: Event) -> str:
    match event.type:
        case "email.bounced.hard" | "email.bounced.soft":
            return _bounce(event)
        case "email.clicked":
            return event.text("link")
        case "reply.classified":
            return _label(event)
    variant = event.text("variant_id")
    return f"{event.text('step_id')}{f', variant {variant}' if variant else ''}"


def _bounce(event: Event) -> str:
    parts = (event.text(f"bounce.{name}") for name in ("category", "code", "diagnostic"))
    return " · ".join(part for part in parts if part) or "no diagnostic"


def _label(event: Event) -> str:
    label = event.text("classification.label")
    inner = event.data.get("classification")
    sure = inner.get("confidence") if isinstance(inner, dict) else None
    word = label_of(label).word if label else "unclassified"
    return f"{word} {sure:.0%}" if isinstance(sure, float) and 0 <= sure <= 1 else word
