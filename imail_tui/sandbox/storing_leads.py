"""Writing leads."""

import json
import sqlite3

from imail_tui.sandbox.call import Call
from imail_tui.sandbox.journal import compact
from imail_tui.sandbox.schemas.leads import LEAD_FIELDS, LeadCreate
from imail_tui.sandbox.suppressions import is_suppressed

_COLUMNS = (*LEAD_FIELDS, "custom", "suppressed", "updated_at")
_INSERT = " ".join(
    (
        "INSERT INTO lead (id, created_at,",
        ", ".join(_COLUMNS),
        ") VALUES (?, ?,",
        ", ".join("?" for _ in _COLUMNS),
        ")",
    )
)
_UPDATE = " ".join(("UPDATE lead SET", ", ".join(f"{name} = ?" for name in _COLUMNS), "WHERE id = ?"))


def find_by_email(call: Call, email: str) -> sqlite3.Row | None:
    """The lead with an address, in any case."""
    row = call.db.execute("SELECT * FROM lead WHERE email = ?", (email,)).fetchone()
    assert row is None or isinstance(row, sqlite3.Row)
    return row


def insert_lead(call: Call, lead: LeadCreate) -> str:
    """Store a new lead; returns its id."""
    lead_id = call.new_id("led")
    call.db.execute(_INSERT, (lead_id, call.now, *_values(call, lead, call.now)))
    return lead_id


def update_lead(call: Call, row: sqlite3.Row, lead: LeadCreate) -> None:
    """Store a changed lead."""
    call.db.execute(_UPDATE, (*_values(call, lead, call.moved(row["updated_at"])), row["id"]))


def writable_lead(row: sqlite3.Row) -> dict[str, object]:
    """A stored lead as the body that would create it."""
    whole: dict[str, object] = {name: row[name] for name in LEAD_FIELDS if row[name] is not None}
    whole["custom"] = json.loads(row["custom"])
    return whole


def _values(call: Call, lead: LeadCreate, updated_at: int) -> list[object]:
    fields: list[object] = [getattr(lead, name) for name in LEAD_FIELDS]
    return [*fields, compact(lead.custom), is_suppressed(call.db, lead.email), updated_at]
