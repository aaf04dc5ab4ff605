"""Replies as table rows, and a conversation as a page."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from textual.content import Content

from imail_tui.domain.labels import Sentiment, label_of
from imail_tui.domain.marks import Tone
from imail_tui.domain.shown import ago, moment, percent
from imail_tui.model.replies import Classification, Message, Reply, Thread
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.detail import BLANK, TONE_STYLES, fact, heading, page
from imail_tui.ui.widgets.rows import Cell, Row
from imail_tui.ui.widgets.safe_static import styled

COLUMNS: Final = (
    Column("unread", "", 1),
    Column("received", "When", 6, align="right", sortable=True),
    Column("from", "From", 16, weight=2, max_width=30, sortable=True),
    Column("label", "Label", 20, sortable=True),
    Column("subject", "Subject", 20, weight=4, sortable=True),
    Column("company", "Company", 14, weight=1, max_width=26, priority=1, sortable=True),
    Column("campaign", "Campaign", 14, weight=1, max_width=30, priority=2),
)

_TONES: Final[dict[Sentiment, Tone]] = {
    Sentiment.POSITIVE: "good",
    Sentiment.NEUTRAL: "",
    Sentiment.NEGATIVE: "stop",
    Sentiment.AUTOMATIC: "muted",
    Sentiment.UNKNOWN: "strong",
}


def reply_row(reply: Reply, campaigns: Mapping[str, str], now: datetime) -> Row:
    """One line of the table. `campaigns` gives names by id."""
    unread = reply.read is False
    text, tone = _label(reply)
    who = (reply.lead.full_name if reply.lead else "") or reply.sender
    return Row(
        reply.id,
        {
            "unread": Cell("●" if unread else "", "strong"),
            "received": Cell(_short_ago(reply.received_at, now), "muted"),
            "from": Cell(who, "strong" if unread else ""),
            "label": Cell(text, tone),
            "subject": Cell(_line(reply), "" if unread else "muted"),
            "company": Cell((reply.lead.company if reply.lead else None) or "", "muted"),
            "campaign": Cell(campaigns.get(reply.campaign_id or "", ""), "muted"),
        },
    )


def reply_detail(
    reply: Reply, thread: Thread | None, campaigns: Mapping[str, str], inbox: str, now: datetime
) -> Content:
    """The conversation, newest first. `inbox` is the address it came to; without `thread` only the reply."""
    who = (reply.lead.full_name if reply.lead else "") or reply.sender
    company = (reply.lead.company if reply.lead else None) or ""
    text, tone = _label(reply)
    lines = [
        heading(reply.subject or "(no subject)"),
        fact("From", who, styled((f"  <{reply.sender}>  {company}", "$text-muted"))),
        fact("To", inbox),
        fact("Label", styled((text, TONE_STYLES[tone])), styled((_overridden(reply), "$text-muted"))),
    ]
    campaign = campaigns.get(reply.campaign_id or "")
    if campaign is not None:
        lines.append(fact("Campaign", campaign, styled((f"  step {reply.step_id or '–'}", "$text-muted"))))
    elif reply.lead is None:
        lines.append(fact("Campaign", "unlinked: this address is not a lead"))
    lines.append(BLANK)
    messages = thread.messages if thread is not None else []
    if not messages:
        lines += [
            _message_head("in", reply.sender, reply.received_at, now),
            styled(reply.text or reply.snippet or ""),
        ]
    for message in reversed(messages):
        lines += [_message_head(message.direction, message.sender, message.at, now), _body(message), BLANK]
    return page(lines)


def _message_head(direction: str, sender: str, at: datetime | None, now: datetime) -> Content:
    arrow, style = ("◀", "bold $text-success") if direction == "in" else ("▶", "bold $text-muted")
    return styled((f"{arrow} {sender}", style), (f"  {moment(at)}  {ago(at, now)}", "$text-muted"))


def _body(message: Message) -> Content:
    if not message.text:
        words = "This message has only an HTML part." if message.html else "This message has no text."
        return styled((words, "$text-muted"))
    pieces = []
    for line in message.text.splitlines():
        quiet = line.startswith(">") or message.direction == "out"
        pieces.append(styled((line, "$text-muted" if quiet else "")))
    return page(pieces)


def _label(reply: Reply) -> tuple[str, Tone]:
    given = reply.classification
    if given is None and reply.is_auto:
        return "○ automatic", "muted"
    label = label_of(given.label if given else None)
    return f"{label.glyph} {label.word}{_certainty(given)}", _TONES[label.sentiment]


def _certainty(given: Classification | None) -> str:
    if given is None:
        return ""
    if given.source == "human":
        return " ✓"
    return "" if given.confidence is None else f" {100 * given.confidence:.0f}%"


def _overridden(reply: Reply) -> str:
    given, judged = reply.classification, reply.ai_classification
    if given is None or given.source != "human" or judged is None:
        return ""
    return f"  by a person; imail said {label_of(judged.label).word} {percent(judged.confidence)}"


def _line(reply: Reply) -> str:
    subject, snippet = reply.subject or "", reply.snippet or ""
    return " — ".join(part for part in (subject, snippet) if part)


def _short_ago(at: datetime | None, now: datetime) -> str:
    text = ago(at, now)
    # A date takes more room than the column has; month and day are enough in a list of the last months.
    return text[5:] if len(text) == 10 else text
