"""A conversation as a page: the newest mail first, history folded, and what is wrong with its links."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from textual.content import Content

from imail_tui.domain.labels import label_of
from imail_tui.domain.mail.mailtext import Link, MailText, SectionKind, folded_words
from imail_tui.domain.mail.reading import read_message
from imail_tui.domain.shown import ago, moment, percent
from imail_tui.model.conversations import Conversation
from imail_tui.model.problem import Problem
from imail_tui.model.replies import Message, Reply, Thread
from imail_tui.ui.screens.replies.rows import is_snoozed, label_words, who
from imail_tui.ui.widgets.detail import BLANK, TONE_STYLES, heading, page
from imail_tui.ui.widgets.safe_static import styled

_PREVIEW_LINES: Final = 60
"""Lines of a mail beside the list; the page has all of them."""
_WARNED_LINKS: Final = 5


@dataclass(frozen=True, slots=True)
class Around:
    """What a page says about where a conversation belongs; names may be foreign, "" = unknown."""

    inbox: str
    campaign: str
    now: datetime
    opened: bool = False
    unfolded: bool = False
    refusal: Problem | None = None
    drafted: bool = False


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail of a conversation, ready to read."""

    direction: str
    sender: str
    at: datetime | None
    step_id: str | None
    state: str
    text: MailText


def mails_of(thread: Thread | None, replies: Sequence[Reply], head: Reply) -> list[Mail]:
    """The mails of a conversation, the newest first; replies that came after the thread was read included."""
    name = head.lead.full_name if head.lead else ""
    messages = thread.messages if thread is not None else []
    known = max((each.at for each in messages if each.direction != "out" and each.at), default=None)
    found = [_mail(message, name) for message in messages]
    for reply in replies or [head]:
        if known is None or (reply.received_at is not None and reply.received_at > known):
            text = read_message(reply.text or reply.snippet, None, name)
            found.append(Mail("in", reply.sender, reply.received_at, None, "", text))
    return found[::-1]


def weight_of(thread: Thread | None, replies: Sequence[Reply]) -> int:
    """Characters there are to read."""
    texts = [text for each in (thread.messages if thread else ()) for text in (each.text, each.html)]
    return sum(len(text or "") for text in (*texts, *(reply.text for reply in replies)))


def thread_page(conversation: Conversation, mails: Sequence[Mail], around: Around) -> Content:
    """The page; beside the list only the beginning of each mail."""
    return page([*_head(conversation, around), BLANK, *_body(mails, around)])


def links_in(mails: Sequence[Mail]) -> list[Link]:
    """All links of a conversation, those of the newest mail first, each once."""
    found = {link.target: link for mail in reversed(mails) for link in reversed(mail.text.links)}
    return list(reversed(found.values()))


def plain_thread(mails: Sequence[Mail]) -> str:
    """The conversation to paste elsewhere, oldest first, without marks and folds."""
    parts = []
    for mail in reversed(mails):
        kinds = (SectionKind.BODY, SectionKind.SIGNATURE)
        parts.append(f"{mail.sender}, {moment(mail.at)} UTC\n\n" + "\n".join(mail.text.lines(kinds)))
    return "\n\n\n".join(parts)


def raw_page(conversation: Conversation, source: str) -> Content:
    """The newest mail as it came."""
    note = "as it came; v goes back"
    return page([heading(conversation.head.subject or "(no subject)", note), BLANK, styled(source)])


def _head(conversation: Conversation, around: Around) -> Iterator[Content]:
    head = conversation.head
    company = (head.lead.company if head.lead else None) or ""
    yield heading(head.subject or "(no subject)")
    name = who(head)
    address = "" if name == head.sender else f" <{head.sender}>"
    yield styled((name, "bold"), (f"{address}  {company}", "$text-muted"))
    text, tone = label_words(head)
    yield styled(
        (text, TONE_STYLES[tone]), (_overridden(head), "$text-muted"), *_states(conversation, around)
    )
    to = around.inbox or "an unknown inbox"
    if head.campaign_id:
        step = f"step {head.step_id} of " if head.step_id else ""
        of = around.campaign or "a campaign"
        yield styled((f"to {to}, answering {step}{of}", "$text-muted"))
    elif not conversation.linked:
        yield styled((f"to {to}; ", "$text-muted"), ("unlinked: this address is no lead", "$text-warning"))
    else:
        yield styled((f"to {to}", "$text-muted"))
    if around.refusal is not None:
        yield styled((f"! not saved: {around.refusal.sentence()}", "$text-error"))


def _states(conversation: Conversation, around: Around) -> Iterator[tuple[str, str]]:
    head = conversation.head
    if is_snoozed(conversation, around.now):
        yield f"  z until {moment(head.snoozed_until)}", "$text-muted"
    if head.done:
        yield "  ✓ done", "$text-muted"
    elif conversation.waiting_since is not None:
        yield f"  waits {ago(conversation.waiting_since, around.now)}", "$text-muted"
    if around.drafted:
        yield "  ✎ answer begun", "$text-warning"


def _body(mails: Sequence[Mail], around: Around) -> Iterator[Content]:
    most = None if around.opened else _PREVIEW_LINES
    for mail in mails:
        yield _mail_head(mail, around.now)
        quiet = mail.direction == "out"
        lines = list(_sections(mail.text, quiet=quiet, unfolded=around.unfolded))
        if most is not None and len(lines) > most:
            more = len(lines) - most
            lines = [*lines[:most], styled((f"… {more:,} more lines, enter shows them", "$text-muted"))]
        yield from lines
        yield BLANK


def _sections(text: MailText, *, quiet: bool, unfolded: bool) -> Iterator[Content]:
    for place, section in enumerate(text.sections):
        if place:
            yield BLANK
        if section.kind is SectionKind.QUOTE and not unfolded:
            yield styled(
                (f"▸ {folded_words(section).removeprefix('… ')}", "$text-muted"), ("  o opens", "$text-muted")
            )
            continue
        muted = quiet or section.kind is not SectionKind.BODY
        yield styled(("\n".join(section.lines), "$text-muted" if muted else ""))
    if not text.sections:
        yield styled(("(no text)", "$text-muted"))
    warned = [link for link in text.links if link.warnings]
    for link in warned[:_WARNED_LINKS]:
        yield styled((f"! [{link.number}] {link.shown_host}: {'; '.join(link.warnings)}", "$text-warning"))
    notes = list(text.notes)
    if text.links:
        count = len(text.links)
        notes.insert(0, f"{count:,} link{'' if count == 1 else 's'}, f lists")
    if notes and not quiet:
        yield styled((" · ".join(notes), "$text-muted"))


def _mail_head(mail: Mail, now: datetime) -> Content:
    arrow, style = ("▶", "bold $text-muted") if mail.direction == "out" else ("◀", "bold $text-success")
    step = f"  step {mail.step_id}" if mail.step_id and mail.direction == "out" else ""
    when = f"  {moment(mail.at)}  {ago(mail.at, now)}{step}"
    state = "" if mail.state in ("", "sent", "delivered", "received") else f"  {mail.state}"
    return styled((f"{arrow} {mail.sender}", style), (when, "$text-muted"), (state, "$text-warning"))


def _mail(message: Message, name: str) -> Mail:
    incoming = message.direction != "out"
    text = read_message(message.text, message.html, name if incoming else "")
    state = message.status or ""
    if message.error:
        state = f"{state}: {message.error}"
    return Mail(message.direction, message.sender, message.at, message.step_id, state, text)


def _overridden(reply: Reply) -> str:
    given, judged = reply.classification, reply.ai_classification
    if given is None or given.source != "human" or judged is None:
        return ""
    if given.label == judged.label:
        return "  by a person, as imail said"
    return f"  by a person; imail said {label_of(judged.label).word} {percent(judged.confidence)}"
