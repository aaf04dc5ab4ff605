"""The past of a campaign, lead by lead: every mail, what became of it, and where the lead stands now."""

import random
from collections.abc import Mapping
from collections.abc import Sequence as Items
from typing import NamedTuple

from imail_tui.sandbox.ids import IdSource
from imail_tui.sandbox.world.advance import LeadFacts, MailFacts, Standing
from imail_tui.sandbox.world.campaigns import Campaign
from imail_tui.sandbox.world.conversations import choose_variant
from imail_tui.sandbox.world.inboxes import Inbox
from imail_tui.sandbox.world.outcomes import Outcome
from imail_tui.sandbox.world.people import LazyFields, Lead
from imail_tui.sandbox.world.windows import DAY

_SPREAD = 0.6
"""Mails moved to a window's opening are spread over this part of it."""


class PastMail(NamedTuple):
    """A mail that left, with everything that happened and will happen to it."""

    id: str
    step_id: str
    variant_id: str
    inbox: Inbox
    sent_at: int
    outcomes: tuple[Outcome, ...]


class PastLead(NamedTuple):
    """What a campaign did to one lead up to the world's start."""

    lead: Lead
    mails: list[PastMail]
    status: str
    step_id: str | None
    next_at: int | None
    reached: list[str]


class _End(NamedTuple):
    at: int
    status: str


class _Answer(NamedTuple):
    at: int
    judged_at: int


class _Marks(NamedTuple):
    """What may end a lead: endings, and answers not looked at yet."""

    ends: list[_End]
    answers: list[_Answer]


class CampaignPast:
    """Walks the leads of one campaign through its past, within its window and daily limit."""

    def __init__(
        self,
        campaign: Campaign,
        start: int,
        fates: Items[tuple[Outcome, ...]],
        ids: IdSource,
        rng: random.Random,
        workspace_zone: str,
    ) -> None:
        self._campaign = campaign
        self._start = start
        self._fates = fates
        self._ids = ids
        self._rng = rng
        self._zone = workspace_zone
        self._sent_on: dict[int, int] = {}
        self._sent_from: dict[tuple[int, str], int] = {}
        self._first_days = _weekdays(campaign)

    def lead(self, lead: Lead, position: int) -> PastLead:
        """The past of the `position`-th lead to be written to."""
        pace = self._campaign.plan.per_weekday
        turn = position // pace if pace else len(self._first_days)
        if turn >= len(self._first_days):
            return PastLead(lead, [], "queued", None, None, [])
        return self._walk(lead, self._first_days[turn] + int(self._rng.random() * DAY), position)

    def _walk(self, lead: Lead, first_at: int, position: int) -> PastLead:
        sequence, zone = self._campaign.sequence, lead.timezone or self._zone
        inbox = self._campaign.inboxes[position % len(self._campaign.inboxes)]
        facts = LeadFacts(lead.id, zone, LazyFields(lead), {})
        mails: list[PastMail] = []
        marks = _Marks([], [])
        standing = sequence.resume(None, first_at, facts)
        reached = list(standing.reached)
        while True:
            step = sequence.email(standing.step_id)
            due = standing.due_at if step is None else self._slot(zone, standing.due_at, inbox)
            runs = standing.step_id is not None and due < self._campaign.stopped_at
            horizon = due if runs else self._start
            moved = self._answered(standing, marks, horizon)
            if moved is None and not any(end.at <= horizon for end in marks.ends):
                if not runs:
                    return _resting(lead, mails, standing.step_id, due, reached)
                if step is None:
                    moved = sequence.resume(standing.step_id, due, facts)
                else:
                    mail = self._send(step, inbox, due)
                    mails.append(mail)
                    facts.mails[mail.step_id] = _facts(mail, marks)
                    moved = sequence.after_email(mail.step_id, due, facts)
            elif moved is None:
                return PastLead(lead, mails, self._end_status(marks), None, None, reached)
            standing = moved
            reached += standing.reached

    def _answered(self, standing: Standing, marks: _Marks, horizon: int) -> Standing | None:
        """Where an answer up to `horizon` leads: to the condition that reads it; else it ends the lead."""
        while marks.answers and min(marks.answers).at <= horizon:
            answer = min(marks.answers)
            marks.answers.remove(answer)
            condition = self._campaign.sequence.after_reply(standing.step_id)
            if condition is None:
                marks.ends.append(_End(answer.at, "replied"))
            elif condition != standing.step_id:
                return Standing(condition, answer.judged_at, (condition,))
        return None

    def _end_status(self, marks: _Marks) -> str:
        """An unsubscription outranks the answer it came with."""
        past = sorted(end for end in marks.ends if end.at <= self._start)
        unsubscribed = any(end.status == "unsubscribed" for end in past)
        return "unsubscribed" if unsubscribed else past[0].status

    def _slot(self, zone: str, due: int, inbox: Inbox) -> int:
        """When a mail due at an instant leaves: window first, then the limits of the day (so far)."""
        window, limit = self._campaign.sequence.window, self._campaign.plan.daily_limit
        while True:
            at = window.next_open(zone, due)
            assert at is not None
            if at != due:
                at += int(self._rng.random() * (window.end - window.start) * _SPREAD)
            share = min(1.0, max(0.0, (self._start - at // DAY * DAY) / DAY)) if at < self._start else 1.0
            sent, sent_from = self._sent_on.get(at // DAY, 0), self._sent_from.get((at // DAY, inbox.id), 0)
            if (limit is None or sent < limit * share) and sent_from < inbox.daily_limit:
                return at
            due = (at // DAY + 1) * DAY

    def _send(self, step: Mapping[str, object], inbox: Inbox, at: int) -> PastMail:
        day = at // DAY
        self._sent_on[day] = self._sent_on.get(day, 0) + 1
        self._sent_from[day, inbox.id] = self._sent_from.get((day, inbox.id), 0) + 1
        fate = self._fates[int(self._rng.random() * len(self._fates))]
        return PastMail(
            self._ids.new("msg", at), str(step["id"]), choose_variant(step, self._rng), inbox, at, fate
        )


def _resting(
    lead: Lead, mails: list[PastMail], step_id: str | None, due: int, reached: list[str]
) -> PastLead:
    """A lead nothing ended: through with the sequence, or waiting for what comes next."""
    if step_id is None:
        return PastLead(lead, mails, "completed", None, None, reached)
    return PastLead(lead, mails, "active" if mails else "queued", step_id, due, reached)


def _facts(mail: PastMail, marks: _Marks) -> MailFacts:
    """When what happens to a mail; what may end the lead is noted in `marks`."""
    times: dict[str, int] = {}
    label: str | None = None
    for outcome in mail.outcomes:
        at = mail.sent_at + outcome.delay
        times.setdefault(outcome.kind, at)
        if outcome.kind == "bounced_hard":
            marks.ends.append(_End(at, "bounced"))
        elif outcome.kind == "unsubscribed":
            marks.ends.append(_End(at, "unsubscribed"))
        elif outcome.kind == "replied":
            judged_at = at + (outcome.classify_after or 0)
            label = outcome.detail if outcome.classify_after is not None else None
            marks.answers.append(_Answer(at, judged_at))
            if label == "unsubscribe":
                marks.ends.append(_End(judged_at, "unsubscribed"))
    opened, clicked, replied, bounced = map(times.get, ("opened", "clicked", "replied", "bounced_hard"))
    return MailFacts(mail.sent_at, opened, clicked, replied, bounced, label)


def _weekdays(campaign: Campaign) -> list[int]:
    """Midnights (UTC) of the weekdays on which new leads were written to."""
    days = range(campaign.launched_at // DAY, campaign.stopped_at // DAY + 1)
    return [day * DAY for day in days if (day + 3) % 7 < 5]
