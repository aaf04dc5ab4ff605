"""`/events`: the ledger, in its own order."""

import json
import re
import sqlite3
from collections.abc import Sequence
from typing import Annotated

from fastapi import Query as QueryModel

from imail_tui.sandbox.call import Call, CallDep
from imail_tui.sandbox.clock import rfc3339
from imail_tui.sandbox.endpoint import ledger_router
from imail_tui.sandbox.errors import ApiFault
from imail_tui.sandbox.paging import Order, Query, fetch_page
from imail_tui.sandbox.schemas.answers import Listing
from imail_tui.sandbox.schemas.workspace import EventFilters, EventView
from imail_tui.sandbox.versions import event_types_of

router = ledger_router("Events")

_EVENT_ID = re.compile(r"evt_[0-9A-HJKMNP-TV-Z]{26}", re.ASCII)


@router.get("/events")
def list_events(call: CallDep, filters: Annotated[EventFilters, QueryModel()]) -> Listing[EventView]:
    """List events as they happened; without `after`, from the oldest kept."""
    query = Query("event.*", "event", Order(("seq",)), counted=False)
    if filters.after is not None:
        query.where("seq > ?", _sequence(call, "after", filters.after))
    if filters.before is not None:
        query.where("seq < ?", _sequence(call, "before", filters.before))
    for column, value in (
        ("campaign_id", filters.campaign_id),
        ("inbox_id", filters.inbox_id),
        ("lead_id", filters.lead_id),
    ):
        if value is not None:
            query.where(f"{column} = ?", value)
    _of_types(call, query, filters.types)
    return fetch_page(call, query, filters, _views)


def _of_types(call: Call, query: Query, wanted: str | None) -> None:
    """Keep the types asked for, and never one the caller's version does not know."""
    known = event_types_of(call.version)
    types = known if wanted is None else [type_ for type_ in wanted.split(",") if type_ in known]
    if wanted is not None or known != event_types_of("9999"):
        query.where("type IN (SELECT value FROM json_each(?))", json.dumps([*types]))


def _sequence(call: Call, field: str, event_id: str) -> int:
    """The place of an event. Raises `ApiFault` 410 for one older than all that are kept, else 404."""
    row = call.db.execute("SELECT seq FROM event WHERE id = ?", (event_id,)).fetchone()
    if row is not None:
        return int(row["seq"])
    oldest = call.db.execute("SELECT id FROM event ORDER BY seq LIMIT 1").fetchone()
    if _EVENT_ID.fullmatch(event_id) and oldest is not None and event_id < oldest["id"]:
        raise ApiFault(
            410, "event_expired", f"{event_id} is no longer kept; begin without `{field}`.", field=field
        )
    raise ApiFault(404, "not_found", f"There is no event {event_id} in this workspace.", field=field)


def _views(call: Call, rows: Sequence[sqlite3.Row]) -> list[EventView]:
    return [
        EventView(
            id=row["id"],
            type=row["type"],
            created_at=rfc3339(row["created_at"]),
            workspace_id=call.ledger.workspace_id,
            data=json.loads(row["data"]),
        )
        for row in rows
    ]
