"""Deliveries in the database: one for each event a subscription wants, and what became of it.

`pending` = not tried yet; `failed` = tried in vain, to be tried again at `next_attempt_at`; `delivered`;
`abandoned` = given up, by backoff or because the subscription was switched off. While an attempt is on
its way `next_attempt_at` is null. All functions run in the caller's transaction; instants are
milliseconds of world time.
"""

import json
import random
import sqlite3
from typing import NamedTuple

from imail_tui.sandbox.acts import record
from imail_tui.sandbox.clock import rfc3339
from imail_tui.sandbox.ids import IdSource
from imail_tui.sandbox.journal import compact
from imail_tui.sandbox.versions import event_types_of
from imail_tui.sandbox.webhooks.backoff import LONGEST_MS, next_attempt_at
from imail_tui.sandbox.webhooks.posting import Answer

_GONE = 410
_ADD = (
    "INSERT INTO delivery (id, webhook_id, event_id, type, status, next_attempt_at, started_at, payload, "
    "created_at) VALUES (?, ?, ?, ?, 'pending', ?, ?, ?, ?)"
)
_NEW_EVENTS = """
SELECT id, type, created_at, data FROM event
WHERE seq > ? AND type IN (SELECT value FROM json_each(?)) ORDER BY seq
"""
# What was never tried goes first: it does not wait behind what keeps failing.
_FIRST_DUE = """
SELECT * FROM delivery WHERE webhook_id = ? AND next_attempt_at <= ?
ORDER BY attempt > attempts_before, next_attempt_at, no LIMIT 1
"""
_ANSWERED = """
UPDATE delivery SET status = ?, response_status = ?, response_ms = ?, next_attempt_at = ?
WHERE id = ? AND started_at = ?
"""


class Attempt(NamedTuple):
    """A delivery on its way: the attempt's number in this round, when the round started, what to send."""

    delivery_id: str
    webhook_id: str
    number: int
    started_at: int
    event_id: str
    url: str
    secrets: tuple[str, ...]
    body: bytes


def fan_out(db: sqlite3.Connection, workspace_id: str) -> None:
    """Make deliveries of the events that happened since the last time."""
    last = _last_event(db)
    behind = db.execute("SELECT * FROM webhook WHERE active AND seen_seq < ?", (last,)).fetchall()
    for webhook in behind:
        wanted = set(json.loads(webhook["events"])) & set(event_types_of(webhook["api_version"]))
        for event in db.execute(_NEW_EVENTS, (webhook["seen_seq"], compact([*wanted]))).fetchall():
            payload = {
                "id": event["id"],
                "type": event["type"],
                "created_at": rfc3339(event["created_at"]),
                "workspace_id": workspace_id,
                "data": json.loads(event["data"]),
            }
            add_delivery(db, webhook["id"], payload, event["created_at"])
        db.execute("UPDATE webhook SET seen_seq = ? WHERE id = ?", (last, webhook["id"]))


def skip_past(db: sqlite3.Connection, webhook_id: str) -> None:
    """Let a subscription begin with the next event."""
    db.execute("UPDATE webhook SET seen_seq = ? WHERE id = ?", (_last_event(db), webhook_id))


def _last_event(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0])


def add_delivery(db: sqlite3.Connection, webhook_id: str, payload: dict[str, object], at: int) -> str:
    """Add a delivery that is due at an instant; returns its id."""
    ids = IdSource(random.Random(f"{webhook_id}/{payload['id']}"))
    delivery_id = ids.new("dlv", at)
    values = (delivery_id, webhook_id, payload["id"], payload["type"], at, at, compact(payload), at)
    db.execute(_ADD, values)
    return delivery_id


def send_again(db: sqlite3.Connection, delivery: sqlite3.Row, now: int) -> None:
    """Begin a delivery anew, with the whole backoff; an answer still on its way no longer counts."""
    db.execute(
        "UPDATE delivery SET status = 'pending', next_attempt_at = ?, started_at = ?, "
        "attempts_before = attempt WHERE id = ?",
        (now, max(now, delivery["started_at"] + 1), delivery["id"]),
    )


def abandon(db: sqlite3.Connection, webhook_id: str) -> None:
    """Give up what a subscription still waits for."""
    db.execute(
        "UPDATE delivery SET status = 'abandoned', next_attempt_at = NULL "
        "WHERE webhook_id = ? AND status IN ('pending', 'failed')",
        (webhook_id,),
    )


def revive(db: sqlite3.Connection, now: int) -> None:
    """Try again at once what was on its way when the server stopped."""
    db.execute(
        "UPDATE delivery SET next_attempt_at = ? "
        "WHERE next_attempt_at IS NULL AND status IN ('pending', 'failed')",
        (now,),
    )


def due(db: sqlite3.Connection, now: int) -> dict[str, int]:
    """How many deliveries are due, by subscription."""
    found = db.execute(
        "SELECT webhook_id, count(*) FROM delivery WHERE next_attempt_at <= ? GROUP BY webhook_id", (now,)
    )
    return {row[0]: row[1] for row in found}


def next_due(db: sqlite3.Connection, after: int) -> int | None:
    """When the first attempt behind an instant is due, if any is."""
    query = "SELECT min(next_attempt_at) FROM delivery WHERE next_attempt_at > ?"
    instant: int | None = db.execute(query, (after,)).fetchone()[0]
    return instant


def is_subscribed(db: sqlite3.Connection) -> bool:
    """Whether any subscription is switched on."""
    return db.execute("SELECT 1 FROM webhook WHERE active LIMIT 1").fetchone() is not None


def valid_secrets(webhook: sqlite3.Row, now: int) -> tuple[str, ...]:
    """The secrets a delivery is signed with, the newest first."""
    older = (secret for secret, until in json.loads(webhook["old_secrets"]) if now < until)
    return (webhook["secret"], *older)


def take(db: sqlite3.Connection, webhook_id: str, now: int) -> Attempt | None:
    """The next attempt that is due, now on its way."""
    row = db.execute(_FIRST_DUE, (webhook_id, now)).fetchone()
    if row is None:
        return None
    webhook = db.execute("SELECT * FROM webhook WHERE id = ?", (webhook_id,)).fetchone()
    db.execute("UPDATE delivery SET attempt = attempt + 1, next_attempt_at = NULL WHERE id = ?", (row["id"],))
    number = row["attempt"] - row["attempts_before"] + 1
    secrets = valid_secrets(webhook, now)
    body = row["payload"].encode()
    return Attempt(
        row["id"], webhook_id, number, row["started_at"], row["event_id"], webhook["url"], secrets, body
    )


def answered(db: sqlite3.Connection, attempt: Attempt, answer: Answer, now: int) -> None:
    """Write down what came of an attempt: done, to be tried again, or given up.

    A subscription is switched off by a 410 at once, and by a failure 24 hours after its first one
    when nothing has been delivered in between.
    """
    webhook = db.execute("SELECT * FROM webhook WHERE id = ?", (attempt.webhook_id,)).fetchone()
    if webhook is None:
        return
    again = None
    if not answer.accepted and webhook["active"]:
        again = next_attempt_at(attempt.number, attempt.started_at, now)
    status = "delivered" if answer.accepted else "abandoned" if again is None else "failed"
    current = db.execute(
        _ANSWERED, (status, *answer, again, attempt.delivery_id, attempt.started_at)
    ).rowcount
    if not current or not webhook["active"]:
        return
    if answer.accepted:
        db.execute("UPDATE webhook SET failing_since = NULL WHERE id = ?", (webhook["id"],))
        return
    since = now if webhook["failing_since"] is None else webhook["failing_since"]
    db.execute("UPDATE webhook SET failing_since = ? WHERE id = ?", (since, webhook["id"]))
    if answer.status == _GONE:
        _disable(db, webhook, "The receiver answered 410 Gone.", now)
    elif now - since >= LONGEST_MS:
        last = "no answer" if answer.status is None else f"status {answer.status}"
        _disable(db, webhook, f"Nothing could be delivered for 24 hours; the last attempt got {last}.", now)


def _disable(db: sqlite3.Connection, webhook: sqlite3.Row, reason: str, now: int) -> None:
    db.execute(
        "UPDATE webhook SET active = 0, disabled_at = ?, disabled_reason = ?, failing_since = NULL, "
        "updated_at = ? WHERE id = ?",
        (now, reason, max(now, webhook["updated_at"] + 1), webhook["id"]),
    )
    abandon(db, webhook["id"])
    record(db, now, "webhook.disabled", webhook["id"], reason=reason)
