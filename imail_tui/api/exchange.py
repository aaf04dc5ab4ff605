"""The redacted record of one attempt: what a request log may keep."""

from dataclasses import dataclass

from imail_tui.domain.budget import Priority
from imail_tui.domain.deprecation import Deprecation


@dataclass(frozen=True, slots=True)
class Exchange:
    """One attempt. `path` has no query (it may hold addresses); `status` None = no answer (`fault` says why).

    `ms` from the first byte to the last, `tokens_left` as the response said, `attempt` counts from 1.
    `deprecation`: what the server says about the end of the operation.
    """

    method: str
    path: str
    status: int | None
    fault: str
    ms: float
    tokens_left: int | None
    request_id: str | None
    attempt: int
    priority: Priority
    deprecation: Deprecation | None = None
