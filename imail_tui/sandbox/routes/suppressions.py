"""`/suppressions`: addresses and domains that get no mail."""

import sqlite3
from collections.abc import Sequence
from typing import Annotated

from fastapi import Query as QueryModel

from imail_tui.sandbox.call import Call, CallDep
from imail_tui.sandbox.clock import rfc3339
from imail_tui.sandbox.endpoint import ledger_router
from imail_tui.sandbox.errors import conflict, not_found
from imail_tui.sandbox.paging import Order, Paging, Query, fetch_page
from imail_tui.sandbox.schemas.answers import Listing
from imail_tui.sandbox.schemas.leads import SuppressionCreate, SuppressionView
from imail_tui.sandbox.suppressions import suppress, unsuppress

router = ledger_router("Leads")


@router.get("/suppressions")
def list_suppressions(call: CallDep, paging: Annotated[Paging, QueryModel()]) -> Listing[SuppressionView]:
    """List suppressed addresses and domains, by value."""
    return fetch_page(call, Query("suppression.*", "suppression", Order(("value",))), paging, _views)


@router.post("/suppressions", status_code=201)
def create_suppression(call: CallDep, body: SuppressionCreate) -> SuppressionView:
    """Suppress an address or a domain; whatever runs for it ends."""
    value = body.value.lower()
    if not suppress(call.db, value, body.reason, call.now):
        raise conflict("already_suppressed", f"{value} is suppressed already.", existing_id=value)
    return SuppressionView(value=value, reason=body.reason, created_at=rfc3339(call.now))


@router.delete("/suppressions/{value}", status_code=204)
def delete_suppression(call: CallDep, value: str) -> None:
    """Lift a suppression; sequences it ended stay ended."""
    if not unsuppress(call.db, value, call.now):
        raise not_found(f"suppression of {value}")


def _views(_: Call, rows: Sequence[sqlite3.Row]) -> list[SuppressionView]:
    return [
        SuppressionView(value=row["value"], reason=row["reason"], created_at=rfc3339(row["created_at"]))
        for row in rows
    ]
