"""Answers made by hand: the mail they answer is made up, the answer itself runs through the world's code."""

import sqlite3
from typing import NamedTuple

from imail_tui.sandbox.call import Call
from imail_tui.sandbox.clock import utc_date
from imail_tui.sandbox.errors import invalid
from imail_tui.sandbox.journal import DailyKey, Journal, compact
from imail_tui.sandbox.seedfile.schema import ReplyByHand
from imail_tui.sandbox.world.happenings import Effect
from imail_tui.sandbox.world.payloads import mail_data

_MINUTE = 60_000
_MAIL_BEFORE = 60 * _MINUTE
_DELIVERED_AFTER = 4_000
_FIRST_MAIL = """
SELECT step.value ->> 'id' AS step_id, i.id AS inbox_id, i.email AS inbox_email
FROM campaign c JOIN campaign_inbox s ON s.campaign_id = c.id JOIN inbox i ON i.id = s.inbox_id,
  json_each(c.steps) AS step
WHERE c.id = ? AND step.value ->> 'type' = 'email' ORDER BY step.key, s.position LIMIT 1
"""
_PLACE = """
INSERT INTO enrollment (campaign_id, lead_id, status, inbox_id, enrolled_at)
VALUES (:campaign, :lead, :status, :inbox, :at)
ON CONFLICT DO UPDATE SET status = excluded.status, inbox_id = excluded.inbox_id
"""
_REACHED = "INSERT INTO step_reach VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET reached = reached + 1"


class _Past(NamedTuple):
    """A mail and its answer, still to be made."""

    at: int
    mail_id: str
    lead_id: str
    campaign_id: str
    reply: ReplyByHand


class PastAnswers:
    """Collects answers, then lets everything about them happen in the order of time."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._past: list[_Past] = []

    def add(self, reply: ReplyByHand, lead_id: str, campaign_id: str) -> None:
        """Take an answer in. Raises `ApiFault` 400 for a second one to the same mail."""
        if any((past.lead_id, past.campaign_id) == (lead_id, campaign_id) for past in self._past):
            raise invalid("lead", f"{reply.lead} has answered this campaign already.")
        if self._call.db.execute(_FIRST_MAIL, (campaign_id,)).fetchone() is None:
            raise invalid("campaign", f"{reply.campaign} has no email step to answer.")
        at = self._call.now - reply.minutes_ago * _MINUTE
        self._past.append(_Past(at, self._call.new_id("msg"), lead_id, campaign_id, reply))

    def write(self) -> None:
        """Make mails and answers."""
        moments = [(past.at - _MAIL_BEFORE, number, past) for number, past in enumerate(self._past)]
        moments += [(past.at, number, past) for number, past in enumerate(self._past)]
        for at, _, past in sorted(moments, key=lambda moment: moment[:2]):
            if at == past.at:
                self._answer(past)
            else:
                self._send(past, at)

    def _send(self, past: _Past, at: int) -> None:
        db, campaign_id, lead_id = self._call.db, past.campaign_id, past.lead_id
        first: sqlite3.Row = db.execute(_FIRST_MAIL, (campaign_id,)).fetchone()
        step_id, inbox_id = first["step_id"], first["inbox_id"]
        db.execute(
            "INSERT INTO mail (id, campaign_id, lead_id, step_id, variant_id, inbox_id, sent_at) "
            "VALUES (?, ?, ?, ?, '', ?, ?)",
            (past.mail_id, campaign_id, lead_id, step_id, inbox_id, at),
        )
        status = "completed" if past.reply.auto else "replied"
        place = {"campaign": campaign_id, "lead": lead_id, "status": status, "inbox": inbox_id, "at": at}
        db.execute(_PLACE, place)
        db.execute(_REACHED, (campaign_id, step_id))
        db.execute("UPDATE lead SET last_contacted_at = ? WHERE id = ?", (at, lead_id))
        lead, inbox = (lead_id, past.reply.lead), (inbox_id, first["inbox_email"])
        data = mail_data(campaign_id=campaign_id, lead=lead, inbox=inbox, step_id=step_id, variant_id="")
        journal, key = Journal(db), DailyKey(utc_date(at), campaign_id, inbox_id, step_id, "")
        ids = self._call.ledger.ids
        journal.event(
            ids, "email.sent", at, data, campaign_id=campaign_id, inbox_id=inbox_id, lead_id=lead_id
        )
        journal.count(key, "sent")
        journal.count(key, "contacted")
        journal.flush()
        self._happen(Effect(at + _DELIVERED_AFTER, "delivered", past.mail_id, compact(["", None, 0.0])))

    def _answer(self, past: _Past) -> None:
        reply = past.reply
        judged = None if reply.label is None else 0
        told = [reply.label or "question", judged, reply.confidence, reply.text]
        kind = "auto_replied" if reply.auto else "replied"
        self._happen(Effect(past.at, kind, past.mail_id, compact(told)))
        self._call.db.execute(
            "UPDATE reply SET read = ?, done = ? WHERE mail_id = ?", (reply.read, reply.done, past.mail_id)
        )

    def _happen(self, effect: Effect) -> None:
        self._call.ledger.heartbeat.happen([effect])
