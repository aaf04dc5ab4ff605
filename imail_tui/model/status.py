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
    alone: bool = False
    """True: the budget could not be shared with the other processes of this machine."""

    @property
    def tenths(self) -> int | None:
        """Fill in ten steps, 0–10; None when unknown."""
        if self.left is None or not self.burst:
            return None
        return max(0, min(10, round(10 * self.left / self.burst)))


@dataclass(frozen=True, slots=True)
class BudgetDetail:
    """Everything about the request budget at one moment; seconds, tokens and tokens per second.

    `waiting` counts requests that wait for a token: a person's, jobs', background's, over all processes of
    this machine (`processes` of them share the budget, this one included). `under_way`: sent and not yet
    answered. `outside`: what other machines seem to spend. `paused`: left of a cool-down or a circuit break.
    `last_429`: seconds since the server last said no, None = never seen. `place`: the shared file, "" when
    the budget is this process's own; `why_alone` then says why.
    """

    left: float | None
    burst: float
    refill: float
    waiting: tuple[int, int, int] = (0, 0, 0)
    under_way: int = 0
    processes: int = 1
    outside: float = 0.0
    paused: float = 0.0
    last_429: float | None = None
    place: str = ""
    why_alone: str = ""


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
    alerts: int = 0
    """Alerts nobody has acknowledged."""
    imports: str = ""
    """Imports under way, in a word or two."""
    data_age: float | None = None
    """Seconds since the shown data was fetched, None before the first fetch."""
