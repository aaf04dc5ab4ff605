"""Answers to replies: being written, waiting for their time, sent or not."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from imail_tui.model.problem import Problem


class OutboxState(StrEnum):
    """Where an answer stands. It never goes back to SENDING but under a key of its own."""

    SENDING = "sending"
    """On its way to the server, as far as is known."""
    IN_DOUBT = "in_doubt"
    """The server may have it or not; found out before anything else is done."""
    SCHEDULED = "scheduled"
    """The server holds the countdown; it can be cancelled."""
    SENT = "sent"
    CANCELLED = "cancelled"
    FAILED = "failed"
    """The server does not have it, or could not send it: it can be sent again."""


OPEN = frozenset({OutboxState.SENDING, OutboxState.IN_DOUBT, OutboxState.SCHEDULED, OutboxState.FAILED})
"""States in which a person may have something to do."""


@dataclass(frozen=True, slots=True)
class ReplyDraft:
    """An answer that is being written. `inbox_id` sends it; None: the one that the reply came to.

    `saved_at` in epoch seconds, 0 = not yet.
    """

    reply_id: str
    text: str
    inbox_id: str | None = None
    saved_at: float = 0.0


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """An answer that was sent off. Times are world time.

    `key` is its Idempotency-Key, `body` the request as it left or will leave, byte for byte. `account` names
    the API key it was sent with. `send_at`: when the server sends it, None while that is not known.
    """

    id: str
    key: str
    reply_id: str
    conversation_id: str
    to: str
    inbox_id: str | None
    text: str
    body: bytes
    state: OutboxState
    begun_at: datetime
    account: str = ""
    send_at: datetime | None = None
    message_id: str | None = None
    problem: Problem | None = None

    @property
    def is_open(self) -> bool:
        """Whether a person may have something to do about it."""
        return self.state in OPEN

    def left(self, now: datetime) -> float | None:
        """Seconds until it is sent, None when it waits for nothing or for nobody knows how long."""
        if self.state is not OutboxState.SCHEDULED or self.send_at is None:
            return None
        return max(0.0, (self.send_at - now).total_seconds())
