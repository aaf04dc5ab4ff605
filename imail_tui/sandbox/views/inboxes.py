"""Inboxes as the API shows them."""

import sqlite3
from collections.abc import Sequence

from imail_tui.sandbox.call import Call
from imail_tui.sandbox.clock import rfc3339, utc_date
from imail_tui.sandbox.errors import not_found
from imail_tui.sandbox.schemas.inboxes import HealthView, InboxDay, InboxView, WarmupView
from imail_tui.sandbox.views.columns import days_before, grouped, id_list, moment, rate, week_before

SETUP_PATH = "/setup/"
_WEEK = """
SELECT inbox_id, SUM(sent) AS sent, SUM(bounced_hard + bounced_soft) AS bounced,
  SUM(CASE WHEN date = :today THEN sent ELSE 0 END) AS today
FROM daily
WHERE inbox_id IN (SELECT value FROM json_each(:ids)) AND date BETWEEN :first AND :today
GROUP BY inbox_id
"""
_HISTORY = """
SELECT days.value AS date, day.warmup_sent, day.warmup_score, day.spam_rate, day.connected_seconds,
  (SELECT SUM(sent) FROM daily WHERE inbox_id = :id AND date = days.value) AS sent,
  (SELECT SUM(bounced_hard + bounced_soft) FROM daily WHERE inbox_id = :id AND date = days.value) AS bounced
FROM json_each(:dates) AS days
LEFT JOIN inbox_day AS day ON day.inbox_id = :id AND day.date = days.value
WHERE days.value >= :first
ORDER BY days.value
"""


def find_inbox(call: Call, inbox_id: str) -> sqlite3.Row:
    """The row of an inbox. Raises `ApiFault` 404."""
    row = call.db.execute("SELECT * FROM inbox WHERE id = ?", (inbox_id,)).fetchone()
    if row is None:
        raise not_found(f"inbox {inbox_id}")
    assert isinstance(row, sqlite3.Row)
    return row


def inbox_view(call: Call, row: sqlite3.Row) -> InboxView:
    """A whole inbox."""
    return inbox_rows(call, [row])[0]


def inbox_rows(call: Call, rows: Sequence[sqlite3.Row]) -> list[InboxView]:
    """Inboxes with their counts, read at once."""
    ids = id_list(rows)
    first, today = week_before(call.now)
    week = grouped(call.db.execute(_WEEK, {"ids": ids, "first": first, "today": today}).fetchall())
    warmed = grouped(
        call.db.execute(
            "SELECT inbox_id, warmup_sent FROM inbox_day "
            "WHERE inbox_id IN (SELECT value FROM json_each(?)) AND date = ?",
            (ids, today),
        ).fetchall()
    )
    return [_view(call, row, week.get(row["id"]), warmed.get(row["id"])) for row in rows]


def setup_url(call: Call, token: str | None) -> str | None:
    """Where an inbox with a setup token is connected."""
    return None if token is None else f"{call.root_url}{SETUP_PATH}{token}"


def inbox_history(call: Call, row: sqlite3.Row, days: int) -> list[InboxDay]:
    """The last days of an inbox, oldest first, from its first day on."""
    dates = days_before(call.now, days)
    values = {
        "id": row["id"],
        "dates": "[" + ",".join(f'"{date}"' for date in dates) + "]",
        "first": utc_date(row["created_at"]),
    }
    return [
        InboxDay(
            date=day["date"],
            sent=day["sent"] or 0,
            warmup_sent=day["warmup_sent"] or 0,
            warmup_score=day["warmup_score"] or 0,
            bounced=day["bounced"] or 0,
            spam_rate=day["spam_rate"] or 0.0,
            connected_seconds=day["connected_seconds"] or 0,
        )
        for day in call.db.execute(_HISTORY, values)
    ]


def _view(call: Call, row: sqlite3.Row, week: sqlite3.Row | None, warmed: sqlite3.Row | None) -> InboxView:
    return InboxView(
        id=row["id"],
        email=row["email"],
        display_name=row["display_name"],
        provider=row["provider"],
        status=row["status"],
        status_reason=row["status_reason"],
        setup_url=None if row["status"] in ("connected", "paused") else setup_url(call, row["setup_token"]),
        daily_limit=row["daily_limit"],
        min_gap_seconds=row["min_gap_seconds"],
        sent_today=week["today"] if week else 0,
        warmup=WarmupView(
            enabled=bool(row["warmup_enabled"]),
            status=row["warmup_status"],
            day=row["warmup_day"],
            target_per_day=row["warmup_target"],
            sent_today=warmed["warmup_sent"] if warmed else 0,
            score=row["warmup_score"],
            spam_rate=row["spam_rate"],
        ),
        health=HealthView(
            score=row["health_score"],
            bounce_rate_7d=rate(week["bounced"], week["sent"]) if week else None,
            spf=row["spf"],
            dkim=row["dkim"],
            dmarc=row["dmarc"],
        ),
        last_sync_at=moment(row["last_sync_at"]),
        disconnected_at=moment(row["disconnected_at"]),
        created_at=rfc3339(row["created_at"]),
        updated_at=rfc3339(row["updated_at"]),
    )
