"""A walk in lines for people: dates in the lead's zone, and why each branch was taken. Foreign as it came."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal, TypeAlias

from imail_tui.domain.sequence.course import Course
from imail_tui.domain.sequence.lead import Lead
from imail_tui.domain.sequence.marks import Branched, Ended, Mailed, Reached, Stuck
from imail_tui.domain.sequence.reasons import reason_words
from imail_tui.domain.sequence.rendering import compose
from imail_tui.domain.sequence.standing import EndReason
from imail_tui.domain.sequence.steps import Condition
from imail_tui.domain.sequence.walk import Walked

LineKind: TypeAlias = Literal["mail", "branch", "end", "stuck"]
ENDINGS: dict[EndReason, str] = {
    "completed": "the sequence is over",
    "replied": "a person answered",
    "bounced": "the mail bounced",
    "unsubscribed": "unsubscribed",
    "suppressed": "suppressed",
    "no_opening": "the window never opens again",
}


@dataclass(frozen=True, slots=True)
class ToldLine:
    """One line of a walk. `at` is in the zone of the lead's window; `note` says why."""

    kind: LineKind
    at: datetime
    step_id: str
    text: str
    note: str = ""


def told_lines(course: Course, lead: Lead, walked: Walked) -> list[ToldLine]:
    """The walk in order of time."""
    zone, thread = course.zone(lead), ""
    lines: list[ToldLine] = []
    for mark in walked.marks:
        match mark:
            case Mailed():
                email = course.sequence.email(mark.step_id)
                assert email is not None
                mail = compose(email, mark.variant_id, lead, thread)
                thread = mail.subject if mail.starts_thread else thread
                note = f"variant {mark.variant_id}" if mark.variant_id else ""
                lines.append(ToldLine("mail", mark.at.astimezone(zone), mark.step_id, mail.subject, note))
            case Branched():
                lines.append(_branch(course, lead, zone, mark))
            case Ended():
                lines.append(ToldLine("end", mark.at.astimezone(zone), "", ENDINGS[mark.reason]))
            case Stuck():
                words = "a step of an unknown kind: the lead stands here for ever"
                lines.append(ToldLine("stuck", mark.at.astimezone(zone), mark.step_id, words))
            case Reached():
                pass
    return lines


def steps_passed(walked: Walked) -> frozenset[str]:
    """The ids of all steps a walk came to."""
    return frozenset(mark.step_id for mark in walked.marks if not isinstance(mark, Ended))


def _branch(course: Course, lead: Lead, zone: tzinfo, mark: Branched) -> ToldLine:
    step = course.sequence.steps[mark.step_id]
    assert isinstance(step, Condition)
    name = "else"
    if mark.branch != "else":
        branch = step.branches[mark.branch]
        name = branch.label or f"branch {mark.branch + 1}"
    why = "; ".join(reason_words(reason, lead, zone) for reason in mark.reasons)
    return ToldLine("branch", mark.at.astimezone(zone), mark.step_id, name, why)
