"""Webhooks and deliveries as table rows and as pages of detail."""

import json
from typing import Final

from textual.content import Content

from imail_tui.domain.marks import delivery_mark, webhook_mark
from imail_tui.domain.shown import UNKNOWN, count, moment, plural
from imail_tui.domain.text import multi_line
from imail_tui.model.deliveries import Delivery
from imail_tui.model.events import EVENT_TYPES
from imail_tui.model.webhooks import Webhook
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.detail import BLANK, fact, heading, page, state
from imail_tui.ui.widgets.rows import Cell, Row
from imail_tui.ui.widgets.safe_static import styled

WEBHOOK_COLUMNS: Final = (
    Column("state", "State", 11),
    Column("url", "URL", 30, weight=2, max_width=70, sortable=True),
    Column("events", "Events", 12, align="right"),
    Column("created", "Created", 16, priority=1, sortable=True),
)
DELIVERY_COLUMNS: Final = (
    Column("status", "Status", 12, sortable=True),
    Column("type", "Event", 24, weight=1, max_width=30, sortable=True),
    Column("attempt", "Try", 3, align="right", sortable=True),
    Column("answer", "Answer", 6, align="right", sortable=True),
    Column("ms", "ms", 7, align="right", sortable=True),
    Column("event", "Event id", 30, priority=1, sortable=True),
)


def webhook_row(webhook: Webhook) -> Row:
    """One subscription."""
    mark = webhook_mark(active=webhook.active, disabled=webhook.disabled_at is not None)
    every = set(webhook.events) >= set(EVENT_TYPES)
    return Row(
        webhook.id,
        {
            "state": Cell(str(mark), mark.tone),
            "url": webhook.url,
            "events": "all types" if every else plural(len(webhook.events), "type"),
            "created": Cell(moment(webhook.created_at), "muted"),
        },
    )


def webhook_detail(webhook: Webhook) -> Content:
    """Everything about one subscription."""
    mark = webhook_mark(active=webhook.active, disabled=webhook.disabled_at is not None)
    lines = [heading(webhook.url, webhook.description or ""), state(mark)]
    if webhook.disabled_at is not None:
        why = webhook.disabled_reason or UNKNOWN
        text = f"! Switched off by the server {moment(webhook.disabled_at)}: {why}"
        lines.append(styled((text, "$text-error")))
    return page(
        [
            *lines,
            BLANK,
            fact("Id", webhook.id),
            fact("Created", moment(webhook.created_at)),
            fact("API version", webhook.api_version or UNKNOWN),
            BLANK,
            heading(f"Sent {plural(len(webhook.events), 'type')}"),
            *map(styled, webhook.events),
        ]
    )


def delivery_row(delivery: Delivery) -> Row:
    """One delivery."""
    mark = delivery_mark(delivery.status)
    return Row(
        delivery.id,
        {
            "status": Cell(str(mark), mark.tone),
            "type": delivery.type,
            "attempt": count(delivery.attempt),
            "answer": _answer(delivery),
            "ms": UNKNOWN if delivery.response_ms is None else f"{delivery.response_ms:,.0f}",
            "event": Cell(delivery.event_id or UNKNOWN, "muted"),
        },
    )


def delivery_detail(delivery: Delivery) -> Content:
    """One delivery with what was in it."""
    again = moment(delivery.next_attempt_at) if delivery.next_attempt_at else "none planned"
    payload = json.dumps(delivery.payload, indent=2, ensure_ascii=False)
    return page(
        [
            heading(delivery.type),
            state(delivery_mark(delivery.status)),
            BLANK,
            fact("Event", delivery.event_id or UNKNOWN),
            fact("Delivery", delivery.id),
            fact("Attempts", count(delivery.attempt)),
            fact("Answered", _answer(delivery)),
            fact("Next attempt", again),
            BLANK,
            heading("Payload"),
            *(styled(line) for line in multi_line(payload).splitlines()),
        ]
    )


def _answer(delivery: Delivery) -> str:
    return UNKNOWN if delivery.response_status is None else str(delivery.response_status)
