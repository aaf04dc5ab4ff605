"""Leads as the API shows them."""

import json
import sqlite3
from collections.abc import Sequence

from imail_tui.sandbox.call import Call
from imail_tui.sandbox.clock import rfc3339
from imail_tui.sandbox.errors import not_found
from imail_tui.sandbox.schemas.leads import EnrollmentView, LeadView
from imail_tui.sandbox.views.columns import id_list, moment


def find_lead(call: Call, lead_id: str) -> sqlite3.Row:
    """The row of a lead. Raises `ApiFault` 404."""
    row = call.db.execute("SELECT * FROM lead WHERE id = ?", (lead_id,)).fetchone()
    if row is None:
        raise not_found(f"lead {lead_id}")
    assert isinstance(row, sqlite3.Row)
    return row


def lead_view(call: Call, row: sqlite3.Row) -> LeadView:
    """A whole lead."""
    return lead_rows(call, [row])[0]


def lead_rows(call: Call, rows: Sequence[sqlite3.Row]) -> list[LeadView]:
    """Leads with their places in campaigns, read at once."""
    enrollments: dict[str, list[EnrollmentView]] = {}
    for row in call.db.execute(
        "SELECT * FROM enrollment WHERE lead_id IN (SELECT value FROM json_each(?)) "
        "ORDER BY lead_id, enrolled_at, campaign_id",
        (id_list(rows),),
    ):
        enrollments.setdefault(row["lead_id"], []).append(enrollment_view(row))
    return [_view(row, enrollments.get(row["id"], [])) for row in rows]


def enrollment_view(row: sqlite3.Row) -> EnrollmentView:
    """A lead's place in one campaign."""
    return EnrollmentView(
        campaign_id=row["campaign_id"],
        status=row["status"],
        step_id=row["step_id"],
        next_at=moment(row["next_at"]),
    )


def _view(row: sqlite3.Row, enrollments: list[EnrollmentView]) -> LeadView:
    return LeadView(
        id=row["id"],
        email=row["email"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        company=row["company"],
        title=row["title"],
        phone=row["phone"],
        website=row["website"],
        linkedin_url=row["linkedin_url"],
        city=row["city"],
        state=row["state"],
        country=row["country"],
        timezone=row["timezone"],
        custom=json.loads(row["custom"]),
        verification=row["verification"],
        classification=row["classification"],
        suppressed=bool(row["suppressed"]),
        enrollments=enrollments,
        created_at=rfc3339(row["created_at"]),
        updated_at=rfc3339(row["updated_at"]),
        last_contacted_at=moment(row["last_contacted_at"]),
    )
