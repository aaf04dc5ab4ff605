"""The seam to the request budget: the API layer asks, services decide."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from imail_tui.domain.budget import Priority
from imail_tui.domain.rate_headers import RateHeaders
from imail_tui.model.status import Budget


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to send one attempt, already charged. `number` grows by one with every ticket."""

    number: int
    priority: Priority


class Ending(StrEnum):
    """How an attempt left the budget."""

    ANSWERED = "answered"
    NOT_SENT = "not_sent"
    """The server never saw it: the token comes back."""
    LOST = "lost"
    """Sent, no answer: the server may still charge it later."""


class NoBudget(Exception):
    """No token can be had before the deadline. `pause`: seconds left of what the server asked to wait."""

    def __init__(self, pause: float = 0.0) -> None:
        super().__init__()
        self.pause = pause


class Limiter(Protocol):
    """Hands out tickets. Times are seconds of the limiter's own monotonic clock."""

    async def acquire(self, priority: Priority, deadline: float) -> Ticket:
        """Wait for a token until the absolute time `deadline` (infinity: as long as it takes).

        Raises `NoBudget`.
        """
        ...

    def observe(self, ticket: Ticket, headers: RateHeaders) -> None:
        """Take in what the answer to the ticket's attempt said (not for a 429); `finished` follows."""
        ...

    def throttled(self, ticket: Ticket, wait: float) -> None:
        """The answer to the ticket's attempt was a 429: nobody sends for `wait` seconds."""
        ...

    def finished(self, ticket: Ticket, ending: Ending) -> None:
        """The ticket's attempt is over. Called exactly once for every ticket, last."""
        ...

    def snapshot(self) -> Budget:
        """The budget as believed now."""
        ...
