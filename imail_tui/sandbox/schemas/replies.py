"""Replies, threads and messages on the wire."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from imail_tui.sandbox.paging import Paging
from imail_tui.sandbox.schemas.answers import Moment, closed
from imail_tui.sandbox.schemas.types import (
    NOT_BLANK,
    WHOLE,
    Body,
    Changes,
    Identifier,
    Instant,
    QueryBool,
    Search,
)

Label = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{0,59}$")]
MessageStatus = Literal["scheduled", "sent", "cancelled", "failed"]

COUNTDOWN_MAX = 30 * 86_400
"""Seconds an answer may be held back."""


class ReplyFilters(Paging):
    """Which replies; newest first."""

    campaign_id: Identifier | None = None
    inbox_id: Identifier | None = None
    classification: Label | None = None
    unread: QueryBool | None = None
    done: QueryBool | None = None
    snoozed: QueryBool | None = None
    since: Instant | None = None
    updated_since: Instant | None = None
    q: Search | None = None


class ReplyChanges(Changes):
    """A merge patch of a reply; `classification` is a label, or null to take it off."""

    read: bool = False
    done: bool = False
    snoozed_until: Instant | None = None
    lead_id: Identifier | None = None
    classification: Label | None = None


class Answer(Body):
    """What to send back, from which inbox, and how long the server holds it first."""

    body: Annotated[str, StringConstraints(max_length=20_000, pattern=NOT_BLANK)]
    inbox_id: Identifier | None = None
    send_after_seconds: Annotated[int, Field(ge=0, le=COUNTDOWN_MAX), WHOLE] = 0


class MessageFilters(Paging):
    """Which of the answers written here; newest first."""

    status: MessageStatus | None = None


@closed
class Classification(TypedDict):
    """What a reply means; `confidence` is null for a human's word."""

    label: str
    confidence: float | None
    source: Literal["ai", "human"]


@closed
class ReplyLead(TypedDict):
    """The lead a reply is from."""

    id: str
    email: str
    first_name: str | None
    last_name: str | None
    company: str | None


_From = TypedDict("_From", {"from": str})


@closed
class ReplyView(_From):
    """A mail that came in."""

    id: str
    thread_id: str
    lead: ReplyLead | None
    campaign_id: str | None
    step_id: str | None
    inbox_id: str
    subject: str
    snippet: str
    text: str
    received_at: Moment
    updated_at: Moment
    is_auto: bool
    read: bool
    done: bool
    snoozed_until: Moment | None
    classification: Classification | None
    ai_classification: Classification | None


@closed
class ThreadMessage(_From):
    """One mail of a thread."""

    id: str
    direction: Literal["in", "out"]
    to: str
    subject: str
    text: str
    html: NotRequired[str]
    at: Moment
    step_id: NotRequired[str]
    status: Literal["received", "scheduled", "sent", "cancelled", "failed"]


@closed
class ThreadView(TypedDict):
    """A whole conversation, oldest message first."""

    id: str
    lead: ReplyLead | None
    messages: list[ThreadMessage]


@closed
class MessageView(TypedDict):
    """An answer written here."""

    id: str
    thread_id: str
    status: MessageStatus
    send_at: Moment
    error: NotRequired[str]
