"""Replies, their classification and the threads they belong to."""

from datetime import datetime

from imail_tui.model.leads import Person
from imail_tui.model.record import Entity, Many, Record


def _from_field(record: Record) -> str:
    # `from` is a Python keyword, so the field stays among the record's extra ones.
    value = (record.model_extra or {}).get("from")
    return value if isinstance(value, str) else ""


class Classification(Record):
    """What a reply means; confidence is a fraction, absent for a human's word."""

    label: str = ""
    confidence: float | None = None
    source: str | None = None


class ReplyLead(Person):
    """The lead as far as a reply tells."""

    id: str | None = None


class Reply(Entity):
    """One message that came in. `classification` None is a normal state."""

    thread_id: str | None = None
    lead: ReplyLead | None = None
    campaign_id: str | None = None
    step_id: str | None = None
    inbox_id: str | None = None
    subject: str | None = None
    snippet: str | None = None
    text: str | None = None
    received_at: datetime | None = None
    is_auto: bool | None = None
    read: bool | None = None
    done: bool | None = None
    snoozed_until: datetime | None = None
    classification: Classification | None = None
    ai_classification: Classification | None = None

    @property
    def sender(self) -> str:
        """The address in the API's `from` field."""
        return _from_field(self)


class Message(Entity):
    """One mail of a thread, in or out."""

    thread_id: str | None = None
    direction: str = ""
    to: str | None = None
    subject: str | None = None
    text: str | None = None
    html: str | None = None
    at: datetime | None = None
    step_id: str | None = None
    status: str | None = None
    send_at: datetime | None = None
    error: str | None = None

    @property
    def sender(self) -> str:
        """The address in the API's `from` field."""
        return _from_field(self)


class Thread(Entity):
    """A whole conversation, oldest message first."""

    lead: ReplyLead | None = None
    messages: Many[Message] = []
