"""Replies, threads and messages as the API shows them."""

import email.message
import email.policy
import email.utils
import sqlite3
from collections.abc import Sequence
from typing import Literal

from imail_tui.sandbox.call import Call
from imail_tui.sandbox.clock import from_ms, rfc3339
from imail_tui.sandbox.errors import not_found
from imail_tui.sandbox.schemas.replies import (
    Classification,
    MessageView,
    ReplyLead,
    ReplyView,
    ThreadMessage,
    ThreadView,
)
from imail_tui.sandbox.views.columns import moment

REPLY_COLUMNS = """
reply.*, message.text AS text, lead.email AS lead_email, lead.first_name AS lead_first_name,
lead.last_name AS lead_last_name, lead.company AS lead_company
"""
REPLY_SOURCE = "reply JOIN message ON message.id = reply.message_id LEFT JOIN lead ON lead.id = reply.lead_id"


def find_reply(call: Call, reply_id: str) -> sqlite3.Row:
    """The row of a reply with its text and lead. Raises `ApiFault` 404."""
    parts = ("SELECT", REPLY_COLUMNS, "FROM", REPLY_SOURCE, "WHERE reply.id = ?")
    row = call.db.execute(" ".join(parts), (reply_id,)).fetchone()
    if row is None:
        raise not_found(f"reply {reply_id}")
    assert isinstance(row, sqlite3.Row)
    return row


def find_message(call: Call, message_id: str) -> sqlite3.Row:
    """The row of a message. Raises `ApiFault` 404."""
    row = call.db.execute("SELECT * FROM message WHERE id = ?", (message_id,)).fetchone()
    if row is None:
        raise not_found(f"message {message_id}")
    assert isinstance(row, sqlite3.Row)
    return row


def reply_rows(_: Call, rows: Sequence[sqlite3.Row]) -> list[ReplyView]:
    """Replies of a query over REPLY_SOURCE."""
    return [reply_view(row) for row in rows]


def reply_view(row: sqlite3.Row) -> ReplyView:
    """A reply; its confidence is a human's word when there is none."""
    return ReplyView(
        {
            "id": row["id"],
            "thread_id": row["thread_id"],
            "from": row["from_email"],
            "lead": _lead(row),
            "campaign_id": row["campaign_id"],
            "step_id": row["step_id"],
            "inbox_id": row["inbox_id"],
            "subject": row["subject"],
            "snippet": row["snippet"],
            "text": row["text"],
            "received_at": rfc3339(row["received_at"]),
            "updated_at": rfc3339(row["updated_at"]),
            "is_auto": bool(row["is_auto"]),
            "read": bool(row["read"]),
            "done": bool(row["done"]),
            "snoozed_until": moment(row["snoozed_until"]),
            "classification": _classification(row["label"], row["confidence"], row["label_source"]),
            "ai_classification": _classification(row["ai_label"], row["ai_confidence"], "ai"),
        }
    )


def _classification(
    label: str | None, confidence: float | None, source: Literal["ai", "human"]
) -> Classification | None:
    return None if label is None else Classification(label=label, confidence=confidence, source=source)


def _lead(row: sqlite3.Row) -> ReplyLead | None:
    if row["lead_id"] is None:
        return None
    return ReplyLead(
        id=row["lead_id"],
        email=row["lead_email"],
        first_name=row["lead_first_name"],
        last_name=row["lead_last_name"],
        company=row["lead_company"],
    )


def thread_view(call: Call, thread_id: str) -> ThreadView:
    """A whole conversation. Raises `ApiFault` 404."""
    row = call.db.execute(
        "SELECT thread.id, thread.lead_id, lead.email AS lead_email, lead.first_name AS lead_first_name, "
        "lead.last_name AS lead_last_name, lead.company AS lead_company "
        "FROM thread LEFT JOIN lead ON lead.id = thread.lead_id WHERE thread.id = ?",
        (thread_id,),
    ).fetchone()
    if row is None:
        raise not_found(f"thread {thread_id}")
    messages = call.db.execute("SELECT * FROM message WHERE thread_id = ? ORDER BY at, no", (thread_id,))
    return ThreadView(id=row["id"], lead=_lead(row), messages=[_thread_message(row) for row in messages])


def _thread_message(row: sqlite3.Row) -> ThreadMessage:
    view = ThreadMessage(
        {
            "id": row["id"],
            "direction": row["direction"],
            "from": row["from_email"],
            "to": row["to_email"],
            "subject": row["subject"],
            "text": row["text"],
            "at": rfc3339(row["at"]),
            "status": row["status"],
        }
    )
    if row["html"] is not None:
        view["html"] = row["html"]
    if row["step_id"] is not None:
        view["step_id"] = row["step_id"]
    return view


def message_rows(_: Call, rows: Sequence[sqlite3.Row]) -> list[MessageView]:
    """Answers written through the API."""
    return [message_view(row) for row in rows]


def message_view(row: sqlite3.Row) -> MessageView:
    """One answer; `error` says why it failed."""
    view = MessageView(
        id=row["id"], thread_id=row["thread_id"], status=row["status"], send_at=rfc3339(row["at"])
    )
    if row["error"] is not None:
        view["error"] = row["error"]
    return view


def raw_message(row: sqlite3.Row) -> bytes:
    """A message as RFC 822 bytes."""
    message = email.message.EmailMessage(email.policy.SMTP)
    message["From"] = _header(row["from_email"])
    message["To"] = _header(row["to_email"])
    message["Subject"] = _header(row["subject"])
    message["Date"] = email.utils.format_datetime(from_ms(row["at"]))
    message["Message-ID"] = f"<{row['id']}@imail.invalid>"
    message.set_content(row["text"])
    if row["html"] is not None:
        message.add_alternative(row["html"], subtype="html")
    return message.as_bytes()


def _header(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
