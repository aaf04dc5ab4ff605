"""`/campaigns/{id}/…`: its leads, how far they are, and test mails."""

import json
import sqlite3

from imail_tui.sandbox.acts import record
from imail_tui.sandbox.call import Call, CallDep
from imail_tui.sandbox.endpoint import ledger_router
from imail_tui.sandbox.enrolling import enroll
from imail_tui.sandbox.errors import conflict, invalid, not_found, unknown_reference
from imail_tui.sandbox.schemas.campaigns import (
    EnrolledCounts,
    EnrollmentChanges,
    Enrollments,
    StepProgress,
    TestMail,
    TestMailView,
)
from imail_tui.sandbox.schemas.leads import EnrollmentView
from imail_tui.sandbox.views.campaigns import find_campaign
from imail_tui.sandbox.views.leads import enrollment_view

router = ledger_router("Campaigns")

_PROGRESS = """
SELECT step.value ->> 'id' AS step_id, coalesce(reach.reached, 0) AS reached,
  (SELECT count(*) FROM enrollment e
   WHERE e.campaign_id = :id AND e.step_id = step.value ->> 'id'
     AND e.status IN ('queued', 'active')) AS waiting,
  (SELECT coalesce(SUM(sent), 0) FROM daily d
   WHERE d.campaign_id = :id AND d.step_id = step.value ->> 'id') AS sent
FROM json_each(:steps) AS step
LEFT JOIN step_reach reach ON reach.campaign_id = :id AND reach.step_id = step.value ->> 'id'
ORDER BY step.key
"""


@router.get("/campaigns/{campaign_id}/progress")
def campaign_progress(call: CallDep, campaign_id: str) -> list[StepProgress]:
    """How many leads reached, wait at, and were sent each step."""
    row = find_campaign(call, campaign_id)
    return [
        StepProgress(
            step_id=step["step_id"], reached=step["reached"], waiting=step["waiting"], sent=step["sent"]
        )
        for step in call.db.execute(_PROGRESS, {"id": campaign_id, "steps": row["steps"]})
    ]


@router.post("/campaigns/{campaign_id}/test", status_code=202)
def send_test_mail(call: CallDep, campaign_id: str, body: TestMail) -> TestMailView:
    """Send one step to an address of yours; the sandbox's mail goes nowhere."""
    row = find_campaign(call, campaign_id)
    emails = [step["id"] for step in json.loads(row["steps"]) if step["type"] == "email"]
    if body.step_id not in emails:
        raise invalid("step_id", f"The campaign has no email step {body.step_id}.", allowed=emails)
    if body.lead_id is not None:
        _check_leads(call, [body.lead_id], "lead_id")
    mail_id = call.new_id("msg")
    sent = {"campaign_id": campaign_id, "step_id": body.step_id, "lead_id": body.lead_id, "to": body.to}
    record(call.db, call.now, "test_mail.sent", mail_id, **sent)
    return TestMailView(id=mail_id, to=body.to, step_id=body.step_id, status="scheduled")


@router.post("/campaigns/{campaign_id}/leads")
def enroll_leads(call: CallDep, campaign_id: str, body: Enrollments) -> EnrolledCounts:
    """Add leads; those in the campaign already stay as they are, suppressed ones stay out."""
    find_campaign(call, campaign_id)
    lead_ids = list(dict.fromkeys(body.lead_ids))
    suppressed = _check_leads(call, body.lead_ids, "lead_ids[{}]")
    added = enroll(call, campaign_id, lead_ids)
    return EnrolledCounts(
        enrolled=added,
        already_enrolled=len(lead_ids) - added - suppressed,
        suppressed=suppressed,
    )


@router.patch("/campaigns/{campaign_id}/leads/{lead_id}")
def change_enrollment(
    call: CallDep, campaign_id: str, lead_id: str, body: EnrollmentChanges
) -> EnrollmentView:
    """Hold a lead's mails in this campaign, or let them go on."""
    row = _find_enrollment(call, campaign_id, lead_id)
    if row["status"] not in ("queued", "active", "paused"):
        raise conflict("enrollment_ended", f"The lead's sequence has ended: {row['status']}.")
    if body.paused != (row["status"] == "paused"):
        resumed = "queued" if row["step_id"] is None else "active"
        call.db.execute(
            "UPDATE enrollment SET status = ? WHERE campaign_id = ? AND lead_id = ?",
            ("paused" if body.paused else resumed, campaign_id, lead_id),
        )
    return enrollment_view(_find_enrollment(call, campaign_id, lead_id))


@router.delete("/campaigns/{campaign_id}/leads/{lead_id}", status_code=204)
def remove_enrollment(call: CallDep, campaign_id: str, lead_id: str) -> None:
    """Take a lead out of the campaign."""
    _find_enrollment(call, campaign_id, lead_id)
    call.db.execute("DELETE FROM enrollment WHERE campaign_id = ? AND lead_id = ?", (campaign_id, lead_id))


def _find_enrollment(call: Call, campaign_id: str, lead_id: str) -> sqlite3.Row:
    row = call.db.execute(
        "SELECT * FROM enrollment WHERE campaign_id = ? AND lead_id = ?", (campaign_id, lead_id)
    ).fetchone()
    if row is None:
        raise not_found(f"lead {lead_id} in campaign {campaign_id}")
    assert isinstance(row, sqlite3.Row)
    return row


def _check_leads(call: Call, lead_ids: list[str], field: str) -> int:
    """Raise `ApiFault` 400 for an unknown lead; returns how many different ones are suppressed."""
    rows = call.db.execute(
        "SELECT id, suppressed FROM lead WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(lead_ids),),
    )
    known = {row["id"]: row["suppressed"] for row in rows}
    for position, lead_id in enumerate(lead_ids):
        if lead_id not in known:
            raise unknown_reference(field.format(position), f"lead {lead_id}")
    return sum(known.values())
