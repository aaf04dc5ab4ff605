"""`/replies` and `/threads`: what came in, and answering it."""

import sqlite3
from typing import Annotated

from fastapi import Query as QueryModel

from imail_tui.sandbox.acts import record
from imail_tui.sandbox.call import Call, CallDep
from imail_tui.sandbox.clock import rfc3339
from imail_tui.sandbox.endpoint import ledger_router
from imail_tui.sandbox.errors import conflict, unknown_reference
from imail_tui.sandbox.labels import set_label
from imail_tui.sandbox.merging import check_unmoved
from imail_tui.sandbox.paging import Order, Query, fetch_page
from imail_tui.sandbox.schemas.answers import Listing
from imail_tui.sandbox.schemas.replies import (
    Answer,
    MessageView,
    ReplyChanges,
    ReplyFilters,
    ReplyView,
    ThreadView,
)
from imail_tui.sandbox.search import match_expression
from imail_tui.sandbox.views.replies import (
    REPLY_COLUMNS,
    REPLY_SOURCE,
    find_message,
    find_reply,
    message_view,
    reply_rows,
    reply_view,
    thread_view,
)

router = ledger_router("Replies")

_NEWEST_FIRST = Order(("reply.received_at", "reply.id"), descending=True)


@router.get("/replies")
def list_replies(call: CallDep, filters: Annotated[ReplyFilters, QueryModel()]) -> Listing[ReplyView]:
    """List replies, newest first."""
    query = Query(REPLY_COLUMNS, REPLY_SOURCE, _NEWEST_FIRST, counted=not filters.q)
    for column, value in (
        ("reply.campaign_id", filters.campaign_id),
        ("reply.inbox_id", filters.inbox_id),
        ("reply.label", filters.classification),
        ("reply.done", filters.done),
    ):
        if value is not None:
            query.where(f"{column} = ?", value)
    if filters.unread is not None:
        query.where("reply.read = ?", not filters.unread)
    if filters.snoozed is not None:
        query.where("(coalesce(reply.snoozed_until, 0) > ?) = ?", call.now, filters.snoozed)
    if filters.since is not None:
        query.where("reply.received_at >= ?", filters.since)
    if filters.updated_since is not None:
        query.where("reply.updated_at >= ?", filters.updated_since)
    if filters.q and filters.q.strip():
        words = match_expression(filters.q)
        if words is None:
            query.where("0")
        else:
            query.where("reply.no IN (SELECT rowid FROM reply_search WHERE reply_search MATCH ?)", words)
    return fetch_page(call, query, filters, reply_rows)


@router.get("/replies/{reply_id}")
def get_reply(call: CallDep, reply_id: str) -> ReplyView:
    """Read a reply."""
    return reply_view(find_reply(call, reply_id))


@router.patch("/replies/{reply_id}")
def change_reply(call: CallDep, reply_id: str, body: ReplyChanges) -> ReplyView:
    """Mark a reply read or done, snooze it, give it to a lead, or classify it."""
    row = find_reply(call, reply_id)
    check_unmoved(call, row["updated_at"], lambda: reply_view(row))
    changes = body.model_dump(exclude_unset=True)
    _check_lead(call, changes.get("lead_id"))
    at = call.moved(row["updated_at"])
    if "classification" in changes:
        label = changes.pop("classification")
        human = label is None or row["label_source"] == "human"
        if label != row["label"] or not human:
            set_label(call.db, reply_id, label, confidence=None, source="human", at_ms=at)
    if any(row[name] != value for name, value in changes.items()):
        assignments = ", ".join(f"{name} = ?" for name in changes)
        call.db.execute(
            " ".join(("UPDATE reply SET", assignments, ", updated_at = ? WHERE id = ?")),
            (*changes.values(), at, reply_id),
        )
    return reply_view(find_reply(call, reply_id))


@router.post("/replies/{reply_id}/send", status_code=202)
def answer_reply(call: CallDep, reply_id: str, body: Answer) -> MessageView:
    """Answer a reply, at once or after a countdown this server holds."""
    row = find_reply(call, reply_id)
    inbox = _sender(call, body.inbox_id, row["inbox_id"])
    at = call.now + body.send_after_seconds * 1000
    message_id = call.new_id("msg")
    subject = row["subject"] if row["subject"].lower().startswith("re:") else f"Re: {row['subject']}"
    call.db.execute(
        "INSERT INTO message (id, thread_id, direction, from_email, to_email, subject, text, at, inbox_id, "
        "status) VALUES (?, ?, 'out', ?, ?, ?, ?, ?, ?, ?)",
        (
            *(message_id, row["thread_id"], inbox["email"], row["from_email"], subject, body.body, at),
            *(inbox["id"], "scheduled" if body.send_after_seconds else "sent"),
        ),
    )
    sent = {"to": row["from_email"], "reply_id": reply_id, "send_at": rfc3339(at)}
    record(call.db, call.now, "message.accepted", message_id, **sent)
    return message_view(find_message(call, message_id))


@router.get("/threads/{thread_id}")
def get_thread(call: CallDep, thread_id: str) -> ThreadView:
    """Read a whole conversation."""
    return thread_view(call, thread_id)


def _check_lead(call: Call, lead_id: str | None) -> None:
    if lead_id is None:
        return
    if call.db.execute("SELECT 1 FROM lead WHERE id = ?", (lead_id,)).fetchone() is None:
        raise unknown_reference("lead_id", f"lead {lead_id}")


def _sender(call: Call, wanted: str | None, received_at: str) -> sqlite3.Row:
    """The inbox to answer from, by default the one the reply came to. Raises `ApiFault` 400 or 409."""
    inbox = call.db.execute("SELECT * FROM inbox WHERE id = ?", (wanted or received_at,)).fetchone()
    if inbox is None:
        raise unknown_reference("inbox_id", f"inbox {wanted or received_at}")
    assert isinstance(inbox, sqlite3.Row)
    if inbox["status"] != "connected":
        raise conflict("inbox_not_connected", f"{inbox['email']} is {inbox['status']}; it cannot send.")
    return inbox
