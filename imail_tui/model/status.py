"""What the status line shows, and how fresh it is."""

from dataclasses import dataclass
from enum import StrEnum

from imail_tui.model.problem import Problem


class Link(StrEnum):
    """State of the line to the server."""

    UNKNOWN = "unknown"
    ONLINE = "online"
    OFFLINE = "offline"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class Budget:
    """The request budget as the client believes it: whole tokens left of the burst."""

    left: int | None = None
    burst: int | None = None

    @property
    def tenths(self) -> int | None:
        """Fill in ten steps, 0–10; None when unknown."""
        if self.left is None or not self.burst:
            return None
        return max(0, min(10, round(10 * self.left / self.burst)))


@dataclass(frozen=True, slots=True)
class Status:
    """One picture of the session for the status line."""

    workspace: str = ""
    tier: str | None = None
    mode: str = "test"
    link: Link = Link.UNKNOWN
    problem: Problem | None = None
    budget: Budget = Budget()
    unread: int | None = None
    disconnected: int | None = None
    data_age: float | None = None
    """Seconds since the shown data was fetched, None before the first fetch."""
