"""Campaigns as the API shows them."""

import json
import sqlite3
from collections.abc import Sequence

from imail_tui.sandbox.call import Call
from imail_tui.sandbox.clock import rfc3339
from imail_tui.sandbox.errors import not_found
from imail_tui.sandbox.schemas.campaigns import CampaignRow, CampaignView, LeadCounts, WindowView
from imail_tui.sandbox.views.columns import grouped, id_list, rate, week_before

DEFAULT_WINDOW = WindowView(
    timezone="lead", days=["mon", "tue", "wed", "thu", "fri"], start="09:00", end="17:00"
)
_WEEK = """
SELECT campaign_id, SUM(sent) AS sent, SUM(replied) AS replied,
  SUM(CASE WHEN date = :today THEN sent ELSE 0 END) AS today
FROM daily
WHERE campaign_id IN (SELECT value FROM json_each(:ids)) AND date BETWEEN :first AND :today
GROUP BY campaign_id
"""


def find_campaign(call: Call, campaign_id: str) -> sqlite3.Row:
    """The row of a campaign. Raises `ApiFault` 404."""
    row = call.db.execute("SELECT * FROM campaign WHERE id = ?", (campaign_id,)).fetchone()
    if row is None:
        raise not_found(f"campaign {campaign_id}")
    assert isinstance(row, sqlite3.Row)
    return row


def campaign_view(call: Call, row: sqlite3.Row) -> CampaignView:
    """A whole campaign."""
    (shown,) = campaign_rows(call, [row])
    del shown["step_count"]
    return CampaignView(**shown, steps=json.loads(row["steps"]))


def campaign_rows(call: Call, rows: Sequence[sqlite3.Row]) -> list[CampaignRow]:
    """Campaigns without their steps, their counts read at once."""
    ids = id_list(rows)
    first, today = week_before(call.now)
    week = grouped(call.db.execute(_WEEK, {"ids": ids, "first": first, "today": today}).fetchall())
    inboxes = _inbox_ids(call, ids)
    counts = _lead_counts(call, ids)
    return [
        _row(call, row, week.get(row["id"]), inboxes.get(row["id"], []), counts[row["id"]]) for row in rows
    ]


def _row(
    call: Call, row: sqlite3.Row, week: sqlite3.Row | None, inbox_ids: list[str], counts: LeadCounts
) -> CampaignRow:
    return CampaignRow(
        id=row["id"],
        name=row["name"],
        status=row["status"],
        inbox_ids=inbox_ids,
        step_count=row["step_count"],
        daily_limit=row["daily_limit"] or call.tier.daily_limit_max,
        send_window=DEFAULT_WINDOW if row["send_window"] is None else json.loads(row["send_window"]),
        track_opens=bool(row["track_opens"]),
        track_clicks=bool(row["track_clicks"]),
        stop_on_reply=bool(row["stop_on_reply"]),
        sent_today=week["today"] if week else 0,
        reply_rate_7d=rate(week["replied"], week["sent"]) if week else None,
        lead_counts=counts,
        created_at=rfc3339(row["created_at"]),
        updated_at=rfc3339(row["updated_at"]),
    )


def _inbox_ids(call: Call, ids: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in call.db.execute(
        "SELECT campaign_id, inbox_id FROM campaign_inbox "
        "WHERE campaign_id IN (SELECT value FROM json_each(?)) ORDER BY campaign_id, position",
        (ids,),
    ):
        found.setdefault(row["campaign_id"], []).append(row["inbox_id"])
    return found


def _lead_counts(call: Call, ids: str) -> dict[str, LeadCounts]:
    found: dict[str, dict[str, int]] = {id_: {} for id_ in json.loads(ids)}
    for row in call.db.execute(
        "SELECT campaign_id, status, leads FROM enrollment_count "
        "WHERE campaign_id IN (SELECT value FROM json_each(?))",
        (ids,),
    ):
        found[row["campaign_id"]][row["status"]] = row["leads"]
    return {
        id_: LeadCounts(
            queued=counts.get("queued", 0),
            active=counts.get("active", 0),
            replied=counts.get("replied", 0),
            completed=counts.get("completed", 0),
            bounced=counts.get("bounced", 0),
            unsubscribed=counts.get("unsubscribed", 0),
            paused=counts.get("paused", 0),
        )
        for id_, counts in found.items()
    }
