"""When an inbox was connected and when not, from its events and its present state."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from imail_tui.model.events import Event
from imail_tui.model.inboxes import Inbox

TIMELINE_TYPES = ("inbox.disconnected", "inbox.reconnected", "warmup.threshold_paused")
_LOST, _BACK, _PAUSED = TIMELINE_TYPES


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that changed an inbox. `down`: how long it was, or has been, disconnected by it."""

    at: datetime
    type: str
    reason: str = ""
    down: timedelta | None = None
    lasts: bool = False
    """Whether it is still disconnected."""


def inbox_timeline(inbox: Inbox, events: Iterable[Event], now: datetime) -> tuple[Happening, ...]:
    """What changed it, newest first; events may come in any order and more than once.

    A second loss within one outage is the same outage. Where the inbox is disconnected now and no event says
    since when (it happened before events were followed), its own field does.
    """
    once = {event.id: event for event in events if event.created_at and event.type in TIMELINE_TYPES}
    found: list[Happening] = []
    lost: Happening | None = None
    for event in sorted(once.values(), key=lambda each: (each.created_at or now, each.id)):
        at = event.created_at or now
        if event.type == _LOST:
            if lost is None:
                lost = Happening(at, _LOST, event.text("reason"))
                found.append(lost)
        elif event.type == _BACK:
            down = at - lost.at if lost is not None else None
            found.append(Happening(at, _BACK, event.text("reason"), down))
            lost = None
        else:
            found.append(Happening(at, _PAUSED, event.text("reason")))
    if inbox.status == "disconnected":
        if lost is None:
            since = inbox.disconnected_at
            lost = None if since is None else Happening(since, _LOST, inbox.status_reason or "")
        else:
            found.remove(lost)
        if lost is not None:
            found.append(Happening(lost.at, _LOST, lost.reason, max(timedelta(0), now - lost.at), lasts=True))
    return tuple(sorted(found, key=lambda each: each.at, reverse=True))


def downtime(timeline: Iterable[Happening]) -> timedelta:
    """How long it was disconnected in all, the present outage included."""
    return sum((each.down for each in timeline if each.down is not None), timedelta(0))
