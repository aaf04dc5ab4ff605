"""The past of a campaign, lead by lead: every mail, what became of it, and where the lead stands now."""

import random
from bisect import insort
from collections.abc import Iterator
from collections.abc import Sequence as Items
from datetime import timedelta
from typing import NamedTuple

from imail_tui.domain.sequence import walking
from imail_tui.domain.sequence.chance import pick_variant
from imail_tui.domain.sequence.lead import Lead as WalkingLead
from imail_tui.domain.sequence.marks import Decide, Mark, Moved, Reached, Send
from imail_tui.domain.sequence.standing import Event, Standing
from imail_tui.domain.sequence.steps import Email
from imail_tui.domain.sequence.walk import EVENT_ORDER
from imail_tui.domain.sequence.windows import is_open, next_opening
from imail_tui.sandbox.clock import DAY, from_ms, to_ms
from imail_tui.sandbox.ids import IdSource
from imail_tui.sandbox.world.campaigns import Campaign
from imail_tui.sandbox.world.inboxes import Inbox
from imail_tui.sandbox.world.outcomes import MINUTE, Outcome
from imail_tui.sandbox.world.people import LazyFields, Lead

_SPREAD = 0.6
"""Mails moved to a window's opening are spread over this part of it."""

_MINUTE = timedelta(minutes=1)
_NEVER = 1 << 62


class PastMail(NamedTuple):
    """A mail that left, with everything that happened and will happen to it."""

    id: str
    step_id: str
    variant_id: str
    inbox: Inbox
    sent_at: int
    outcomes: tuple[Outcome, ...]


class PastLead(NamedTuple):
    """What a campaign did to one lead up to the world's start; `standing` None = it has not entered."""

    lead: Lead
    mails: list[PastMail]
    standing: Standing | None
    next_at: int | None
    reached: list[str]


class _Told(NamedTuple):
    """An event to come, in the order the engine wants."""

    at: int
    rank: int
    event: Event


class CampaignPast:
    """Walks the leads of one campaign through its past, within its window and daily limit."""

    def __init__(
        self,
        campaign: Campaign,
        start: int,
        fates: Items[tuple[Outcome, ...]],
        ids: IdSource,
        rng: random.Random,
    ) -> None:
        self._campaign = campaign
        self._start = start
        self._fates = fates
        self._ids = ids
        self._rng = rng
        self._sent_on: dict[int, int] = {}
        self._sent_from: dict[tuple[int, str], int] = {}
        self._first_days = _weekdays(campaign)

    def lead(self, lead: Lead, position: int) -> PastLead:
        """The past of the `position`-th lead to be written to."""
        pace = self._campaign.plan.per_weekday
        turn = position // pace if pace else len(self._first_days)
        if turn < len(self._first_days):
            first_at = self._first_days[turn] + int(self._rng.random() * DAY)
            if first_at < min(self._start, self._campaign.stopped_at):
                inbox = self._campaign.inboxes[position % len(self._campaign.inboxes)]
                return _Walk(self, self._campaign, lead, inbox, self._start).run(first_at)
        return PastLead(lead, [], None, None, [])

    def slot(self, walker: WalkingLead, due: int, inbox: Inbox) -> int:
        """When a mail due at an instant leaves: window first, then the limits of the day (so far)."""
        course, limit = self._campaign.course, self._campaign.plan.daily_limit
        window, zone = course.window, course.zone(walker)
        while True:
            opening = next_opening(window, zone, from_ms(due))
            if opening is None:
                return _NEVER
            at = to_ms(opening)
            if not is_open(window, zone, opening - _MINUTE):
                at += int(self._rng.random() * (window.end - window.start) * MINUTE * _SPREAD)
            share = min(1.0, max(0.0, (self._start - at // DAY * DAY) / DAY)) if at < self._start else 1.0
            sent, sent_from = self._sent_on.get(at // DAY, 0), self._sent_from.get((at // DAY, inbox.id), 0)
            if (limit is None or sent < limit * share) and sent_from < inbox.daily_limit:
                return at
            due = (at // DAY + 1) * DAY

    def send(self, email: Email, variant_id: str | None, inbox: Inbox, at: int) -> PastMail:
        """A mail leaves, and its fate is sealed."""
        day = at // DAY
        self._sent_on[day] = self._sent_on.get(day, 0) + 1
        self._sent_from[day, inbox.id] = self._sent_from.get((day, inbox.id), 0) + 1
        fate = self._fates[int(self._rng.random() * len(self._fates))]
        return PastMail(self._ids.new("msg", at), email.id, variant_id or "", inbox, at, fate)


class _Walk:
    """One lead's way through the past, by the sequence engine."""

    def __init__(self, past: CampaignPast, campaign: Campaign, lead: Lead, inbox: Inbox, start: int) -> None:
        self._past = past
        self._course = campaign.course
        self._stopped_at = campaign.stopped_at
        self._start = start
        self._lead = lead
        self._walker = WalkingLead(lead.id, lead.timezone, LazyFields(lead))
        self._inbox = inbox
        self._mails: list[PastMail] = []
        self._to_come: list[_Told] = []
        self._marks: list[Mark] = []

    def run(self, first_at: int) -> PastLead:
        """From entering to the world's start."""
        course, walker = self._course, self._walker
        standing = self._take(walking.enter(course, walker, from_ms(first_at)))
        sends_at = _NEVER
        planned: Standing | None = None
        while standing.ended is None:
            next_up = walking.due(course, standing)
            if isinstance(next_up, Send):
                if planned is None or (planned.step_id, planned.due) != (standing.step_id, standing.due):
                    planned, sends_at = standing, self._sending(next_up)
                at = sends_at
            else:
                at = to_ms(next_up.at) if isinstance(next_up, Decide) else _NEVER
            if self._to_come and self._to_come[0].at <= min(at, self._start):
                standing = self._take(walking.happened(course, walker, standing, self._to_come.pop(0).event))
            elif at > self._start:
                break
            elif isinstance(next_up, Send):
                standing = self._send(standing, next_up.step_id, at)
            else:
                standing = self._take(walking.decide(course, walker, standing, from_ms(at)))
        return self._result(standing)

    def _sending(self, next_up: Send) -> int:
        at = self._past.slot(self._walker, to_ms(next_up.at), self._inbox)
        return at if at < self._stopped_at else _NEVER

    def _send(self, standing: Standing, step_id: str, at: int) -> Standing:
        course, walker = self._course, self._walker
        email = course.sequence.email(step_id)
        assert email is not None
        variant_id = pick_variant(email, course.chances.variant(walker.id, email.id))
        mail = self._past.send(email, variant_id, self._inbox, at)
        self._mails.append(mail)
        for event in _events(mail):
            insort(self._to_come, _Told(to_ms(event.at), EVENT_ORDER.index(event.kind), event), key=_order)
        return self._take(walking.sent(course, walker, standing, from_ms(at), variant_id))

    def _take(self, moved: Moved) -> Standing:
        self._marks.extend(moved.marks)
        return moved.standing

    def _result(self, standing: Standing) -> PastLead:
        next_up = walking.due(self._course, standing)
        next_at = to_ms(next_up.at) if isinstance(next_up, Send | Decide) else None
        reached = [mark.step_id for mark in self._marks if isinstance(mark, Reached)]
        return PastLead(self._lead, self._mails, standing, next_at, reached)


def _order(told: _Told) -> tuple[int, int]:
    return told.at, told.rank


def _events(mail: PastMail) -> Iterator[Event]:
    """What becomes of a mail, the first of each kind, as the engine is told it."""
    seen = set[str]()
    for outcome in mail.outcomes:
        if outcome.kind in seen:
            continue
        seen.add(outcome.kind)
        at = from_ms(mail.sent_at + outcome.delay)
        match outcome.kind:
            case "opened" | "clicked" | "bounced_hard" | "bounced_soft" | "unsubscribed":
                yield Event(outcome.kind, at, mail.step_id)
            case "replied" | "auto_replied":
                if outcome.kind == "replied":
                    yield Event("replied", at, mail.step_id)
                if outcome.classify_after is not None:
                    judged = at + timedelta(milliseconds=outcome.classify_after)
                    yield Event("classified", judged, mail.step_id, label=outcome.detail)
                    if outcome.detail == "unsubscribe":
                        yield Event("unsubscribed", judged, mail.step_id)


def _weekdays(campaign: Campaign) -> list[int]:
    """Midnights (UTC) of the weekdays on which new leads were written to."""
    days = range(campaign.launched_at // DAY, campaign.stopped_at // DAY + 1)
    return [day * DAY for day in days if (day + 3) % 7 < 5]
