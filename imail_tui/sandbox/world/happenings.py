"""What each effect does to the ledger: rows, counts and event together."""

import json
import random
import sqlite3
from collections.abc import Callable
from typing import NamedTuple

from imail_tui.domain.sequence.standing import Event, EventKind
from imail_tui.sandbox.clock import from_ms, utc_date
from imail_tui.sandbox.ids import IdSource
from imail_tui.sandbox.journal import DailyKey, Journal, compact
from imail_tui.sandbox.labels import set_label
from imail_tui.sandbox.suppressions import suppress
from imail_tui.sandbox.world.enrollments import Enrollments
from imail_tui.sandbox.world.payloads import LINK, bounce, mail_data
from imail_tui.sandbox.world.threads import (
    INSERT_MESSAGE,
    INSERT_REPLY,
    INSERT_THREAD,
    Answered,
    Correspondent,
    Sender,
    SentMail,
    answer_rows,
)

_MAIL = (
    "SELECT m.*, l.email AS lead_email, i.email AS inbox_email, i.display_name AS inbox_name "
    "FROM mail m JOIN lead l ON l.id = m.lead_id JOIN inbox i ON i.id = m.inbox_id WHERE m.id = ?"
)


class Effect(NamedTuple):
    """A row of the queue: what happens at an instant to a mail, a reply, a lead or an inbox."""

    due_at: int
    kind: str
    subject_id: str
    data: str


class Happenings:
    """Applies effects to mails and replies; `schedule` puts a later effect into the queue."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        journal: Journal,
        enrollments: Enrollments,
        schedule: Callable[[Effect], None],
    ) -> None:
        self._connection = connection
        self._journal = journal
        self._enrollments = enrollments
        self._schedule = schedule

    def apply(self, effect: Effect, rng: random.Random) -> None:
        """Let one effect happen; what it was about may be gone meanwhile, then nothing does."""
        if effect.kind == "classified":
            self._classified(effect, rng)
            return
        mail = self._connection.execute(_MAIL, (effect.subject_id,)).fetchone()
        if mail is None:
            return
        if effect.kind in ("replied", "auto_replied"):
            self._answered(effect, mail, rng)
        elif effect.kind == "unsubscribed":
            self._unsubscribed(mail, effect.due_at)
        else:
            self._noticed(effect, mail, rng)

    def _noticed(self, effect: Effect, mail: sqlite3.Row, rng: random.Random) -> None:
        """Delivered, opened, clicked, bounced."""
        at, kind = effect.due_at, effect.kind
        more: dict[str, object] = {"link": LINK} if kind == "clicked" else {}
        if kind.startswith("bounced"):
            more = bounce(kind, json.loads(effect.data)[0])
        self._event(f"email.{kind.replace('_', '.')}", at, mail, rng, more)
        self._count(mail, at, kind)
        if kind == "opened" and mail["opened_at"] is None:
            self._connection.execute("UPDATE mail SET opened_at = ? WHERE id = ?", (at, mail["id"]))
            self._count(mail, at, "unique_opened")
            self._tell(mail, "opened", at)
        elif kind == "clicked" and mail["clicked_at"] is None:
            self._connection.execute("UPDATE mail SET clicked_at = ? WHERE id = ?", (at, mail["id"]))
            self._count(mail, at, "unique_clicked")
            self._tell(mail, "clicked", at)
        elif kind == "bounced_soft":
            self._tell(mail, "bounced_soft", at)
        elif kind == "bounced_hard":
            self._connection.execute("UPDATE mail SET bounced_at = ? WHERE id = ?", (at, mail["id"]))
            self._tell(mail, "bounced_hard", at)
            suppress(self._connection, mail["lead_email"], "hard_bounce", at)

    def _unsubscribed(self, mail: sqlite3.Row, at: int) -> None:
        self._tell(mail, "unsubscribed", at)
        if suppress(self._connection, mail["lead_email"], "unsubscribed", at):
            self._count(mail, at, "unsubscribed")

    def _answered(self, effect: Effect, mail: sqlite3.Row, rng: random.Random) -> None:
        at, is_auto = effect.due_at, effect.kind == "auto_replied"
        label, classify_after, confidence, *words = json.loads(effect.data)
        thread = self._connection.execute(
            "SELECT id FROM thread WHERE lead_id = ? AND campaign_id = ?",
            (mail["lead_id"], mail["campaign_id"]),
        ).fetchone()
        ids = IdSource(rng)
        thread_id = thread["id"] if thread is not None else ids.new("thr", at)
        answered = Answered(ids.new("rpl", at), thread_id, ids.new("msg", at), label, at, is_auto, "", *words)
        self._write_answer(answered, mail, rng)
        self._event(
            "reply.received", at, mail, rng, {"reply_id": answered.reply_id, "thread_id": answered.thread_id}
        )
        self._count(mail, at, effect.kind)
        if not is_auto:
            self._connection.execute("UPDATE mail SET replied_at = ? WHERE id = ?", (at, mail["id"]))
            self._tell(mail, "replied", at)
        if classify_after is not None:
            later = Effect(
                at + classify_after, "classified", answered.reply_id, compact([label, None, confidence])
            )
            self._schedule(later)

    def _write_answer(self, answered: Answered, mail: sqlite3.Row, rng: random.Random) -> None:
        lead = self._enrollments.lead_fields(mail["lead_id"])
        who = Correspondent(
            mail["lead_id"], mail["lead_email"], {**lead, "domain": mail["lead_email"].partition("@")[2]}
        )
        course = self._enrollments.course(mail["campaign_id"])
        earlier = self._connection.execute(
            "SELECT id, step_id, variant_id, sent_at FROM mail WHERE lead_id = ? AND campaign_id = ? "
            "AND sent_at <= ? ORDER BY sent_at",
            (mail["lead_id"], mail["campaign_id"], mail["sent_at"]),
        )
        mails = [
            SentMail(row["id"], email, row["variant_id"], row["sent_at"])
            for row in earlier
            if course is not None and (email := course.sequence.email(row["step_id"])) is not None
        ]
        sender = Sender(mail["inbox_id"], mail["inbox_email"], mail["inbox_name"] or mail["inbox_email"])
        rows = answer_rows(answered, who, sender, mail["campaign_id"], mails, rng)
        self._connection.execute(INSERT_THREAD, rows.thread)
        self._connection.executemany(INSERT_MESSAGE, rows.messages)
        self._connection.execute(INSERT_REPLY, rows.reply)

    def _classified(self, effect: Effect, rng: random.Random) -> None:
        if not self._connection.execute("SELECT classification_enabled FROM workspace").fetchone()[0]:
            return
        reply = self._connection.execute("SELECT * FROM reply WHERE id = ?", (effect.subject_id,)).fetchone()
        if reply is None or reply["label"] is not None or reply["mail_id"] is None:
            return
        mail = self._connection.execute(_MAIL, (reply["mail_id"],)).fetchone()
        if mail is None:
            return
        label, _, confidence = json.loads(effect.data)
        at = effect.due_at
        set_label(self._connection, reply["id"], label, confidence=confidence, source="ai", at_ms=at)
        more: dict[str, object] = {"reply_id": reply["id"], "thread_id": reply["thread_id"]}
        more["classification"] = {"label": label, "confidence": confidence}
        self._event("reply.classified", at, mail, rng, more)
        self._tell(mail, "classified", at, label)
        if label == "unsubscribe":
            self._unsubscribed(mail, at)

    def _tell(self, mail: sqlite3.Row, kind: EventKind, at: int, label: str | None = None) -> None:
        """Let the lead's sequence know."""
        event = Event(kind, from_ms(at), mail["step_id"], label=label)
        self._enrollments.happened(mail["campaign_id"], mail["lead_id"], event)

    def _event(
        self, type_: str, at: int, mail: sqlite3.Row, rng: random.Random, more: dict[str, object]
    ) -> None:
        data = mail_data(
            campaign_id=mail["campaign_id"],
            lead=(mail["lead_id"], mail["lead_email"]),
            inbox=(mail["inbox_id"], mail["inbox_email"]),
            step_id=mail["step_id"],
            variant_id=mail["variant_id"],
        )
        self._journal.event(
            IdSource(rng),
            type_,
            at,
            data | more,
            campaign_id=mail["campaign_id"],
            inbox_id=mail["inbox_id"],
            lead_id=mail["lead_id"],
        )

    def _count(self, mail: sqlite3.Row, at: int, counter: str) -> None:
        key = (mail["campaign_id"], mail["inbox_id"], mail["step_id"], mail["variant_id"])
        self._journal.count(DailyKey(utc_date(at), *key), counter)
