"""One lead, one move at a time: what is due, and what follows from what happened.

Every function takes where a lead stands and returns where it stands then, with marks of what it passed.
The caller keeps the standing (`Standing.as_row`) and decides when mail really leaves; `walk` does the same
for a whole history. Instants are aware UTC datetimes. A sequence is sound, so every path ends.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from imail_tui.domain.sequence.course import Course
from imail_tui.domain.sequence.lead import Lead
from imail_tui.domain.sequence.marks import (
    Branched,
    Decide,
    Due,
    Ended,
    Mailed,
    Mark,
    Moved,
    Reached,
    Send,
    Stuck,
)
from imail_tui.domain.sequence.standing import EndReason, Event, Seen, Sent, Standing
from imail_tui.domain.sequence.steps import Condition, Email, End, Unknown, Wait
from imail_tui.domain.sequence.verdicts import Outcome, Undecidable, field_answers, judge
from imail_tui.domain.sequence.windows import add_business_days, next_opening

_MOMENT = timedelta(microseconds=1)
_ENDS: dict[str, EndReason] = {
    "bounced_hard": "bounced",
    "unsubscribed": "unsubscribed",
    "suppressed": "suppressed",
}


def due(course: Course, standing: Standing) -> Due:
    """What is to be done next for a lead, and when."""
    if standing.ended is not None:
        return Ended(standing.ended, standing.since)
    assert standing.step_id is not None
    if standing.due is None:
        return Stuck(standing.step_id, standing.since)
    if course.sequence.email(standing.step_id) is not None:
        return Send(standing.step_id, standing.due)
    return Decide(standing.step_id, standing.due)


def enter(course: Course, lead: Lead, at: datetime) -> Moved:
    """A lead enters: it stands at the first step."""
    return _arrive(course, lead, Standing(None, at), course.sequence.entry, at)


def sent(course: Course, lead: Lead, standing: Standing, at: datetime, variant_id: str | None) -> Moved:
    """The mail that was due left at `at`; all that follows counts from then.

    Raises:
        ValueError: the lead does not stand at an email.
    """
    email = course.sequence.email(standing.step_id or "")
    if email is None:
        raise ValueError("no mail is due")
    sends = (*standing.sends, Sent(email.id, at, variant_id))
    following = course.sequence.following[email.id]
    moved = _arrive(course, lead, Standing(email.id, at, sends=sends, seen=standing.seen), following, at)
    return Moved(moved.standing, (Mailed(email.id, at, variant_id), *moved.marks))


def hold(course: Course, lead: Lead, standing: Standing, until: datetime) -> Moved:
    """The mail that is due may not leave before `until`: the first opening from then on, or the end."""
    opening = next_opening(course.window, course.zone(lead), until)
    if opening is None:
        return _end(standing, "no_opening", until)
    return Moved(replace(standing, due=opening))


def replan(course: Course, lead: Lead, standing: Standing, now: datetime) -> Moved:
    """The sequence or the window was edited: when the lead goes on from where it stands.

    A wait lasts as long as it does now, counted from its start; a condition is judged anew from the lead's
    arrival; a step that is gone ends the lead `completed`.
    """
    if standing.ended is not None or standing.step_id is None:
        return Moved(standing)
    step = course.sequence.steps.get(standing.step_id)
    match step:
        case None:
            return _end(standing, "completed", now)
        case Email():
            return hold(course, lead, standing, max(standing.since, now))
        case Wait():
            over = _wait_end(course, lead, step, standing.since)
            opening = next_opening(course.window, course.zone(lead), max(over, now))
            return Moved(replace(standing, due=opening or max(over, now), answers=()))
        case Condition():
            return Moved(replace(standing, due=now, answers=field_answers(step, lead)))
        case End():
            return _end(standing, "completed", now)
    return Moved(replace(standing, due=None))


def decide(course: Course, lead: Lead, standing: Standing, now: datetime) -> Moved:
    """Everything that is decided by `now`: waits that end and conditions, up to a mail or a later instant.

    All events up to `now` must have been told. Late calls make up for what was due before.
    """
    marks: list[Mark] = []
    while isinstance(next_up := due(course, standing), Decide) and next_up.at <= now:
        moved = _decide_one(course, lead, standing, now)
        standing = moved.standing
        marks.extend(moved.marks)
    return Moved(standing, tuple(marks))


def happened(course: Course, lead: Lead, standing: Standing, event: Event) -> Moved:
    """An event reached a lead; events come in the order of their times.

    What was due before it is decided first. What the event itself decides is due then: call `decide`.
    """
    before = decide(course, lead, standing, event.at - _MOMENT)
    standing = before.standing
    if standing.ended is not None:
        return before
    if event.kind in _ENDS:
        moved = _end(standing, _ENDS[event.kind], event.at)
    else:
        moved = _note(course, standing, event)
        if event.kind == "replied" and not event.is_auto and course.stop_on_reply:
            moved = _stop(course, lead, moved.standing, event.at)
    return Moved(moved.standing, (*before.marks, *moved.marks))


def _decide_one(course: Course, lead: Lead, standing: Standing, now: datetime) -> Moved:
    """One wait that ended or one condition that may be decided."""
    assert standing.step_id is not None
    assert standing.due is not None
    step = course.sequence.steps.get(standing.step_id)
    if isinstance(step, Wait):
        opening = next_opening(course.window, course.zone(lead), standing.due)
        if opening is None:
            return _end(standing, "no_opening", standing.due)
        if opening > standing.due:  # the window is another one by now
            return Moved(replace(standing, due=opening))
        return _arrive(course, lead, standing, course.sequence.following[step.id], opening)
    if not isinstance(step, Condition):
        # The step was taken out of the sequence while the campaign was paused.
        return _end(standing, "completed", standing.due)
    found = judge(step, standing, lead, course.chances.atom, now)
    if isinstance(found, Outcome):
        branch: int | Literal["else"] = "else" if found.branch is None else found.branch
        target = step.otherwise if found.branch is None else step.branches[found.branch].next
        moved = _arrive(course, lead, standing, target, found.at)
        return Moved(moved.standing, (Branched(step.id, branch, found.at, found.reasons), *moved.marks))
    if isinstance(found, Undecidable):
        return Moved(replace(standing, due=None), (Stuck(step.id, found.at),))
    return Moved(replace(standing, due=found))


def _arrive(course: Course, lead: Lead, standing: Standing, step_id: str | None, at: datetime) -> Moved:
    """The lead comes to a step, None = the end of its path."""
    if step_id is None:
        return _end(standing, "completed", at)
    step = course.sequence.steps[step_id]
    reached, sends, seen = Reached(step_id, at), standing.sends, standing.seen
    match step:
        case Condition():
            answers = field_answers(step, lead)
            return Moved(Standing(step_id, at, at, sends, seen, answers), (reached,))
        case Wait():
            over = _wait_end(course, lead, step, at)
            ready = next_opening(course.window, course.zone(lead), over) or over
            return Moved(Standing(step_id, at, ready, sends, seen), (reached,))
        case Email():
            opening = next_opening(course.window, course.zone(lead), at)
            if opening is None:
                return _end(standing, "no_opening", at, reached)
            return Moved(Standing(step_id, at, opening, sends, seen), (reached,))
        case End():
            return _end(standing, "completed", at, reached)
        case Unknown():
            return Moved(Standing(step_id, at, None, sends, seen), (reached, Stuck(step_id, at)))


def _wait_end(course: Course, lead: Lead, wait: Wait, at: datetime) -> datetime:
    """When a wait that starts at an instant is over, whether the window is open then or not."""
    if wait.business_days is None:
        return at + wait.duration
    return add_business_days(course.window, course.zone(lead), at, wait.business_days)


def _end(standing: Standing, reason: EndReason, at: datetime, *before: Mark) -> Moved:
    return Moved(Standing(None, at, sends=standing.sends, ended=reason), (*before, Ended(reason, at)))


def _note(course: Course, standing: Standing, event: Event) -> Moved:
    """Keep the first event of each kind to a mail, and look at an open condition again."""
    send = standing.sent(event.step_id) if event.step_id is not None else None
    if send is None or event.at < send.at or (event.kind == "replied" and event.is_auto):
        return Moved(standing)
    signal = "bounced" if event.kind == "bounced_soft" else event.kind
    label = event.label if signal == "classified" else None
    if any(
        (seen.step_id, seen.signal, seen.label) == (send.step_id, signal, label) for seen in standing.seen
    ):
        return Moved(standing)
    noted = replace(standing, seen=(*standing.seen, Seen(send.step_id, signal, event.at, label)))
    step = course.sequence.steps.get(standing.step_id or "")
    if isinstance(step, Condition) and noted.due is not None:
        noted = replace(noted, due=min(noted.due, event.at))
    return Moved(noted)


def _stop(course: Course, lead: Lead, standing: Standing, at: datetime) -> Moved:
    """A person answered: the lead ends, unless a condition that reads answers comes next; that is due now.

    A condition that an earlier answer closed stays as it is.
    """
    step = course.sequence.after_waits(standing.step_id)
    if not isinstance(step, Condition) or not step.reads_answers():
        return _end(standing, "replied", at)
    if standing.step_id == step.id and standing.closed:
        return Moved(standing)
    moved = _arrive(course, lead, standing, step.id, at)
    marks = () if standing.step_id == step.id else moved.marks
    return Moved(replace(moved.standing, closed=True), marks)
