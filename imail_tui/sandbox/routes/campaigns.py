"""`/campaigns`: create, read, change, launch, delete."""

import json
import sqlite3
from typing import Annotated

from fastapi import Query as QueryModel

from imail_tui.sandbox.call import Call, CallDep
from imail_tui.sandbox.campaign_rules import (
    check_campaign,
    check_launch,
    check_status_change,
    check_structure,
    stored_steps,
)
from imail_tui.sandbox.clock import utc_date
from imail_tui.sandbox.endpoint import ledger_router
from imail_tui.sandbox.errors import conflict
from imail_tui.sandbox.journal import compact
from imail_tui.sandbox.merging import check_unmoved, merge_patch, validated
from imail_tui.sandbox.paging import Order, Query, fetch_page
from imail_tui.sandbox.schemas.answers import Listing
from imail_tui.sandbox.schemas.campaigns import (
    CampaignChanges,
    CampaignCreate,
    CampaignFilters,
    CampaignRow,
    CampaignView,
)
from imail_tui.sandbox.views.campaigns import campaign_rows, campaign_view, find_campaign

router = ledger_router("Campaigns")

_SENT_TODAY = """
campaign LEFT JOIN (
  SELECT campaign_id AS sender, SUM(sent) AS sent_today FROM daily WHERE date = ? GROUP BY campaign_id
) ON sender = campaign.id
"""
_ORDERS = {
    "name": ("name COLLATE NOCASE", "id"),
    "created_at": ("created_at", "id"),
    "updated_at": ("updated_at", "id"),
    "sent_today": ("coalesce(sent_today, 0)", "id"),
}


@router.get("/campaigns")
def list_campaigns(call: CallDep, filters: Annotated[CampaignFilters, QueryModel()]) -> Listing[CampaignRow]:
    """List campaigns."""
    query = Query("campaign.*", "campaign", Order.of(filters.sort, _ORDERS))
    if filters.sort.endswith("sent_today"):
        query.source, query.source_values = _SENT_TODAY, [utc_date(call.now)]
    if filters.status is not None:
        query.where("status = ?", filters.status)
    if filters.q:
        query.where("instr(lower(name), lower(?)) > 0", filters.q)
    if filters.updated_since is not None:
        query.where("updated_at >= ?", filters.updated_since)
    return fetch_page(call, query, filters, campaign_rows)


@router.post("/campaigns", status_code=201)
def create_campaign(call: CallDep, body: CampaignCreate) -> CampaignView:
    """Create a campaign, as a draft."""
    check_campaign(call, body)
    campaign_id = call.new_id("cmp")
    call.db.execute(
        "INSERT INTO campaign (id, name, status, steps, step_count, created_at, updated_at) "
        "VALUES (?, '', 'draft', '[]', 0, ?, ?)",
        (campaign_id, call.now, call.now),
    )
    _store(call, campaign_id, body)
    return campaign_view(call, find_campaign(call, campaign_id))


@router.get("/campaigns/{campaign_id}")
def get_campaign(call: CallDep, campaign_id: str) -> CampaignView:
    """Read a whole campaign."""
    return campaign_view(call, find_campaign(call, campaign_id))


@router.patch("/campaigns/{campaign_id}")
def change_campaign(call: CallDep, campaign_id: str, body: CampaignChanges) -> CampaignView:
    """Change a campaign; `status` launches, pauses, completes or archives it."""
    row = find_campaign(call, campaign_id)
    check_unmoved(call, row["updated_at"], lambda: campaign_view(call, row))
    changes = body.model_dump(by_alias=True, exclude_unset=True)
    if not changes:
        return campaign_view(call, row)
    status = changes.pop("status", row["status"])
    check_status_change(row["status"], status)
    launch = status == "active" != row["status"]
    if changes or launch:
        whole = validated(CampaignCreate, merge_patch(_writable(call, row), changes))
        check_campaign(call, whole)
        if row["status"] == status == "active" and "steps" in changes:
            check_structure(json.loads(row["steps"]), stored_steps(whole.steps))
        _store(call, campaign_id, whole)
        if launch:
            check_launch(call, campaign_id, whole)
    call.db.execute(
        "UPDATE campaign SET status = ?, updated_at = ? WHERE id = ?",
        (status, call.moved(row["updated_at"]), campaign_id),
    )
    return campaign_view(call, find_campaign(call, campaign_id))


@router.delete("/campaigns/{campaign_id}", status_code=204)
def delete_campaign(call: CallDep, campaign_id: str) -> None:
    """Delete a campaign that is not active, with its leads' places in it."""
    row = find_campaign(call, campaign_id)
    check_unmoved(call, row["updated_at"], lambda: campaign_view(call, row))
    if row["status"] == "active":
        raise conflict("campaign_active", "The campaign is active. Pause it first.")
    call.db.execute("DELETE FROM campaign WHERE id = ?", (campaign_id,))


def _writable(call: Call, row: sqlite3.Row) -> dict[str, object]:
    """A stored campaign as the body that would create it."""
    inboxes = call.db.execute(
        "SELECT inbox_id FROM campaign_inbox WHERE campaign_id = ? ORDER BY position", (row["id"],)
    )
    whole: dict[str, object] = {
        "name": row["name"],
        "inbox_ids": [inbox["inbox_id"] for inbox in inboxes],
        "steps": json.loads(row["steps"]),
        **{flag: bool(row[flag]) for flag in ("track_opens", "track_clicks", "stop_on_reply")},
    }
    if row["daily_limit"] is not None:
        whole["daily_limit"] = row["daily_limit"]
    if row["send_window"] is not None:
        whole["send_window"] = json.loads(row["send_window"])
    return whole


def _store(call: Call, campaign_id: str, campaign: CampaignCreate) -> None:
    window = campaign.send_window
    call.db.execute(
        "UPDATE campaign SET name = ?, steps = ?, step_count = ?, daily_limit = ?, send_window = ?, "
        "track_opens = ?, track_clicks = ?, stop_on_reply = ? WHERE id = ?",
        (
            campaign.name,
            compact(stored_steps(campaign.steps)),
            len(campaign.steps),
            campaign.daily_limit,
            None if window is None else compact(window.model_dump(exclude_none=True)),
            campaign.track_opens,
            campaign.track_clicks,
            campaign.stop_on_reply,
            campaign_id,
        ),
    )
    call.db.execute("DELETE FROM campaign_inbox WHERE campaign_id = ?", (campaign_id,))
    call.db.executemany(
        "INSERT INTO campaign_inbox VALUES (?, ?, ?)",
        [(campaign_id, position, inbox_id) for position, inbox_id in enumerate(campaign.inbox_ids)],
    )
