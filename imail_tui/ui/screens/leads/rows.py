"""Leads as table rows and as a page of detail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from textual.content import Content

from imail_tui.domain.marks import Tone, enrollment_mark
from imail_tui.domain.shown import ago, moment
from imail_tui.model.lead_fields import LEAD_FIELDS
from imail_tui.model.leads import Enrollment, Lead
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.detail import BLANK, fact, heading, page, state
from imail_tui.ui.widgets.rows import Cell, Row
from imail_tui.ui.widgets.safe_static import styled

COLUMNS: Final = (
    Column("email", "Email", 28, weight=3, max_width=42, sortable=True),
    Column("first", "Name", 14, weight=2, max_width=28, sortable=True),
    Column("company", "Company", 14, weight=2, max_width=30, sortable=True),
    Column("status", "Status", 14),
    Column("title", "Title", 14, weight=1, max_width=30, priority=3, sortable=True),
    Column("campaigns", "In", 3, align="right", priority=2),
    Column("contacted", "Contacted", 10, align="right", priority=1, sortable=True),
    Column("city", "City", 10, weight=1, max_width=18, priority=4, sortable=True),
)

# The enrollment that says most about a lead stands for it in the list.
_TELLING: Final = ("bounced", "unsubscribed", "replied", "active", "queued", "paused", "completed")


def lead_row(lead: Lead, now: datetime) -> Row:
    """One line of the table."""
    text, tone = _status(lead)
    return Row(
        lead.id,
        {
            "email": lead.email,
            "first": lead.full_name,
            "company": lead.company or "",
            "status": Cell(text, tone),
            "title": Cell(lead.title or "", "muted"),
            "campaigns": str(len(lead.enrollments)) if lead.enrollments else "",
            "contacted": Cell(ago(lead.last_contacted_at, now), "muted"),
            "city": Cell(lead.city or "", "muted"),
        },
    )


def lead_detail(lead: Lead, campaigns: Mapping[str, str], now: datetime) -> Content:
    """Everything about one lead. `campaigns` gives names by id."""
    text, _tone = _status(lead)
    lines = [heading(lead.full_name or lead.email, lead.company or ""), styled(text), BLANK]
    for name in LEAD_FIELDS:
        value = getattr(lead, name)
        if value:
            lines.append(fact(name.replace("_", " ").capitalize(), str(value)))
    lines += [
        fact("Verification", lead.verification or "unknown"),
        fact("Contacted", _contacted(lead, now)),
    ]
    if lead.classification:
        lines.append(fact("Last label", lead.classification))
    if lead.custom:
        lines += [BLANK, heading("Custom fields")]
        lines += [fact(name, "" if value is None else str(value)) for name, value in lead.custom.items()]
    lines += [BLANK, heading("Campaigns")]
    if not lead.enrollments:
        lines.append(styled(("In no campaign.", "$text-muted")))
    lines += [_enrollment(each, campaigns) for each in lead.enrollments]
    return page(lines)


def _status(lead: Lead) -> tuple[str, Tone]:
    if lead.suppressed:
        return "⊘ suppressed", "stop"
    states = {each.status for each in lead.enrollments}
    for status in _TELLING:
        if status in states:
            mark = enrollment_mark(status)
            return str(mark), mark.tone
    return ("○ not enrolled", "muted")


def _enrollment(enrollment: Enrollment, campaigns: Mapping[str, str]) -> Content:
    step = f"  at {enrollment.step_id}" if enrollment.step_id else ""
    due = f", next {moment(enrollment.next_at)}" if enrollment.next_at else ""
    name = campaigns.get(enrollment.campaign_id, enrollment.campaign_id)
    return Content.assemble(
        state(enrollment_mark(enrollment.status)), styled(f"  {name}", (f"{step}{due}", "$text-muted"))
    )


def _contacted(lead: Lead, now: datetime) -> str:
    if lead.last_contacted_at is None:
        return "never"
    return f"{moment(lead.last_contacted_at)}  ({ago(lead.last_contacted_at, now)})"
