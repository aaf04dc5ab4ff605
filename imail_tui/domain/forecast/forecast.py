"""A campaign's forecast: mails a day, when it is done, what holds it up, and what one more inbox would do."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal, TypeAlias

from imail_tui.domain.forecast.flow import Flow, FlowDay, flow
from imail_tui.domain.forecast.habits import SHARES, Habits
from imail_tui.domain.forecast.room import Bound, Room
from imail_tui.domain.forecast.ways import Ways, sample_waiting, sample_ways
from imail_tui.domain.sequence.course import Course
from imail_tui.domain.sequence.lead import Lead

Bottleneck: TypeAlias = Literal["limit", "inboxes", "pause", "course", "nobody"]

NEARLY_ALL: Final = 0.95
"""The share of the leads that has to be through for a campaign to count as done.

The last ones may walk a path that one in a thousand takes, and take months.
"""
_UNSURE: Final = 0.06
"""How far capacity may be off, either way: inboxes fail, other campaigns come and go."""
_ROUGHLY: Final = 0.015
"""Shares of a few hundred leads come out so much higher or lower by chance (a binomial's deviation)."""
_LEAST: Final = 0.04
_MOST: Final = 0.25
"""Shares of the remaining time: half of the narrowest range, and the widest that still says something."""
_FULL: Final = 0.9
"""A day with this share of its room used is a full one."""


@dataclass(frozen=True, slots=True)
class Task:
    """What there is to do. `waiting`: leads by the step they stand at; `leads`: a sample, at least one."""

    course: Course
    leads: Sequence[Lead]
    queued: int
    waiting: Mapping[str, int]
    begins: datetime


@dataclass(frozen=True, slots=True)
class Forecast:
    """`done`: the day nearly all leads are through, None = not in sight; `early` to `late` its range.

    `sooner`: days that one more inbox would save. `mails`: all that will leave, `each` to a lead on average.
    """

    days: tuple[FlowDay, ...]
    leads: int
    mails: float
    each: float
    done: date | None
    early: date | None
    late: date | None
    last: date | None
    bottleneck: Bottleneck
    sooner: int | None

    @property
    def busiest(self) -> FlowDay | None:
        """The day with the most mails."""
        return max(self.days, key=lambda day: day.mails, default=None)


def forecast(task: Task, room: Room, habits: Habits, *, seed: int = 1) -> Forecast:
    """The forecast of a task within its limits."""
    ways, found = _run(task, room, habits, seed)
    quick = _run(task, _scaled(room, 1 + _UNSURE), _shifted(habits, 1), seed)[1]
    slow = _run(task, _scaled(room, 1 - _UNSURE), _shifted(habits, 0), seed)[1]
    done = found.day_of(NEARLY_ALL)
    more = flow_of(ways, task, room.with_inbox(), habits, seed).day_of(NEARLY_ALL)
    ends = quick.day_of(NEARLY_ALL - _ROUGHLY), slow.day_of(NEARLY_ALL + _ROUGHLY)
    early, late = _spread(task.begins.date(), done, *ends)
    return Forecast(
        days=found.days,
        leads=round(found.leads),
        mails=sum(day.mails for day in found.days),
        each=ways.mails,
        done=done,
        early=early,
        late=late,
        last=found.last,
        bottleneck=_bottleneck(found, room),
        sooner=None if done is None or more is None else (done - more).days,
    )


def flow_of(ways: Ways, task: Task, room: Room, habits: Habits, seed: int) -> Flow:
    """The flow of a task whose ways are known."""
    waiting = sample_waiting(task.course, task.leads, habits, task.begins, task.waiting, seed)
    return flow(ways, task.queued, waiting, room.on, task.begins.date())


def _run(task: Task, room: Room, habits: Habits, seed: int) -> tuple[Ways, Flow]:
    ways = sample_ways(task.course, task.leads, habits, task.begins, seed)
    return ways, flow_of(ways, task, room, habits, seed)


def _scaled(room: Room, factor: float) -> Room:
    return replace(room, pace=room.pace * factor)


def _shifted(habits: Habits, side: int) -> Habits:
    """Habits at one end of their intervals: 1 = leads leave sooner, 0 = they stay longer."""
    for name in SHARES:
        if name in ("replied", "bounced", "unsubscribed"):
            habits = habits.with_chosen(name, habits.share(name).interval[side])
    return habits


def _spread(
    begins: date, done: date | None, quick: date | None, slow: date | None
) -> tuple[date | None, date | None]:
    """What the runs at both ends give: at least a day either way, together at most a quarter of the time."""
    if done is None:
        return quick, slow
    remaining = (done - begins).days
    least, most = max(1, round(remaining * _LEAST)), max(2, int(remaining * _MOST))
    before = max(least, 0 if quick is None else (done - quick).days)
    after = max(least, most if slow is None else (slow - done).days)
    while before + after > most:
        # The longer side gives way: both ends stay likely.
        before, after = (before - 1, after) if before > after else (before, after - 1)
    return done - timedelta(days=before), done + timedelta(days=after)


def _bottleneck(found: Flow, room: Room) -> Bottleneck:
    """What most of the full days were full by; the course itself where most were not."""
    open_days = [day for day in found.days if day.room > 0]
    bounds: Counter[Bound] = Counter()
    for day in open_days:
        if day.mails >= _FULL * day.room:
            bounds[room.bounds(day.date)[1]] += 1
    if not found.leads:
        return "nobody"
    if not bounds or bounds.total() < len(open_days) / 4:
        return "course"
    return bounds.most_common(1)[0][0]
