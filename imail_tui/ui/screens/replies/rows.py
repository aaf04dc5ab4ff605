"""Conversations as table rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from imail_tui.domain.labels import Sentiment, label_of
from imail_tui.domain.marks import Tone
from imail_tui.domain.shown import ago
from imail_tui.model.conversations import Conversation
from imail_tui.model.replies import Classification, Reply
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.rows import Cell, Row

COLUMNS: Final = (
    Column("mark", "", 1),
    Column("received", "When", 6, align="right", sortable=True),
    Column("from", "From", 16, weight=2, max_width=30, sortable=True),
    Column("label", "Label", 20, sortable=True),
    Column("subject", "Subject", 23, weight=4, sortable=True),
    Column("waiting", "Waits", 7, align="right", priority=1, sortable=True),
    Column("company", "Company", 14, weight=1, max_width=24, priority=2, sortable=True),
    Column("campaign", "Campaign", 14, weight=1, max_width=28, priority=3),
)

TONES: Final[dict[Sentiment, Tone]] = {
    Sentiment.POSITIVE: "good",
    Sentiment.NEUTRAL: "",
    Sentiment.NEGATIVE: "stop",
    Sentiment.AUTOMATIC: "muted",
    Sentiment.UNKNOWN: "strong",
}


def conversation_row(
    conversation: Conversation, campaigns: Mapping[str, str], now: datetime, *, refused: bool, drafted: bool
) -> Row:
    """One line of the table. `campaigns` gives names by id.

    `refused`: the server did not take the last change; `drafted`: an answer was begun.
    """
    head = conversation.head
    unread = conversation.unread > 0
    text, tone = label_words(head)
    count = f" ({conversation.count})" if conversation.count > 1 else ""
    return Row(
        conversation.id,
        {
            "mark": _mark(conversation, now, refused=refused, drafted=drafted),
            "received": Cell(_short_ago(head.received_at, now), "muted"),
            "from": Cell(f"{who(head)}{count}", "strong" if unread else ""),
            "label": Cell(text, tone),
            "subject": Cell(_line(head), "" if unread else "muted"),
            "waiting": Cell(_short_ago(conversation.waiting_since, now), _waiting_tone(conversation, now)),
            "company": Cell((head.lead.company if head.lead else None) or "", "muted"),
            "campaign": Cell(campaigns.get(head.campaign_id or "", ""), "muted"),
        },
    )


def who(reply: Reply) -> str:
    """The person by name, else by address."""
    return (reply.lead.full_name if reply.lead else "") or reply.sender


def label_words(reply: Reply) -> tuple[str, Tone]:
    """What a reply means: glyph, word, and how sure that is (✓: a person said so)."""
    given = reply.classification
    if given is None and reply.is_auto:
        return "○ automatic", "muted"
    label = label_of(given.label if given else None)
    return f"{label.glyph} {label.word}{_certainty(given)}", TONES[label.sentiment]


def is_snoozed(conversation: Conversation, now: datetime) -> bool:
    """Whether it is put off until a time to come."""
    until = conversation.head.snoozed_until
    return until is not None and until > now


def _mark(conversation: Conversation, now: datetime, *, refused: bool, drafted: bool) -> Cell:
    if refused:
        return Cell("!", "stop")
    if drafted:
        return Cell("✎", "watch")
    if conversation.unread:
        return Cell("●", "strong")
    if is_snoozed(conversation, now):
        return Cell("z", "muted")
    return Cell("✓", "muted") if conversation.head.done else Cell("")


def _certainty(given: Classification | None) -> str:
    if given is None:
        return ""
    if given.source == "human":
        return " ✓"
    return "" if given.confidence is None else f" {100 * given.confidence:.0f}%"


def _waiting_tone(conversation: Conversation, now: datetime) -> Tone:
    since = conversation.waiting_since
    return "watch" if since is not None and (now - since).days >= 1 else "muted"


def _line(reply: Reply) -> str:
    subject, snippet = reply.subject or "", reply.snippet or ""
    return " — ".join(part for part in (subject, snippet) if part)


def _short_ago(at: datetime | None, now: datetime) -> str:
    if at is None:
        return ""
    text = ago(at, now)
    # A date takes more room than the column has; month and day are enough in a list of the last months.
    return text[5:] if len(text) == 10 else text
