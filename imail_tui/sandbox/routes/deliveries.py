"""`/deliveries`: what was sent to subscriptions, sending it again, and sending something to try."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Annotated

from fastapi import Query as QueryModel

from imail_tui.sandbox.call import Call, CallDep
from imail_tui.sandbox.clock import rfc3339
from imail_tui.sandbox.endpoint import ledger_router
from imail_tui.sandbox.errors import conflict, not_found
from imail_tui.sandbox.paging import Order, Paging, Query, fetch_page
from imail_tui.sandbox.routes.webhooks import find_webhook
from imail_tui.sandbox.schemas.answers import Listing
from imail_tui.sandbox.schemas.webhooks import DeliveryView
from imail_tui.sandbox.views.columns import moment
from imail_tui.sandbox.webhooks.outbox import add_delivery, fan_out, send_again

router = ledger_router("Webhooks")

_NEWEST_FIRST = Order(("no",), descending=True)
_TEST_TYPE = "webhook.test"


@router.get("/webhooks/{webhook_id}/deliveries")
def list_deliveries(
    call: CallDep, webhook_id: str, paging: Annotated[Paging, QueryModel()]
) -> Listing[DeliveryView]:
    """List what was delivered, or not, newest first."""
    find_webhook(call, webhook_id)
    query = Query("delivery.*", "delivery", _NEWEST_FIRST)
    query.where("webhook_id = ?", webhook_id)
    return fetch_page(call, query, paging, _views)


@router.post("/webhooks/{webhook_id}/test", status_code=202)
def test_webhook(call: CallDep, webhook_id: str) -> DeliveryView:
    """Send an event of the type `webhook.test`, which stands in no ledger but is delivered like any other."""
    _check_active(find_webhook(call, webhook_id))
    fan_out(call.db, call.ledger.workspace_id)
    event: dict[str, object] = {
        "id": call.new_id("evt"),
        "type": _TEST_TYPE,
        "created_at": rfc3339(call.now),
        "workspace_id": call.ledger.workspace_id,
        "data": {},
    }
    return _view(_find(call, add_delivery(call.db, webhook_id, event, call.now)))


@router.post("/deliveries/{delivery_id}/redeliver", status_code=202)
def redeliver(call: CallDep, delivery_id: str) -> DeliveryView:
    """Send it again now, whatever became of it; its backoff begins anew."""
    row = _find(call, delivery_id)
    _check_active(find_webhook(call, row["webhook_id"]))
    send_again(call.db, row, call.now)
    return _view(_find(call, delivery_id))


def _check_active(webhook: sqlite3.Row) -> None:
    if not webhook["active"]:
        raise conflict("webhook_inactive", "The webhook is switched off; switch it on first.")


def _find(call: Call, delivery_id: str) -> sqlite3.Row:
    row = call.db.execute("SELECT * FROM delivery WHERE id = ?", (delivery_id,)).fetchone()
    if row is None:
        raise not_found(f"delivery {delivery_id}")
    assert isinstance(row, sqlite3.Row)
    return row


def _views(_: Call, rows: Sequence[sqlite3.Row]) -> list[DeliveryView]:
    return [_view(row) for row in rows]


def _view(row: sqlite3.Row) -> DeliveryView:
    return DeliveryView(
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
