"""An inbox gets its connection, by its setup page or by working credentials."""

import sqlite3

from imail_tui.sandbox.journal import Journal
from imail_tui.sandbox.ledger import Ledger


def connect_inbox(ledger: Ledger, connection: sqlite3.Connection, row: sqlite3.Row, now: int) -> None:
    """Mark an inbox connected, in the caller's transaction; one that was lost is told as an event."""
    connection.execute(
        "UPDATE inbox SET status = 'connected', status_reason = NULL, setup_token = NULL, last_sync_at = ?, "
        "disconnected_at = NULL, spf = 'pass', dkim = 'pass', dmarc = 'pass', updated_at = ? WHERE id = ?",
        (now, max(now, row["updated_at"] + 1), row["id"]),
    )
    if row["status"] != "pending_setup":
        data: dict[str, object] = {"inbox_id": row["id"], "inbox_email": row["email"]}
        Journal(connection).event(ledger.ids, "inbox.reconnected", now, data, inbox_id=row["id"])
