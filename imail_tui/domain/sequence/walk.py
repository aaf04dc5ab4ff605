"""A lead's whole walk: the fold of its history over a sequence.

Sending takes no time and knows no limits here: mail leaves at the first opening of the window, unless it is
known when it really left. At one instant events of mails already sent come first (in the order of
`EVENT_ORDER`), then decisions, then the send and the events of that very mail.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from imail_tui.domain.sequence.chance import pick_variant
from imail_tui.domain.sequence.course import Course
from imail_tui.domain.sequence.lead import Lead
from imail_tui.domain.sequence.marks import Branched, Decide, Ended, Mailed, Mark, Moved, Reached, Send, Stuck
from imail_tui.domain.sequence.standing import Event, EventKind, Standing
from imail_tui.domain.sequence.walking import decide, due, enter, happened, sent

EVENT_ORDER: tuple[EventKind, ...] = (
    "bounced_hard",
    "bounced_soft",
    "unsubscribed",
    "suppressed",
    "replied",
    "classified",
    "opened",
    "clicked",
)

TraceEntry: TypeAlias = tuple[str, str, datetime] | tuple[str, str, int | str, datetime]
"""`("send", step, at)`, `("branch", condition, index or "else", at)`, `("end", reason, at)` or
`("stuck", step, at)`."""


@dataclass(frozen=True, slots=True)
class Walked:
    """Where a walk has led, and every mark on the way, in order of time."""

    standing: Standing
    marks: tuple[Mark, ...]

    def trace(self) -> list[TraceEntry]:
        """The marks as plain tuples, arrivals left out."""
        return [entry for mark in self.marks if (entry := _entry(mark)) is not None]


def walk(
    course: Course,
    lead: Lead,
    entered_at: datetime,
    events: Iterable[Event],
    until: datetime,
    left: Mapping[str, datetime] | None = None,
) -> Walked:
    """What happens to a lead up to and including `until`; events from before it entered do not count.

    `left` says when each mail really left, by step; one that is not in it has not left. Without it mail
    leaves as soon as it may.

    Raises:
        ValueError: a mail left before it was due.
    """
    moved = enter(course, lead, entered_at)
    fold = _Fold(course, lead, moved, left)
    history = sorted(
        (event for event in events if event.at >= entered_at),
        key=lambda event: (event.at, EVENT_ORDER.index(event.kind)),
    )
    position = 0
    while True:
        told = [history[position].at] if position < len(history) else []
        instant = min((*told, *fold.due_at()), default=None)
        if instant is None or instant > until:
            return Walked(fold.standing, tuple(fold.marks))
        start = position
        while position < len(history) and history[position].at == instant:
            position += 1
        fold.live(instant, history[start:position])


class _Fold:
    """A walk in progress."""

    def __init__(self, course: Course, lead: Lead, moved: Moved, left: Mapping[str, datetime] | None) -> None:
        self._course = course
        self._lead = lead
        self._left = left
        self.standing = moved.standing
        self.marks = list(moved.marks)

    def due_at(self) -> tuple[datetime, ...]:
        """When something is due next; empty when nothing ever is."""
        next_up = self._next_up()
        return () if next_up is None else (next_up.at,)

    def live(self, instant: datetime, events: list[Event]) -> None:
        """Everything of one instant."""
        while True:
            ready = next((event for event in events if self._is_ready(event)), None)
            next_up = self._next_up()
            if ready is None and next_up is not None and next_up.at <= instant:
                self._act(next_up)
            elif events:
                event = ready or events[0]
                events.remove(event)
                self._take(happened(self._course, self._lead, self.standing, event))
            else:
                return

    def _next_up(self) -> Send | Decide | None:
        """What is due next, a mail when it really left."""
        next_up = due(self._course, self.standing)
        if not isinstance(next_up, Send):
            return next_up if isinstance(next_up, Decide) else None
        if self._left is None:
            return next_up
        at = self._left.get(next_up.step_id)
        if at is not None and at < next_up.at:
            raise ValueError(f"{next_up.step_id} left before it was due")
        return None if at is None else Send(next_up.step_id, at)

    def _is_ready(self, event: Event) -> bool:
        """Whether an event's mail has been sent; one of no mail is always ready."""
        return event.step_id is None or self.standing.sent(event.step_id) is not None

    def _act(self, next_up: Send | Decide) -> None:
        course, lead = self._course, self._lead
        if isinstance(next_up, Decide):
            self._take(decide(course, lead, self.standing, next_up.at))
            return
        email = course.sequence.email(next_up.step_id)
        assert email is not None
        variant = pick_variant(email, course.chances.variant(lead.id, email.id))
        self._take(sent(course, lead, self.standing, next_up.at, variant))

    def _take(self, moved: Moved) -> None:
        self.standing = moved.standing
        self.marks.extend(moved.marks)


def _entry(mark: Mark) -> TraceEntry | None:
    match mark:
        case Mailed():
            return ("send", mark.step_id, mark.at)
        case Branched():
            return ("branch", mark.step_id, mark.branch, mark.at)
        case Ended():
            return ("end", mark.reason, mark.at)
        case Stuck():
            return ("stuck", mark.step_id, mark.at)
        case Reached():
            return None
