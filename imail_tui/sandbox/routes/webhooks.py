"""`/webhooks`: subscriptions, their secrets, and which addresses they may have."""

import json
import secrets
import sqlite3
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Query as QueryModel

from imail_tui.sandbox.call import Call, CallDep
from imail_tui.sandbox.clock import rfc3339
from imail_tui.sandbox.endpoint import ledger_router
from imail_tui.sandbox.errors import ApiFault, conflict, invalid, not_found
from imail_tui.sandbox.journal import compact
from imail_tui.sandbox.merging import check_unmoved
from imail_tui.sandbox.paging import Order, Paging, Query, fetch_page
from imail_tui.sandbox.schemas.answers import Listing
from imail_tui.sandbox.schemas.webhooks import WebhookChanges, WebhookCreate, WebhookView
from imail_tui.sandbox.versions import event_types_of
from imail_tui.sandbox.views.columns import moment
from imail_tui.sandbox.webhooks.destinations import local_addresses, port_of
from imail_tui.sandbox.webhooks.outbox import abandon, fan_out, skip_past, valid_secrets

router = ledger_router("Webhooks")

_OLD_SECRET_MS = 24 * 3_600_000
"""How long the secret before a rotation still signs."""

_MOST_SECRETS = 8

_NEWEST_FIRST = Order(("created_at", "id"), descending=True)


@router.get("/webhooks")
def list_webhooks(call: CallDep, paging: Annotated[Paging, QueryModel()]) -> Listing[WebhookView]:
    """List subscriptions, newest first."""
    return fetch_page(call, Query("webhook.*", "webhook", _NEWEST_FIRST), paging, _views)


@router.post("/webhooks", status_code=201)
def create_webhook(call: CallDep, body: WebhookCreate) -> WebhookView:
    """Subscribe; only this answer has the secret."""
    _check_types(call.version, body.events)
    _check_url(call, body.url)
    webhook_id, secret = call.new_id("whk"), _new_secret()
    call.db.execute(
        "INSERT INTO webhook (id, url, events, description, active, api_version, secret, created_at, "
        "updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(webhook_id, body.url, compact(body.events), body.description, body.active),
            *(call.version, secret, call.now, call.now),
        ),
    )
    skip_past(call.db, webhook_id)
    return WebhookView(**_view(call, find_webhook(call, webhook_id)), secret=secret)


@router.get("/webhooks/{webhook_id}")
def get_webhook(call: CallDep, webhook_id: str) -> WebhookView:
    """Read a subscription."""
    return _view(call, find_webhook(call, webhook_id))


@router.patch("/webhooks/{webhook_id}")
def change_webhook(call: CallDep, webhook_id: str, body: WebhookChanges) -> WebhookView:
    """Change a subscription; one switched off gets nothing of what happens until it is on again."""
    row = find_webhook(call, webhook_id)
    check_unmoved(call, row["updated_at"], lambda: _view(call, row))
    changes = body.model_dump(exclude_unset=True)
    if "events" in changes:
        _check_types(row["api_version"], body.events)
        changes["events"] = compact(body.events)
    if "url" in changes:
        _check_url(call, body.url)
    # What happened so far is delivered, or left out, by what the subscription was until now.
    fan_out(call.db, call.ledger.workspace_id)
    if "active" in changes:
        _switch(call, webhook_id, body.active)
    if changes.get("active"):
        changes |= {"disabled_at": None, "disabled_reason": None}
    if any(row[name] != value for name, value in changes.items()):
        changes["updated_at"] = call.moved(row["updated_at"])
        assignments = ", ".join(f"{name} = ?" for name in changes)
        call.db.execute(
            " ".join(("UPDATE webhook SET", assignments, "WHERE id = ?")), (*changes.values(), webhook_id)
        )
    return _view(call, find_webhook(call, webhook_id))


@router.delete("/webhooks/{webhook_id}", status_code=204)
def delete_webhook(call: CallDep, webhook_id: str) -> None:
    """Unsubscribe."""
    row = find_webhook(call, webhook_id)
    check_unmoved(call, row["updated_at"], lambda: _view(call, row))
    call.db.execute("DELETE FROM webhook WHERE id = ?", (webhook_id,))


@router.post("/webhooks/{webhook_id}/rotate")
def rotate_secret(call: CallDep, webhook_id: str) -> WebhookView:
    """A new secret; deliveries are signed with the old one too for 24 hours."""
    row = find_webhook(call, webhook_id)
    if len(valid_secrets(row, call.now)) >= _MOST_SECRETS:
        raise conflict("too_many_secrets", f"{_MOST_SECRETS} secrets are valid; the oldest ends first.")
    secret = _new_secret()
    older = [old for old in json.loads(row["old_secrets"]) if call.now < old[1]]
    older.insert(0, [row["secret"], call.now + _OLD_SECRET_MS])
    call.db.execute(
        "UPDATE webhook SET secret = ?, old_secrets = ?, updated_at = ? WHERE id = ?",
        (secret, compact(older), call.moved(row["updated_at"]), webhook_id),
    )
    return WebhookView(**_view(call, find_webhook(call, webhook_id)), secret=secret)


def find_webhook(call: Call, webhook_id: str) -> sqlite3.Row:
    """A subscription's row. Raises `ApiFault` 404."""
    row = call.db.execute("SELECT * FROM webhook WHERE id = ?", (webhook_id,)).fetchone()
    if row is None:
        raise not_found(f"webhook {webhook_id}")
    assert isinstance(row, sqlite3.Row)
    return row


def _switch(call: Call, webhook_id: str, active: bool) -> None:
    if active:
        call.db.execute("UPDATE webhook SET failing_since = NULL WHERE id = ? AND NOT active", (webhook_id,))
        skip_past(call.db, webhook_id)
    else:
        abandon(call.db, webhook_id)


def _check_url(call: Call, url: str) -> None:
    if port_of(url) is None:
        raise invalid("url", "The port of url must be between 1 and 65535.")
    host = urlsplit(url).hostname or ""
    if not call.remote_webhooks and not local_addresses(host):
        message = f"This server delivers to its own machine only (localhost, 127.0.0.1, ::1), not to {host}."
        raise ApiFault(400, "url_not_allowed", message, field="url")


def _check_types(version: str, types: Sequence[str]) -> None:
    known = event_types_of(version)
    for position, type_ in enumerate(types):
        field = f"events[{position}]"
        if type_ not in known:
            raise invalid(field, f"{type_} came after version {version}.", allowed=known)
        if type_ in types[:position]:
            raise invalid(field, f"{type_} is listed twice.")


def _new_secret() -> str:
    return f"whsec_{secrets.token_hex(24)}"


def _views(call: Call, rows: Sequence[sqlite3.Row]) -> list[WebhookView]:
    return [_view(call, row) for row in rows]


def _view(call: Call, row: sqlite3.Row) -> WebhookView:
    known = event_types_of(call.version)
    return WebhookView(
        id=row["id"],
        url=row["url"],
        events=[type_ for type_ in json.loads(row["events"]) if type_ in known],
        description=row["description"],
        active=bool(row["active"]),
        api_version=row["api_version"],
        disabled_at=moment(row["disabled_at"]),
        disabled_reason=row["disabled_reason"],
        created_at=rfc3339(row["created_at"]),
        updated_at=rfc3339(row["updated_at"]),
    )
