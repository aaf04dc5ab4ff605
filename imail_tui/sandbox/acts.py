"""What callers did to a ledger, in order: operations answered, keys used again, and the rows they made.

Leads and enrollments record themselves by triggers (indexes.sql), so that no way of making them goes
unseen. What happens by itself is in the events.
"""

import json
import sqlite3
from typing import NamedTuple

from imail_tui.sandbox.journal import compact

_ADD = "INSERT INTO act (at, kind, subject_id, data) VALUES (?, ?, ?, ?)"
_PAGE = "SELECT seq, at, kind, subject_id, data FROM act WHERE seq > ? ORDER BY seq LIMIT ?"


class Act(NamedTuple):
    """One thing done at a world instant (milliseconds), by its place in the order.

    Kinds: `operation` (a change answered with 2xx), `idempotency.replayed`, `idempotency.conflict`,
    `lead.created`, `lead.updated`, `lead.enrolled`, `message.accepted`, `test_mail.sent`,
    `webhook.disabled`.
    """

    seq: int
    at: int
    kind: str
    subject_id: str | None
    data: dict[str, object]


def record(
    connection: sqlite3.Connection, at: int, kind: str, subject_id: str | None, **data: object
) -> None:
    """Write down an act, in the caller's transaction."""
    connection.execute(_ADD, (at, kind, subject_id, compact(data)))


def acts_after(connection: sqlite3.Connection, seq: int, limit: int) -> list[Act]:
    """The acts behind a place in the order, oldest first."""
    rows = connection.execute(_PAGE, (seq, limit))
    return [
        Act(row["seq"], row["at"], row["kind"], row["subject_id"], json.loads(row["data"])) for row in rows
    ]
