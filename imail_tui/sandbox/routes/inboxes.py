"""`/inboxes`: connect, read, change, reconnect, delete."""

import secrets
import sqlite3
from typing import Annotated

from fastapi import Query as QueryModel

from imail_tui.sandbox.call import CallDep
from imail_tui.sandbox.connecting import connect_inbox
from imail_tui.sandbox.endpoint import ledger_router
from imail_tui.sandbox.errors import conflict, invalid
from imail_tui.sandbox.journal import compact
from imail_tui.sandbox.merging import check_unmoved
from imail_tui.sandbox.paging import Order, Query, fetch_page
from imail_tui.sandbox.schemas.answers import Listing
from imail_tui.sandbox.schemas.inboxes import (
    HistoryRange,
    InboxChanges,
    InboxCreate,
    InboxDay,
    InboxFilters,
    InboxView,
    Reconnect,
    Server,
    SetupLink,
)
from imail_tui.sandbox.views.inboxes import find_inbox, inbox_history, inbox_rows, inbox_view, setup_url

router = ledger_router("Inboxes")

_GAP_SECONDS = 120
_ORDERS = {
    "email": ("email",),
    "created_at": ("created_at", "id"),
    "updated_at": ("updated_at", "id"),
}


@router.get("/inboxes")
def list_inboxes(call: CallDep, filters: Annotated[InboxFilters, QueryModel()]) -> Listing[InboxView]:
    """List inboxes."""
    query = Query("inbox.*", "inbox", Order.of(filters.sort, _ORDERS))
    if filters.status is not None:
        query.where("status = ?", filters.status)
    if filters.provider is not None:
        query.where("provider = ?", filters.provider)
    if filters.q:
        query.where("instr(lower(email || ' ' || coalesce(display_name, '')), lower(?)) > 0", filters.q)
    if filters.updated_since is not None:
        query.where("updated_at >= ?", filters.updated_since)
    return fetch_page(call, query, filters, inbox_rows)


@router.post("/inboxes", status_code=201)
def create_inbox(call: CallDep, body: InboxCreate) -> InboxView:
    """Add an inbox. One of an OAuth provider waits at its `setup_url`; one with servers connects at once."""
    existing = call.db.execute("SELECT id FROM inbox WHERE email = ?", (body.email,)).fetchone()
    if existing is not None:
        raise conflict("inbox_exists", f"{body.email} is connected already.", existing_id=existing["id"])
    _check_servers(body.provider, body.smtp, body.imap)
    inbox_id = call.new_id("inb")
    call.db.execute(
        "INSERT INTO inbox (id, email, display_name, provider, status, setup_token, smtp, imap, daily_limit, "
        "min_gap_seconds, created_at, updated_at) VALUES (?, ?, ?, ?, 'pending_setup', ?, ?, ?, ?, ?, ?, ?)",
        (
            *(inbox_id, body.email, body.display_name, body.provider),
            None if body.provider == "smtp" else secrets.token_urlsafe(16),
            *(_server(body.smtp), _server(body.imap), body.daily_limit, _GAP_SECONDS),
            *(call.now, call.now),
        ),
    )
    if body.provider == "smtp":
        connect_inbox(call.ledger, call.db, find_inbox(call, inbox_id), call.now)
    return inbox_view(call, find_inbox(call, inbox_id))


@router.get("/inboxes/{inbox_id}")
def get_inbox(call: CallDep, inbox_id: str) -> InboxView:
    """Read an inbox."""
    return inbox_view(call, find_inbox(call, inbox_id))


@router.patch("/inboxes/{inbox_id}")
def change_inbox(call: CallDep, inbox_id: str, body: InboxChanges) -> InboxView:
    """Change an inbox; `paused` stops its sending and lets it go on."""
    row = find_inbox(call, inbox_id)
    check_unmoved(call, row["updated_at"], lambda: inbox_view(call, row))
    changed = {
        name: value
        for name, value in body.model_dump(exclude_unset=True).items()
        if name in ("display_name", "daily_limit", "min_gap_seconds")
    }
    if "paused" in body.model_fields_set:
        changed["status"] = _paused_status(row, body.paused)
    if "warmup" in body.model_fields_set and "enabled" in body.warmup.model_fields_set:
        changed |= _warmup(row, body.warmup.enabled)
    if any(row[name] != value for name, value in changed.items()):
        changed["updated_at"] = call.moved(row["updated_at"])
        assignments = ", ".join(f"{name} = ?" for name in changed)
        call.db.execute(
            " ".join(("UPDATE inbox SET", assignments, "WHERE id = ?")), (*changed.values(), inbox_id)
        )
    return inbox_view(call, find_inbox(call, inbox_id))


@router.delete("/inboxes/{inbox_id}", status_code=204)
def delete_inbox(call: CallDep, inbox_id: str) -> None:
    """Delete an inbox no active campaign sends from."""
    row = find_inbox(call, inbox_id)
    check_unmoved(call, row["updated_at"], lambda: inbox_view(call, row))
    campaigns = call.db.execute(
        "SELECT campaign.id FROM campaign_inbox JOIN campaign ON campaign.id = campaign_id "
        "WHERE inbox_id = ? AND status = 'active' ORDER BY campaign.id",
        (inbox_id,),
    ).fetchall()
    if campaigns:
        raise conflict(
            "inbox_in_use",
            "An active campaign sends from this inbox. Pause it, or take the inbox out of it.",
            campaign_ids=[campaign["id"] for campaign in campaigns],
        )
    call.db.execute("DELETE FROM campaign_inbox WHERE inbox_id = ?", (inbox_id,))
    call.db.execute("DELETE FROM inbox WHERE id = ?", (inbox_id,))


@router.post("/inboxes/{inbox_id}/reconnect")
def reconnect_inbox(call: CallDep, inbox_id: str, body: Reconnect | None = None) -> SetupLink | InboxView:
    """Connect an inbox again: at a page, or for provider `smtp` at once with new credentials."""
    row = find_inbox(call, inbox_id)
    if row["status"] in ("connected", "paused"):
        raise conflict("already_connected", f"The inbox is {row['status']}; nothing is lost.")
    given = body or Reconnect()
    if row["provider"] == "smtp":
        _check_servers("smtp", given.smtp, given.imap)
        call.db.execute(
            "UPDATE inbox SET smtp = ?, imap = coalesce(?, imap) WHERE id = ?",
            (_server(given.smtp), _server(given.imap), inbox_id),
        )
        connect_inbox(call.ledger, call.db, row, call.now)
        return inbox_view(call, find_inbox(call, inbox_id))
    _check_servers(row["provider"], given.smtp, given.imap)
    token = row["setup_token"] or secrets.token_urlsafe(16)
    call.db.execute("UPDATE inbox SET setup_token = ? WHERE id = ?", (token, inbox_id))
    return SetupLink(setup_url=setup_url(call, token) or "")


@router.get("/inboxes/{inbox_id}/history")
def list_inbox_days(
    call: CallDep, inbox_id: str, span: Annotated[HistoryRange, QueryModel()]
) -> list[InboxDay]:
    """The inbox day by day, oldest first."""
    return inbox_history(call, find_inbox(call, inbox_id), span.days)


def _check_servers(provider: str, smtp: Server | None, imap: Server | None) -> None:
    if provider == "smtp" and smtp is None:
        raise invalid("smtp", "smtp is required for provider smtp")
    for name, server in (("smtp", smtp), ("imap", imap)):
        if provider != "smtp" and server is not None:
            raise invalid(name, f"{name} is for provider smtp only")


def _server(server: Server | None) -> str | None:
    return None if server is None else compact(server.model_dump(exclude={"password"}))


def _paused_status(row: sqlite3.Row, paused: bool) -> str:
    if row["status"] not in ("connected", "paused"):
        raise conflict("inbox_not_connected", f"The inbox is {row['status']}; connect it first.")
    return "paused" if paused else "connected"


def _warmup(row: sqlite3.Row, enabled: bool) -> dict[str, object]:
    if not enabled:
        return {"warmup_enabled": 0, "warmup_status": "off"}
    status = row["warmup_status"] if row["warmup_status"] in ("warming", "ready") else "warming"
    return {
        "warmup_enabled": 1,
        "warmup_status": status,
        "warmup_day": max(1, row["warmup_day"]),
        "warmup_target": max(4, row["warmup_target"]),
    }
