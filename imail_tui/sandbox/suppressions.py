"""Addresses and domains that never get mail again, and what that means for leads and their enrollments."""

import sqlite3

_OPEN = ("queued", "active", "paused")


def is_suppressed(connection: sqlite3.Connection, email: str) -> bool:
    """Whether an address, or its domain, is on the list."""
    address = email.lower()
    row = connection.execute(
        "SELECT 1 FROM suppression WHERE value IN (?, ?)", (address, address.rpartition("@")[2])
    ).fetchone()
    return row is not None


def suppress(connection: sqlite3.Connection, value: str, reason: str, at_ms: int) -> bool:
    """Put an address or domain on the list and end what runs for it; False when it was there already.

    Reason `hard_bounce` leaves enrollments `bounced`, every other one `unsubscribed`.
    """
    value = value.lower()
    added = connection.execute(
        "INSERT OR IGNORE INTO suppression (value, reason, created_at) VALUES (?, ?, ?)",
        (value, reason, at_ms),
    ).rowcount
    status = "bounced" if reason == "hard_bounce" else "unsubscribed"
    for lead_id, _ in _leads(connection, value):
        connection.execute("UPDATE lead SET suppressed = 1, updated_at = ? WHERE id = ?", (at_ms, lead_id))
        connection.execute(
            "UPDATE enrollment SET status = ?, step_id = NULL, next_at = NULL "
            "WHERE lead_id = ? AND status IN (?, ?, ?)",
            (status, lead_id, *_OPEN),
        )
        connection.execute(
            "INSERT INTO effect (due_at, kind, subject_id) VALUES (?, 'suppressed', ?)", (at_ms, lead_id)
        )
    return added == 1


def unsuppress(connection: sqlite3.Connection, value: str, at_ms: int) -> bool:
    """Take a value off the list; False when it was not on it. Ended enrollments stay ended."""
    value = value.lower()
    removed = connection.execute("DELETE FROM suppression WHERE value = ?", (value,)).rowcount
    for lead_id, email in _leads(connection, value):
        suppressed = is_suppressed(connection, email)
        connection.execute(
            "UPDATE lead SET suppressed = ?, updated_at = ? WHERE id = ?", (suppressed, at_ms, lead_id)
        )
    return removed == 1


def _leads(connection: sqlite3.Connection, value: str) -> list[tuple[str, str]]:
    by_address = "SELECT id, email FROM lead WHERE email = ?"
    by_domain = "SELECT id, email FROM lead WHERE domain = ?"
    rows = connection.execute(by_address if "@" in value else by_domain, (value,))
    return [(row["id"], row["email"]) for row in rows]
