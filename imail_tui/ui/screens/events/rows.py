"""Events as table rows."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from textual.content import Content

from imail_tui.domain.marks import Tone
from imail_tui.domain.shown import ago, moment
from imail_tui.domain.text import multi_line
from imail_tui.model.events import Event
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.detail import BLANK, fact, heading, page
from imail_tui.ui.widgets.rows import Cell, Row
from imail_tui.ui.widgets.safe_static import styled

COLUMNS: Final = (
    Column("at", "When", 7, weight=1, max_width=10, align="right"),
    Column("type", "Event", 25),
    Column("who", "Lead or inbox", 26, weight=2, max_width=44),
    Column("what", "What", 12, weight=3),
    Column("campaign", "Campaign", 16, weight=1, max_width=36, priority=1),
)

_TONES: Final[dict[str, Tone]] = {
    "reply.received": "good",
    "reply.classified": "good",
    "email.clicked": "good",
    "email.bounced.hard": "stop",
    "email.bounced.soft": "watch",
    "warmup.threshold_paused": "stop",
    "inbox.disconnected": "stop",
    "inbox.reconnected": "good",
}


def event_row(event: Event, campaigns: Mapping[str, str], now: datetime) -> Row:
    """One line of the table. `campaigns` gives names by id."""
    campaign = event.text("campaign_id")
    return Row(
        event.id,
        {
            "at": Cell(ago(event.created_at, now), "muted"),
            "type": Cell(event.type, _TONES.get(event.type, "")),
            "who": event.text("lead.email") or event.text("inbox_email") or event.text("inbox_id"),
            "what": Cell(_what(event), "muted"),
            "campaign": Cell(campaigns.get(campaign, campaign), "muted"),
        },
    )


def event_detail(event: Event, campaigns: Mapping[str, str]) -> Content:
    """One event with its whole payload, unknown keys included."""
    lines = [heading(event.type), fact("At", moment(event.created_at)), fact("Id", event.id), BLANK]
    campaign = event.text("campaign_id")
    if campaign in campaigns:
        lines.append(fact("Campaign", campaigns[campaign]))
    for key, value in event.data.items():
        if isinstance(value, dict):
            lines += [fact(f"{key}.{inner}", str(each)) for inner, each in value.items()]
        else:
            lines.append(fact(key, str(value)))
    return page(lines)


def payload_page(event: Event, body: bytes) -> Content:
    """An event's body as it came, a line for each value; what is no JSON as it is."""
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        text = body.decode(errors="replace")
    lines = [_json_line(line) for line in multi_line(text).splitlines()]
    return page([heading(event.type, f"{len(body):,} bytes"), BLANK, *lines])


def _json_line(line: str) -> Content:
    key, colon, value = line.partition('": ')
    return styled((key + colon, "$text-muted"), value) if colon else styled(line)


def _what(event: Event) -> str:
    for key in ("reason", "bounce.category", "classification.label", "link", "step_id"):
        text = event.text(key)
        if text:
            return text
    return ""
