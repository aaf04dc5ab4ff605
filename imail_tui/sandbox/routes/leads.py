"""`/leads`: create, read, change, delete, look up."""

import json
from typing import Annotated

from fastapi import Query as QueryModel

from imail_tui.sandbox.call import CallDep
from imail_tui.sandbox.endpoint import ledger_router
from imail_tui.sandbox.errors import conflict
from imail_tui.sandbox.merging import check_unmoved, merge_patch, validated
from imail_tui.sandbox.paging import Order, Query, fetch_page
from imail_tui.sandbox.schemas.answers import Listing
from imail_tui.sandbox.schemas.leads import (
    LeadChanges,
    LeadCreate,
    LeadFilters,
    LeadMatch,
    LeadsLookup,
    LeadView,
    LookupAnswer,
)
from imail_tui.sandbox.search import match_expression
from imail_tui.sandbox.storing_leads import find_by_email, insert_lead, update_lead, writable_lead
from imail_tui.sandbox.suppressions import is_suppressed
from imail_tui.sandbox.views.leads import find_lead, lead_rows, lead_view

router = ledger_router("Leads")

_ORDERS = {
    "email": ("lead.email",),
    "created_at": ("lead.created_at", "lead.id"),
    "updated_at": ("lead.updated_at", "lead.id"),
}
_LOOKUP = """
SELECT wanted.key AS position, lead.id AS id,
  (SELECT json_group_array(campaign_id) FROM enrollment WHERE lead_id = lead.id) AS campaign_ids
FROM json_each(?) AS wanted LEFT JOIN lead ON lead.email = wanted.value
ORDER BY wanted.key
"""


@router.get("/leads")
def list_leads(call: CallDep, filters: Annotated[LeadFilters, QueryModel()]) -> Listing[LeadView]:
    """List leads."""
    query = Query("lead.*", "lead", Order.of(filters.sort, _ORDERS))
    if filters.campaign_id is not None:
        # The campaign's leads first, so that no other lead is looked at.
        query.source = "enrollment CROSS JOIN lead ON lead.id = enrollment.lead_id"
        query.where("enrollment.campaign_id = ?", filters.campaign_id)
        if filters.status is not None:
            query.where("enrollment.status = ?", filters.status)
    elif filters.status is not None:
        query.where(
            "EXISTS (SELECT 1 FROM enrollment WHERE lead_id = lead.id AND status = ?)", filters.status
        )
        query.counted = False
    if filters.updated_since is not None:
        query.where("lead.updated_at >= ?", filters.updated_since)
    if filters.q and filters.q.strip():
        _search(query, filters)
    return fetch_page(call, query, filters, lead_rows)


def _search(query: Query, filters: LeadFilters) -> None:
    words = match_expression(filters.q or "")
    query.counted = False
    if words is None:
        query.where("0")
        return
    query.where("lead.no IN (SELECT rowid FROM lead_search WHERE lead_search MATCH ?)", words)
    if filters.sort == "-created_at" and filters.campaign_id is None:
        # Row numbers follow creation: newest first comes straight out of the search index.
        query.order = Order(("lead_search.rowid",), descending=True)
        query.source = "lead_search CROSS JOIN lead ON lead.no = lead_search.rowid"
        query.clauses[-1] = "lead_search MATCH ?"


@router.post("/leads", status_code=201)
def create_lead(call: CallDep, body: LeadCreate) -> LeadView:
    """Create a lead; its address must be new."""
    existing = find_by_email(call, body.email)
    if existing is not None:
        raise conflict(
            "duplicate_in_workspace", "A lead with this address exists.", existing_id=existing["id"]
        )
    return lead_view(call, find_lead(call, insert_lead(call, body)))


@router.post("/leads/lookup")
def look_up_leads(call: CallDep, body: LeadsLookup) -> LookupAnswer:
    """What the workspace knows of addresses."""
    rows = call.db.execute(_LOOKUP, (json.dumps(body.emails),))
    return LookupAnswer(
        data=[
            LeadMatch(
                email=address,
                id=row["id"],
                suppressed=is_suppressed(call.db, address),
                campaign_ids=json.loads(row["campaign_ids"]),
            )
            for address, row in zip(body.emails, rows, strict=True)
        ]
    )


@router.get("/leads/{lead_id}")
def get_lead(call: CallDep, lead_id: str) -> LeadView:
    """Read a lead."""
    return lead_view(call, find_lead(call, lead_id))


@router.patch("/leads/{lead_id}")
def change_lead(call: CallDep, lead_id: str, body: LeadChanges) -> LeadView:
    """Change a lead; `custom` merges."""
    row = find_lead(call, lead_id)
    check_unmoved(call, row["updated_at"], lambda: lead_view(call, row))
    changes = body.model_dump(exclude_unset=True)
    if not changes:
        return lead_view(call, row)
    whole = validated(LeadCreate, merge_patch(writable_lead(row), changes))
    other = find_by_email(call, whole.email)
    if other is not None and other["id"] != lead_id:
        raise conflict("duplicate_in_workspace", "Another lead has this address.", existing_id=other["id"])
    update_lead(call, row, whole)
    return lead_view(call, find_lead(call, lead_id))


@router.delete("/leads/{lead_id}", status_code=204)
def delete_lead(call: CallDep, lead_id: str) -> None:
    """Delete a lead, with its places in campaigns."""
    row = find_lead(call, lead_id)
    check_unmoved(call, row["updated_at"], lambda: lead_view(call, row))
    call.db.execute("DELETE FROM lead WHERE id = ?", (lead_id,))
