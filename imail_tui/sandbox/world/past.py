"""Folds what happened to leads into rows: mails, counts, events, answers, and what is still to come."""

from collections import Counter
from typing import NamedTuple

from imail_tui.sandbox.clock import DAY, utc_date
from imail_tui.sandbox.ids import IdSource
from imail_tui.sandbox.journal import COUNTERS, DailyKey, compact
from imail_tui.sandbox.labels import POSITIVE
from imail_tui.sandbox.world.campaigns import Campaign
from imail_tui.sandbox.world.history import PastLead, PastMail
from imail_tui.sandbox.world.outcomes import LONGEST, Outcome
from imail_tui.sandbox.world.payloads import LINK, bounce, mail_data
from imail_tui.sandbox.world.people import Lead

EVENT_TYPES = {
    "sent": "email.sent",
    "delivered": "email.delivered",
    "opened": "email.opened",
    "clicked": "email.clicked",
    "bounced_hard": "email.bounced.hard",
    "bounced_soft": "email.bounced.soft",
    "replied": "reply.received",
    "auto_replied": "reply.received",
}
_INDEX = {name: index for index, name in enumerate(COUNTERS)}
_ONCE = {"opened": _INDEX["unique_opened"], "clicked": _INDEX["unique_clicked"]}
_KEPT_MAILS = LONGEST + 8 * DAY
"""Mails younger than this keep their row: something may still happen to them or be asked about them."""

_KEPT_EVENTS = 2 * DAY


class PastAnswer(NamedTuple):
    """An answer that came before the world's start; `judged_at` None = not classified (yet)."""

    at: int
    id: str
    thread_id: str
    campaign: Campaign
    lead: Lead
    mails: tuple[PastMail, ...]
    outcome: Outcome
    judged_at: int | None


class PastEvent(NamedTuple):
    """An event that happened before the world's start, to be written in order of `at`."""

    at: int
    type: str
    data: str
    campaign_id: str | None
    inbox_id: str | None
    lead_id: str | None


class Past:
    """Collects over all campaigns; the lists are what the seed writes."""

    def __init__(self, start: int, ids: IdSource) -> None:
        self._start = start
        self._ids = ids
        self._thread_id = ""
        self._dates = {day: utc_date(day * DAY) for day in range(start // DAY - 120, start // DAY + 1)}
        self.counts: dict[tuple[int, str, str, str, str], list[int]] = {}
        self.mails: list[tuple[object, ...]] = []
        self.answers: list[PastAnswer] = []
        self.events: list[PastEvent] = []
        self.effects: list[tuple[object, ...]] = []
        self.suppressions: list[tuple[object, ...]] = []
        self.reached: Counter[tuple[str, str]] = Counter()

    def add(self, campaign: Campaign, past: PastLead) -> None:
        """Take over what happened to one lead; its row gets what it learned."""
        self._thread_id = ""
        for step_id in past.reached:
            self.reached[campaign.id, step_id] += 1
        for number, mail in enumerate(past.mails):
            if number == 0:
                self._count(campaign, mail, mail.sent_at, "contacted")
            self._mail(campaign, past, number)
        if past.mails:
            past.lead.last_contacted_at = past.lead.updated_at = past.mails[-1].sent_at

    def daily(self) -> dict[DailyKey, list[int]]:
        """The counts in the form the journal writes."""
        return {
            DailyKey(self._dates[day], *key): counters
            for (day, *key), counters in sorted(self.counts.items())
        }

    def _mail(self, campaign: Campaign, past: PastLead, number: int) -> None:
        mail, seen = past.mails[number], dict[str, int]()
        self._happened(campaign, past.lead, mail, mail.sent_at, Outcome(0, "sent"))
        answered = False
        for outcome in mail.outcomes:
            at = mail.sent_at + outcome.delay
            if at > self._start:
                self.effects.append((at, outcome.kind, mail.id, effect_data(outcome)))
                continue
            if outcome.kind == "unsubscribed" and not self._suppress(past.lead, "unsubscribed", at):
                continue
            self._happened(campaign, past.lead, mail, at, outcome)
            if outcome.kind in _ONCE and outcome.kind not in seen:
                self._counters(campaign, mail, at)[_ONCE[outcome.kind]] += 1
            seen.setdefault(outcome.kind, at)
            if outcome.kind in ("replied", "auto_replied"):
                answered = True
                self._answer(campaign, past, number, outcome)
            elif outcome.kind == "bounced_hard":
                self._suppress(past.lead, "hard_bounce", at)
        if answered or mail.sent_at > self._start - _KEPT_MAILS:
            self._keep(campaign, past.lead, mail, seen)

    def _answer(self, campaign: Campaign, past: PastLead, number: int, outcome: Outcome) -> None:
        mail, lead = past.mails[number], past.lead
        at = mail.sent_at + outcome.delay
        reply_id, thread_id = self._ids.new("rpl", at), self._thread_id or self._ids.new("thr", at)
        self._thread_id = thread_id
        judged_at = at + outcome.classify_after if outcome.classify_after is not None else None
        if judged_at is not None and judged_at > self._start:
            self.effects.append((judged_at, "classified", reply_id, effect_data(outcome)))
            judged_at = None
        if judged_at is not None:
            lead.classification = outcome.detail
            if outcome.detail in POSITIVE:
                self._count(campaign, mail, judged_at, "positive_replied")
            if outcome.detail == "unsubscribe" and self._suppress(lead, "unsubscribed", judged_at):
                self._count(campaign, mail, judged_at, "unsubscribed")
        mails = tuple(past.mails[: number + 1])
        answer = PastAnswer(at, reply_id, thread_id, campaign, lead, mails, outcome, judged_at)
        self.answers.append(answer)
        self._answer_events(answer)

    def _answer_events(self, answer: PastAnswer) -> None:
        more: dict[str, object] = {"reply_id": answer.id, "thread_id": answer.thread_id}
        mail = answer.mails[-1]
        self._event("reply.received", answer.at, answer.campaign, answer.lead, mail, more)
        if answer.judged_at is not None:
            judged = {"label": answer.outcome.detail, "confidence": answer.outcome.confidence}
            more = {**more, "classification": judged}
            self._event("reply.classified", answer.judged_at, answer.campaign, answer.lead, mail, more)

    def _happened(self, campaign: Campaign, lead: Lead, mail: PastMail, at: int, outcome: Outcome) -> None:
        self._count(campaign, mail, at, outcome.kind)
        if at < self._start - _KEPT_EVENTS or outcome.kind in ("replied", "auto_replied", "unsubscribed"):
            return
        more: dict[str, object] = {"link": LINK} if outcome.kind == "clicked" else {}
        if outcome.kind.startswith("bounced"):
            more = bounce(outcome.kind, outcome.detail)
        self._event(EVENT_TYPES[outcome.kind], at, campaign, lead, mail, more)

    def _event(
        self, kind: str, at: int, campaign: Campaign, lead: Lead, mail: PastMail, more: dict[str, object]
    ) -> None:
        if at < self._start - _KEPT_EVENTS:
            return
        data = mail_data(
            campaign_id=campaign.id,
            lead=(lead.id, lead.email),
            inbox=(mail.inbox.id, mail.inbox.email),
            step_id=mail.step_id,
            variant_id=mail.variant_id,
        )
        self.events.append(PastEvent(at, kind, compact(data | more), campaign.id, mail.inbox.id, lead.id))

    def _counters(self, campaign: Campaign, mail: PastMail, at: int) -> list[int]:
        key = (at // DAY, campaign.id, mail.inbox.id, mail.step_id, mail.variant_id)
        counters = self.counts.get(key)
        if counters is None:
            counters = self.counts[key] = [0] * len(COUNTERS)
        return counters

    def _count(self, campaign: Campaign, mail: PastMail, at: int, counter: str) -> None:
        self._counters(campaign, mail, at)[_INDEX[counter]] += 1

    def _suppress(self, lead: Lead, reason: str, at: int) -> bool:
        """Put a lead's address on the list; False when it is there already."""
        if lead.suppressed:
            return False
        lead.suppressed = True
        self.suppressions.append((lead.email, reason, at))
        return True

    def _keep(self, campaign: Campaign, lead: Lead, mail: PastMail, seen: dict[str, int]) -> None:
        replied = next((item for item in mail.outcomes if item.kind == "replied"), None)
        label: str | None = None
        if replied is not None and replied.classify_after is not None:
            judged_at = mail.sent_at + replied.delay + replied.classify_after
            label = replied.detail if judged_at <= self._start else None
        self.mails.append(
            (
                *(mail.id, campaign.id, lead.id, mail.step_id, mail.variant_id, mail.inbox.id, mail.sent_at),
                *(seen.get("opened"), seen.get("clicked"), seen.get("replied"), seen.get("bounced_hard")),
                label,
            )
        )


def effect_data(outcome: Outcome) -> str:
    """An outcome that is still to come, as the queue of effects keeps it."""
    if outcome.kind in ("replied", "auto_replied"):
        return compact([outcome.detail, outcome.classify_after, outcome.confidence])
    return compact([outcome.detail] if outcome.detail else [])
