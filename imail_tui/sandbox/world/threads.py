"""Threads: the rows an answer brings with it."""

import random
from collections.abc import Mapping
from typing import NamedTuple

from imail_tui.domain.sequence.steps import Email
from imail_tui.sandbox.world.conversations import Written, as_written, write_answer, write_mail

INSERT_THREAD = "INSERT OR IGNORE INTO thread VALUES (?, ?, ?, ?, ?, ?)"
INSERT_MESSAGE = (
    "INSERT OR IGNORE INTO message (id, thread_id, direction, from_email, to_email, subject, text, html, at, "
    "step_id, inbox_id, status) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
)
INSERT_REPLY = (
    "INSERT INTO reply (id, thread_id, message_id, mail_id, from_email, lead_id, campaign_id, step_id, "
    "inbox_id, subject, snippet, received_at, updated_at, is_auto) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
)


class Sender(NamedTuple):
    """The inbox a thread is in."""

    id: str
    email: str
    display_name: str


class Correspondent(NamedTuple):
    """Who writes; `lead_id` None for somebody who is no lead."""

    lead_id: str | None
    email: str
    fields: Mapping[str, object]


class SentMail(NamedTuple):
    """A mail of the sequence as the thread needs it."""

    id: str
    email: Email
    variant_id: str
    sent_at: int


class AnswerRows(NamedTuple):
    """Rows for `INSERT_THREAD`, `INSERT_MESSAGE` (in order) and `INSERT_REPLY`."""

    thread: tuple[object, ...]
    messages: list[tuple[object, ...]]
    reply: tuple[object, ...]


class Answered(NamedTuple):
    """The identifiers an answer gets and what it is.

    An empty subject follows the mail it answers; without a text of its own it is written by its kind.
    """

    reply_id: str
    thread_id: str
    message_id: str
    kind: str
    at: int
    is_auto: bool
    subject: str = ""
    text: str | None = None


def answer_rows(
    answered: Answered,
    who: Correspondent,
    sender: Sender,
    campaign_id: str | None,
    mails: list[SentMail],
    rng: random.Random,
) -> AnswerRows:
    """The thread with the sequence's mails so far, and the answer to the last of them."""
    thread_id, at = answered.thread_id, answered.at
    key = f"{who.lead_id}/{campaign_id}"
    messages: list[tuple[object, ...]] = []
    subject, last = "", Written("", "")
    for mail in mails:
        last = write_mail(mail.email, mail.variant_id, who.fields, key)
        subject = last.subject or subject
        head = (mail.id, thread_id, "out", sender.email, who.email, subject)
        messages.append((*head, last.text, None, mail.sent_at, mail.email.id, sender.id, "sent"))
    subject = answered.subject or (f"Re: {subject}" if subject else "Your message")
    quoted = last if mails else None
    if answered.text is None:
        answer = write_answer(answered.kind, who.fields, sender.display_name, quoted, at, rng)
    else:
        answer = as_written(answered.text)
    head = (answered.message_id, thread_id, "in", who.email, sender.email, subject)
    messages.append((*head, answer.text, answer.html, at, None, sender.id, "received"))
    last_mail = mails[-1] if mails else None
    reply = (
        *(answered.reply_id, thread_id, answered.message_id, last_mail.id if last_mail else None, who.email),
        *(who.lead_id, campaign_id, last_mail.email.id if last_mail else None, sender.id),
        *(subject, answer.snippet, at, at, answered.is_auto),
    )
    started = mails[0].sent_at if mails else at
    thread = (thread_id, who.lead_id, campaign_id, sender.id, subject.removeprefix("Re: "), started)
    return AnswerRows(thread, messages, reply)
