"""A lead as a page: fields, places in campaigns, replies, and everything that happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from textual.content import Content

from imail_tui.domain.labels import label_of
from imail_tui.domain.leads.editing import kind_of, shown_value
from imail_tui.domain.leads.timeline import LeadHappening
from imail_tui.domain.marks import enrollment_mark
from imail_tui.domain.shown import UNKNOWN, ago, moment, plural
from imail_tui.model.lead_fields import LEAD_FIELDS
from imail_tui.model.leads import Enrollment, Lead
from imail_tui.model.replies import Reply
from imail_tui.ui.screens.leads.rows import status_of
from imail_tui.ui.widgets.detail import BLANK, TONE_STYLES, fact, heading, page, state
from imail_tui.ui.widgets.safe_static import styled

_TITLES: Final = {"linkedin_url": "LinkedIn"}
_MOST: Final = 200
"""Happenings on the page; a lead rarely has more than a few dozen."""


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """What is known around a lead. `campaigns` gives names by id.

    `suppressed_why` is a sentence, "" = not suppressed. `told`: the ledger was read, so that an empty
    timeline means that nothing happened.
    """

    campaigns: Mapping[str, str]
    timeline: Sequence[LeadHappening] = ()
    replies: Sequence[Reply] = ()
    suppressed_why: str = ""
    told: bool = False


def lead_page(lead: Lead, facts: LeadFacts, now: datetime) -> Content:
    """Everything about one lead."""
    text, tone = status_of(lead)
    lines = [
        heading(lead.full_name or lead.email, lead.company or ""),
        styled((text, TONE_STYLES[tone])),
    ]
    if facts.suppressed_why:
        lines.append(styled((facts.suppressed_why, "$text-error")))
    lines += [BLANK, heading("Campaigns")]
    if not lead.enrollments:
        lines.append(styled(("In no campaign. E enrolls.", "$text-muted")))
    lines += [_enrollment(each, facts.campaigns) for each in lead.enrollments]
    lines += [BLANK, heading("Fields", "e edits")]
    for name in LEAD_FIELDS:
        value = getattr(lead, name)
        if value:
            lines.append(fact(_TITLES.get(name, name.replace("_", " ").capitalize()), str(value)))
    lines += [
        fact("Verification", lead.verification or "unknown"),
        fact("Contacted", _contacted(lead, now)),
        fact("Created", moment(lead.created_at)),
    ]
    if lead.classification:
        lines.append(fact("Last label", label_of(lead.classification).word))
    lines += [BLANK, heading("Custom fields"), *_custom(lead)]
    lines += _replies(facts.replies, now)
    return page([*lines, BLANK, *_timeline(facts, lead.last_contacted_at is not None)])


def _custom(lead: Lead) -> list[Content]:
    if not lead.custom:
        return [styled(("None. e, then a, adds one.", "$text-muted"))]
    return [
        fact(f"{name} ", styled(shown_value(value) if value is not None else "null"), _kind(value))
        for name, value in lead.custom.items()
    ]


def _kind(value: object) -> Content:
    kind = kind_of(value) if isinstance(value, str | bool | int | float) else ""
    return styled((f"  {kind}" if kind not in ("", "text") else "", "$text-muted"))


def _enrollment(enrollment: Enrollment, campaigns: Mapping[str, str]) -> Content:
    step = f"  at {enrollment.step_id}" if enrollment.step_id else ""
    due = f", next {moment(enrollment.next_at)}" if enrollment.next_at else ""
    name = campaigns.get(enrollment.campaign_id, enrollment.campaign_id)
    return Content.assemble(
        state(enrollment_mark(enrollment.status)), styled(f"  {name}", (f"{step}{due}", "$text-muted"))
    )


def _replies(replies: Sequence[Reply], now: datetime) -> list[Content]:
    if not replies:
        return []
    lines = [BLANK, heading(plural(len(replies), "reply"), "enter goes there")]
    for reply in replies:
        label = label_of(reply.classification.label).word if reply.classification else "unclassified"
        text = reply.snippet or reply.subject or UNKNOWN
        lines.append(styled(f"{ago(reply.received_at, now):>10}  {label}  ", (text, "$text-muted")))
    return lines


def _timeline(facts: LeadFacts, contacted: bool) -> list[Content]:
    title = heading("What happened", "newest first, UTC")
    if not facts.timeline:
        return [title, styled(("Nothing is known of yet.", "$text-muted"))]
    lines = [_happening(each, facts.campaigns) for each in facts.timeline[:_MOST]]
    if not facts.told:
        lines.append(styled(("What was before is not known here.", "$text-muted")))
    elif contacted and not any(each.what.endswith(" sent") for each in facts.timeline):
        lines.append(styled(("The server's ledger does not go back to its mails.", "$text-muted")))
    return [title, *lines]


def _happening(each: LeadHappening, campaigns: Mapping[str, str]) -> Content:
    where = campaigns.get(each.campaign_id, "")
    return Content.assemble(
        styled((f"{moment(each.at)}  ", "$text-muted")),
        styled((f"{each.what:<14}", TONE_STYLES[each.tone])),
        styled(f" {each.detail}", (f"  {where}" if where else "", "$text-muted")),
    )


def _contacted(lead: Lead, now: datetime) -> str:
    if lead.last_contacted_at is None:
        return "never"
    return f"{moment(lead.last_contacted_at)}  ({ago(lead.last_contacted_at, now)})"
