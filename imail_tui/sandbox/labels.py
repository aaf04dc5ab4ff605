"""Classification of replies: the labels, and what a label changes in the ledger."""

import sqlite3

from imail_tui.sandbox.clock import utc_date
from imail_tui.sandbox.journal import DailyKey, Journal

LABELS = (
    "interested",
    "meeting_request",
    "question",
    "referral",
    "not_now",
    "objection",
    "wrong_person",
    "not_interested",
    "unsubscribe",
    "out_of_office",
    "auto_reply",
)
POSITIVE = frozenset({"interested", "meeting_request", "question"})
"""Labels counted as `positive_replied`."""


def set_label(
    connection: sqlite3.Connection,
    reply_id: str,
    label: str | None,
    *,
    confidence: float | None,
    source: str,
    at_ms: int,
) -> None:
    """Classify a reply (None takes the label off) and keep lead, mail and counts in step.

    `source` is `ai` or `human`; the AI's own judgement is kept when a human overrides it.
    A mail counts as positive once, on the day its reply was first judged so.
    """
    reply = connection.execute("SELECT * FROM reply WHERE id = ?", (reply_id,)).fetchone()
    connection.execute(
        "UPDATE reply SET label = ?, confidence = ?, label_source = ?, positive_on = ?, updated_at = ? "
        "WHERE id = ?",
        (
            label,
            confidence if source == "ai" else None,
            source if label is not None else None,
            _count_positive(connection, reply, label, at_ms),
            at_ms,
            reply_id,
        ),
    )
    if source == "ai":
        connection.execute(
            "UPDATE reply SET ai_label = ?, ai_confidence = ? WHERE id = ?", (label, confidence, reply_id)
        )
    if reply["mail_id"] is not None and not reply["is_auto"]:
        connection.execute("UPDATE mail SET label = ? WHERE id = ?", (label, reply["mail_id"]))
    if reply["lead_id"] is not None:
        connection.execute(
            "UPDATE lead SET classification = ?, updated_at = ? WHERE id = ?",
            (label, at_ms, reply["lead_id"]),
        )


def _count_positive(
    connection: sqlite3.Connection, reply: sqlite3.Row, label: str | None, at_ms: int
) -> str | None:
    """Add or take back the positive count; returns the date it is counted on now."""
    counted_on: str | None = reply["positive_on"]
    mail = connection.execute(
        "SELECT campaign_id, inbox_id, step_id, variant_id FROM mail WHERE id = ?", (reply["mail_id"],)
    ).fetchone()
    if mail is None or (label in POSITIVE) == (counted_on is not None):
        return counted_on
    day = counted_on or utc_date(at_ms)
    journal = Journal(connection)
    journal.count(DailyKey(day, *mail), "positive_replied", -1 if counted_on else 1)
    journal.flush()
    return None if counted_on else day
