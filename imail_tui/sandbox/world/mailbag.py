"""The replies a world starts with: the newest answers of its past, a few strangers, longer threads."""

import random
import sqlite3

from imail_tui.sandbox.clock import DAY, HOUR, utc_date
from imail_tui.sandbox.ids import IdSource
from imail_tui.sandbox.labels import POSITIVE
from imail_tui.sandbox.world.conversations import write_own_answer
from imail_tui.sandbox.world.inboxes import Inbox
from imail_tui.sandbox.world.past import PastAnswer
from imail_tui.sandbox.world.threads import (
    INSERT_MESSAGE,
    INSERT_REPLY,
    INSERT_THREAD,
    Answered,
    AnswerRows,
    Correspondent,
    Sender,
    SentMail,
    answer_rows,
)

_STRANGERS = 0.03
_LONGER = 0.06
_BY_HAND = 0.12
_OVERRULED = {
    "interested": "meeting_request",
    "question": "interested",
    "not_now": "objection",
    "objection": "not_interested",
}
"""What humans make of some of the AI's labels; both count the same, so the past's counts hold."""


class Mailbag:
    """Writes replies with their threads; `start` is the world's start."""

    def __init__(self, connection: sqlite3.Connection, ids: IdSource, rng: random.Random, start: int) -> None:
        self._connection = connection
        self._ids = ids
        self._rng = rng
        self._start = start

    def write(self, answers: list[PastAnswer], replies: int, senders: list[Inbox]) -> None:
        """Write exactly `replies` replies, the newest of the past; older ones are beyond what is kept."""
        strangers, longer = int(replies * _STRANGERS), int(replies * _LONGER)
        longer = max(longer, replies - strangers - len(answers))
        newest = sorted(answers, key=_age)[-(replies - strangers - longer) :]
        oldest = newest[0].at
        continued = set(self._rng.sample([answer.id for answer in newest if self._goes_on(answer)], longer))
        for _ in range(strangers):
            self._stranger(self._rng.choice(senders), self._rng.randint(oldest, self._start - HOUR))
        for answer in newest:
            rows = self._answer(answer)
            if answer.id in continued:
                self._second_round(answer, rows)

    def _goes_on(self, answer: PastAnswer) -> bool:
        return answer.outcome.kind == "replied" and answer.at < self._start - 8 * HOUR

    def _answer(self, answer: PastAnswer) -> AnswerRows:
        """An answer to the sequence, with its classification and what became of it since."""
        is_auto = answer.outcome.kind == "auto_replied"
        message_id = self._ids.new("msg", answer.at)
        named = Answered(answer.id, answer.thread_id, message_id, answer.outcome.detail, answer.at, is_auto)
        sequence = answer.campaign.course.sequence
        mails = [
            SentMail(mail.id, email, mail.variant_id, mail.sent_at)
            for mail in answer.mails
            if (email := sequence.email(mail.step_id)) is not None
        ]
        sender = _sender(answer.mails[-1].inbox)
        rows = answer_rows(named, _lead(answer), sender, answer.campaign.id, mails, self._rng)
        self._insert(rows)
        if answer.judged_at is not None:
            self._classify(answer, answer.judged_at)
        self._handle(answer.id, answer.at)
        return rows

    def _second_round(self, answer: PastAnswer, first: AnswerRows) -> None:
        """Our own answer and what came back to it."""
        rng, who, sender = self._rng, _lead(answer), _sender(answer.mails[-1].inbox)
        ours, theirs = answer.at + rng.randint(1, 3) * HOUR, answer.at + rng.randint(4, 7) * HOUR
        subject = "Re: " + str(first.thread[4])
        head = (self._ids.new("msg", ours), answer.thread_id, "out", sender.email, who.email, subject)
        text = write_own_answer(who.fields, sender.display_name, rng)
        self._connection.execute(INSERT_MESSAGE, (*head, text, None, ours, None, sender.id, "sent"))
        reply_id, message_id = self._ids.new("rpl", theirs), self._ids.new("msg", theirs)
        named = Answered(reply_id, answer.thread_id, message_id, "again", theirs, False, subject)
        self._insert(answer_rows(named, who, sender, answer.campaign.id, [], rng))
        self._handle(reply_id, theirs)

    def _stranger(self, inbox: Inbox, at: int) -> None:
        """Somebody who is no lead writes: no lead, no campaign, no count."""
        name = self._rng.choice(("k.marsh", "office", "p.lindqvist", "info", "s.holm", "assistenz"))
        domain = self._rng.choice(("harbourmail", "postbox", "teamdesk"))
        who = Correspondent(None, f"{name}@{domain}-{at % 997}.example", {})
        reply_id, thread_id = self._ids.new("rpl", at), self._ids.new("thr", at)
        named = Answered(reply_id, thread_id, self._ids.new("msg", at), "stranger", at, False)
        self._insert(answer_rows(named, who, _sender(inbox), None, [], self._rng))
        self._handle(reply_id, at)

    def _insert(self, rows: AnswerRows) -> None:
        self._connection.execute(INSERT_THREAD, rows.thread)
        self._connection.executemany(INSERT_MESSAGE, rows.messages)
        self._connection.execute(INSERT_REPLY, rows.reply)

    def _classify(self, answer: PastAnswer, judged_at: int) -> None:
        label, confidence = answer.outcome.detail, answer.outcome.confidence
        human = label in _OVERRULED and self._rng.random() < _BY_HAND
        shown = _OVERRULED[label] if human else label
        self._connection.execute(
            "UPDATE reply SET label = ?, confidence = ?, label_source = ?, ai_label = ?, ai_confidence = ?, "
            "positive_on = ?, updated_at = ? WHERE id = ?",
            (
                *(shown, None if human else confidence, "human" if human else "ai", label, confidence),
                *(utc_date(judged_at) if label in POSITIVE else None, judged_at, answer.id),
            ),
        )
        if human:
            self._connection.execute("UPDATE mail SET label = ? WHERE id = ?", (shown, answer.mails[-1].id))
            self._connection.execute(
                "UPDATE lead SET classification = ? WHERE id = ?", (shown, answer.lead.id)
            )

    def _handle(self, reply_id: str, at: int) -> None:
        """The older an answer, the likelier it was read, done or put off."""
        age = min((self._start - at) / (4 * DAY), 1.0)
        dice = self._rng.random()
        snoozed = self._start + self._rng.randint(2, 60) * HOUR if dice > 0.94 else None
        state = (dice < age * 0.9, dice < age * 0.6, snoozed, reply_id)
        self._connection.execute("UPDATE reply SET read = ?, done = ?, snoozed_until = ? WHERE id = ?", state)


def _age(answer: PastAnswer) -> tuple[int, str]:
    return answer.at, answer.id


def _lead(answer: PastAnswer) -> Correspondent:
    lead = answer.lead
    fields = {**lead.fields(), "domain": lead.email.partition("@")[2]}
    return Correspondent(lead.id, lead.email, fields)


def _sender(inbox: Inbox) -> Sender:
    return Sender(inbox.id, inbox.email, inbox.display_name)
