"""`POST /leads/bulk`: up to 5,000 leads at once; each succeeds or fails by itself."""

import sqlite3
from collections.abc import Mapping

from pydantic import ValidationError

from imail_tui.sandbox.call import Call, CallDep
from imail_tui.sandbox.endpoint import ledger_router
from imail_tui.sandbox.enrolling import enroll
from imail_tui.sandbox.errors import ApiFault
from imail_tui.sandbox.merging import merge_patch, validated
from imail_tui.sandbox.schemas.leads import (
    BULK_MAX,
    BulkAnswer,
    BulkCode,
    BulkResult,
    LeadCreate,
    LeadsBulk,
)
from imail_tui.sandbox.storing_leads import find_by_email, insert_lead, update_lead, writable_lead
from imail_tui.sandbox.suppressions import is_suppressed
from imail_tui.sandbox.validation import first_fault
from imail_tui.sandbox.views.campaigns import find_campaign

router = ledger_router("Leads")


@router.post("/leads/bulk")
def create_leads(call: CallDep, body: LeadsBulk) -> BulkAnswer:
    """Create leads, or update those that exist, and enroll them all in a campaign if one is named."""
    if len(body.leads) > BULK_MAX:
        raise ApiFault(
            400,
            "too_many_leads",
            f"leads must have at most {BULK_MAX} items; nothing was stored.",
            field="leads",
            details={"allowed": {"maximum": BULK_MAX}},
        )
    if body.campaign_id is not None:
        find_campaign(call, body.campaign_id)
    batch = _Batch(call, update=body.on_duplicate == "update")
    results = [batch.store(index, lead) for index, lead in enumerate(body.leads)]
    if body.campaign_id is not None:
        enroll(call, body.campaign_id, batch.to_enroll)
    outcomes = [result["outcome"] for result in results]
    return BulkAnswer(
        created=outcomes.count("created"),
        updated=outcomes.count("updated"),
        skipped=outcomes.count("skipped"),
        failed=outcomes.count("failed"),
        results=results,
    )


class _Batch:
    """The leads of one request, stored one after the other."""

    def __init__(self, call: Call, *, update: bool) -> None:
        self._call = call
        self._update = update
        self._seen: dict[str, str | None] = {}
        self.to_enroll: list[str] = []

    def store(self, index: int, fields: Mapping[str, object]) -> BulkResult:
        """What became of one lead."""
        failing = self._call.failing_rows
        if failing is not None and failing.fails(index):
            return BulkResult(index=index, outcome="failed", code=failing.code, message=failing.message)
        try:
            lead = LeadCreate.model_validate(fields)
        except ValidationError as error:
            return _failed(index, fields, error)
        address = lead.email.lower()
        if address in self._seen:
            return _skipped(index, "duplicate_in_request", self._seen[address])
        existing = find_by_email(self._call, lead.email)
        if existing is None and is_suppressed(self._call.db, address):
            self._seen[address] = None
            return _skipped(index, "suppressed", None)
        result = self._new(index, lead) if existing is None else self._duplicate(index, existing, fields)
        self._seen[address] = result["id"]
        self.to_enroll.append(result["id"])
        return result

    def _new(self, index: int, lead: LeadCreate) -> BulkResult:
        return BulkResult(index=index, outcome="created", id=insert_lead(self._call, lead))

    def _duplicate(self, index: int, row: sqlite3.Row, fields: Mapping[str, object]) -> BulkResult:
        if not self._update:
            return _skipped(index, "suppressed" if row["suppressed"] else "duplicate_in_workspace", row["id"])
        whole = validated(LeadCreate, merge_patch(writable_lead(row), fields))
        update_lead(self._call, row, whole)
        return BulkResult(index=index, outcome="updated", id=row["id"])


_SKIPPED: Mapping[BulkCode, str] = {
    "duplicate_in_request": "The address is in this request already.",
    "duplicate_in_workspace": "A lead with this address exists.",
    "suppressed": "The address is suppressed.",
}


def _skipped(index: int, code: BulkCode, lead_id: str | None) -> BulkResult:
    result = BulkResult(index=index, outcome="skipped", code=code, message=_SKIPPED[code])
    if lead_id is not None:
        result["id"] = lead_id
    return result


def _failed(index: int, fields: Mapping[str, object], error: ValidationError) -> BulkResult:
    first = error.errors(include_url=False)[0]
    fault = first_fault(first["type"], first["loc"], first.get("ctx", {}), first["msg"], fields)
    return BulkResult(
        index=index,
        outcome="failed",
        code=_code(str(first["loc"][0]), first["type"]),
        message=fault.message,
        field=fault.field or "",
    )


def _code(field: str, kind: str) -> BulkCode:
    if field == "email":
        return "missing_email" if kind == "missing" else "invalid_email"
    return "custom_field_invalid" if field == "custom" else "invalid_field"
