"""How leads will walk: sampled walks through the sequence, boiled down to days between one mail and the next.

The engine itself walks, so that branches, windows and business days are those of the contract.
"""

import heapq
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from imail_tui.domain.forecast.habits import Habits
from imail_tui.domain.sequence import walking
from imail_tui.domain.sequence.course import Course
from imail_tui.domain.sequence.lead import Lead
from imail_tui.domain.sequence.marks import Ended, Send, Stuck
from imail_tui.domain.sequence.paths import all_paths
from imail_tui.domain.sequence.standing import Event, Sent, Standing
from imail_tui.domain.sequence.windows import openings

SAMPLES = 360
"""Walks sampled: a branch that one lead in ten takes is met some 36 times."""
_CLASSIFIED_AFTER = timedelta(minutes=3)
_LATEST_HOURS = 6 * 24
Gaps = dict[tuple[int, int, bool], float]
"""By (weekday of a mail, days, whether it is due as the window opens): weight of what comes so much later."""


@dataclass(slots=True)
class Ways:
    """After the mail of a number (1 = the first): days to the next mail, days to the end; as weights."""

    following: list[Gaps] = field(default_factory=list)
    ending: list[Gaps] = field(default_factory=list)
    mails: float = 0.0
    """Mails of a whole walk, on average."""
    silent: float = 0.0
    """Share of the leads that get no mail at all."""

    def shares(self, number: int, weekday: int) -> list[tuple[int, bool, float, bool]]:
        """(days, at the opening, share, whether another mail comes) after a mail of a weekday.

        Where none of that weekday was sampled, those of all weekdays. Shares sum to 1.
        """
        for key in (weekday, None):
            found = [
                (days, opening, weight, more)
                for gaps, more in ((self.following, True), (self.ending, False))
                if number < len(gaps)
                for (day, days, opening), weight in gaps[number].items()
                if key is None or day == key
            ]
            total = sum(weight for *_, weight, _ in found)
            if total:
                return [(days, opening, weight / total, more) for days, opening, weight, more in found]
        return [(0, False, 1.0, False)]

    def add(self, gaps: list[Gaps], number: int, weekday: int, days: int, opening: bool) -> None:
        """Count one."""
        while len(gaps) <= number:
            gaps.append({})
        key = (weekday, days, opening)
        gaps[number][key] = gaps[number].get(key, 0.0) + 1


@dataclass(frozen=True, slots=True)
class Leaving:
    """A mail that leaves, or (`mail` False) a lead that is done. `opening`: due as the window opens."""

    at: datetime
    mail: bool
    opening: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many leads that had `had` mails; their next one, or their end, is so many days off."""

    leads: float
    had: int
    days: int
    more: bool


def sample_ways(
    course: Course, leads: Sequence[Lead], habits: Habits, begins: datetime, seed: int, samples: int = SAMPLES
) -> Ways:
    """Ways of so many sampled leads that begin in the four weeks from `begins` on. `leads`: at least one."""
    rng = random.Random(seed)
    ways = Ways()
    for number in range(samples):
        lead = _another(leads[number % len(leads)], number)
        at = begins + timedelta(days=rng.randrange(28), minutes=rng.randrange(1440))
        standing = walking.enter(course, lead, at).standing
        mails = list(_mails(course, lead, standing, habits, rng))
        ways.mails += (len(mails) - 1) / samples
        ways.silent += (len(mails) == 1) / samples
        for place, (here, after) in enumerate(pairwise(mails)):
            days = (after.at.date() - here.at.date()).days
            last = place == len(mails) - 2
            gaps = ways.ending if last else ways.following
            ways.add(gaps, place + 1, here.at.weekday(), days, after.opening)
    return ways


def sample_waiting(
    course: Course,
    leads: Sequence[Lead],
    habits: Habits,
    now: datetime,
    waiting: Mapping[str, int],
    seed: int,
) -> list[Waiting]:
    """What comes to the leads that stand at steps now."""
    rng = random.Random(seed)
    found: dict[tuple[int, int, bool], float] = {}
    for step_id, count in waiting.items():
        tries = max(1, min(40, count))
        for number in range(tries):
            lead = _another(leads[number % len(leads)], number)
            standing = _standing_at(course, step_id, now, rng)
            if standing is None:
                continue
            moved = walking.replan(course, lead, standing, now).standing
            had = len(standing.sends)
            first = next(_mails(course, lead, moved, habits, rng, told=standing.sends))
            key = (had, max(0, (first.at.date() - now.date()).days), first.mail)
            found[key] = found.get(key, 0.0) + count / tries
    return [Waiting(count, *key) for key, count in found.items()]


def _mails(
    course: Course,
    lead: Lead,
    standing: Standing,
    habits: Habits,
    rng: random.Random,
    told: Sequence[Sent] = (),
) -> Iterator[Leaving]:
    """When each mail leaves, then when the lead is done.

    A mail leaves at any time from when it is due to when the window shuts: limits spread mails over the day.
    """
    events: list[tuple[datetime, int, Event]] = []
    for send in told:
        _react(events, send.step_id, send.at, habits, rng)
    while True:
        up = walking.due(course, standing)
        if isinstance(up, Ended | Stuck):
            yield Leaving(standing.since, mail=False)
            return
        if events and events[0][0] <= up.at:
            standing = walking.happened(course, lead, standing, heapq.heappop(events)[2]).standing
        elif isinstance(up, Send):
            opens, shuts = _span(course, lead, up.at)
            at = up.at + rng.random() * (shuts - up.at)
            yield Leaving(at, mail=True, opening=up.at == opens)
            _react(events, up.step_id, at, habits, rng)
            standing = walking.sent(course, lead, standing, at, None).standing
        else:
            standing = walking.decide(course, lead, standing, up.at).standing


def _react(
    events: list[tuple[datetime, int, Event]], step_id: str, at: datetime, habits: Habits, rng: random.Random
) -> None:
    """What a lead does to a mail. Most reactions come within a day, nearly all within four."""

    def later() -> datetime:
        return at + timedelta(hours=min(rng.lognormvariate(1.6, 1.7), _LATEST_HOURS))

    def tell(event: Event) -> None:
        heapq.heappush(events, (event.at, len(events), event))

    if rng.random() < habits.bounced.value:
        tell(Event("bounced_hard", at + timedelta(minutes=1), step_id))
        return
    if rng.random() < habits.auto_replied.value:
        tell(Event("replied", at + timedelta(minutes=2), step_id, is_auto=True))
    if rng.random() < habits.opened.value:
        tell(Event("opened", later(), step_id))
    if rng.random() < habits.clicked.value:
        tell(Event("clicked", later(), step_id))
    if rng.random() < habits.unsubscribed.value:
        tell(Event("unsubscribed", later(), step_id))
    if rng.random() < habits.replied.value:
        answer = later()
        tell(Event("replied", answer, step_id))
        drawn = rng.random()
        for label, share in habits.labels.items():
            drawn -= share
            if drawn < 0:
                tell(Event("classified", answer + _CLASSIFIED_AFTER, step_id, label=label))
                break


def _span(course: Course, lead: Lead, at: datetime) -> tuple[datetime, datetime]:
    """When the window that is open at an instant has opened, and when it shuts."""
    zone = course.zone(lead)
    local = at.astimezone(zone).date()
    spans = (span for span in openings(course.window, zone, local) if span[0] <= at < span[1])
    return next(spans, (at, at))


def _another(lead: Lead, number: int) -> Lead:
    """A lead like this one, with chances of its own."""
    return Lead(f"{lead.id}/{number}", lead.timezone, lead.fields)


def _standing_at(course: Course, step_id: str, now: datetime, rng: random.Random) -> Standing | None:
    """Somebody who came to a step lately, over the first path that leads there."""
    if step_id not in course.sequence.steps:
        return None
    for path in all_paths(course.sequence):
        names = [way.step_id for way in path]
        if step_id in names:
            before = [name for name in names[: names.index(step_id)] if course.sequence.email(name)]
            since = now - timedelta(days=rng.random() * 2)
            sends = tuple(
                Sent(name, since - timedelta(days=len(before) - place - 1))
                for place, name in enumerate(before)
            )
            return Standing(step_id, since, sends=sends)
    return None
