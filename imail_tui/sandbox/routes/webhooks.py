"""`/webhooks`: subscriptions and what was delivered to them."""

import json
import secrets
import sqlite3
from collections.abc import Sequence
from typing import Annotated

from fastapi import Query as QueryModel

from imail_tui.sandbox.call import Call, CallDep
from imail_tui.sandbox.clock import rfc3339
from imail_tui.sandbox.endpoint import ledger_router
from imail_tui.sandbox.errors import invalid, not_found
from imail_tui.sandbox.journal import compact
from imail_tui.sandbox.merging import check_unmoved
from imail_tui.sandbox.paging import Order, Paging, Query, fetch_page
from imail_tui.sandbox.schemas.answers import Listing
from imail_tui.sandbox.schemas.webhooks import DeliveryView, WebhookChanges, WebhookCreate, WebhookView
from imail_tui.sandbox.versions import event_types_of
from imail_tui.sandbox.views.columns import moment

router = ledger_router("Webhooks")

_OLD_SECRET_MS = 24 * 3_600_000
"""How long the secret before a rotation still signs."""

_NEWEST_FIRST = Order(("created_at", "id"), descending=True)


@router.get("/webhooks")
def list_webhooks(call: CallDep, paging: Annotated[Paging, QueryModel()]) -> Listing[WebhookView]:
    """List subscriptions, newest first."""
    return fetch_page(call, Query("webhook.*", "webhook", _NEWEST_FIRST), paging, _views)


@router.post("/webhooks", status_code=201)
def create_webhook(call: CallDep, body: WebhookCreate) -> WebhookView:
    """Subscribe; only this answer has the secret."""
    _check_types(call, body.events)
    webhook_id, secret = call.new_id("whk"), _new_secret()
    call.db.execute(
        "INSERT INTO webhook (id, url, events, description, active, api_version, secret, created_at, "
        "updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(webhook_id, body.url, compact(body.events), body.description, body.active),
            *(call.version, secret, call.now, call.now),
        ),
    )
    return WebhookView(**_view(_find(call, webhook_id)), secret=secret)


@router.get("/webhooks/{webhook_id}")
def get_webhook(call: CallDep, webhook_id: str) -> WebhookView:
    """Read a subscription."""
    return _view(_find(call, webhook_id))


@router.patch("/webhooks/{webhook_id}")
def change_webhook(call: CallDep, webhook_id: str, body: WebhookChanges) -> WebhookView:
    """Change a subscription; switching it on again clears what disabled it."""
    row = _find(call, webhook_id)
    check_unmoved(call, row["updated_at"], lambda: _view(row))
    changes = body.model_dump(exclude_unset=True)
    if "events" in changes:
        _check_types(call, body.events)
        changes["events"] = compact(body.events)
    if changes.get("active"):
        changes |= {"disabled_at": None, "disabled_reason": None}
    if any(row[name] != value for name, value in changes.items()):
        changes["updated_at"] = call.moved(row["updated_at"])
        assignments = ", ".join(f"{name} = ?" for name in changes)
        call.db.execute(
            " ".join(("UPDATE webhook SET", assignments, "WHERE id = ?")), (*changes.values(), webhook_id)
        )
    return _view(_find(call, webhook_id))


@router.delete("/webhooks/{webhook_id}", status_code=204)
def delete_webhook(call: CallDep, webhook_id: str) -> None:
    """Unsubscribe."""
    row = _find(call, webhook_id)
    check_unmoved(call, row["updated_at"], lambda: _view(row))
    call.db.execute("DELETE FROM webhook WHERE id = ?", (webhook_id,))


@router.post("/webhooks/{webhook_id}/rotate")
def rotate_secret(call: CallDep, webhook_id: str) -> WebhookView:
    """A new secret; the old one stays valid for 24 hours."""
    row = _find(call, webhook_id)
    secret = _new_secret()
    call.db.execute(
        "UPDATE webhook SET secret = ?, previous_secret = ?, previous_secret_until = ?, updated_at = ? "
        "WHERE id = ?",
        (secret, row["secret"], call.now + _OLD_SECRET_MS, call.moved(row["updated_at"]), webhook_id),
    )
    return WebhookView(**_view(_find(call, webhook_id)), secret=secret)


@router.get("/webhooks/{webhook_id}/deliveries")
def list_deliveries(
    call: CallDep, webhook_id: str, paging: Annotated[Paging, QueryModel()]
) -> Listing[DeliveryView]:
    """List what was delivered, or not, newest first."""
    _find(call, webhook_id)
    query = Query("delivery.*", "delivery", Order(("id",), descending=True))
    query.where("webhook_id = ?", webhook_id)
    return fetch_page(call, query, paging, _deliveries)


def _find(call: Call, webhook_id: str) -> sqlite3.Row:
    row = call.db.execute("SELECT * FROM webhook WHERE id = ?", (webhook_id,)).fetchone()
    if row is None:
        raise not_found(f"webhook {webhook_id}")
    assert isinstance(row, sqlite3.Row)
    return row


def _check_types(call: Call, types: Sequence[str]) -> None:
    known = event_types_of(call.version)
    for position, type_ in enumerate(types):
        field = f"events[{position}]"
        if type_ not in known:
            raise invalid(field, f"{type_} came after version {call.version}.", allowed=known)
        if type_ in types[:position]:
            raise invalid(field, f"{type_} is listed twice.")


def _new_secret() -> str:
    return f"whsec_{secrets.token_hex(24)}"


def _views(_: Call, rows: Sequence[sqlite3.Row]) -> list[WebhookView]:
    return [_view(row) for row in rows]


def _view(row: sqlite3.Row) -> WebhookView:
    return WebhookView(
        id=row["id"],
        url=row["url"],
        events=json.loads(row["events"]),
        description=row["description"],
        active=bool(row["active"]),
        api_version=row["api_version"],
        disabled_at=moment(row["disabled_at"]),
        disabled_reason=row["disabled_reason"],
        created_at=rfc3339(row["created_at"]),
        updated_at=rfc3339(row["updated_at"]),
    )


def _deliveries(_: Call, rows: Sequence[sqlite3.Row]) -> list[DeliveryView]:
    return [
        DeliveryView(
            id=row["id"],
            event_id=row["event_id"],
            type=row["type"],
            status=row["status"],
            attempt=row["attempt"],
            response_status=row["response_status"],
            response_ms=row["response_ms"],
            next_attempt_at=moment(row["next_attempt_at"]),
            payload=json.loads(row["payload"]),
        )
        for row in rows
    ]
