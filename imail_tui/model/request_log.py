"""One line of the request log: what is kept of an attempt to ask the server."""

from datetime import datetime

from imail_tui.model.record import Entity


class RequestLine(Entity):
    """An attempt, redacted: no query, no address, no key. `id` is its place in the log as it was read.

    `at` is this machine's time, `status` None = no answer (`fault` says why), `ms` the whole attempt, `left`
    the tokens after it as the server said. `attempt` counts from 1 within its call. `priority` is
    interactive, job or background; `ledger` live or test. `result` is ok, retry (worked, but not at once) or
    error.
    """

    at: datetime | None = None
    method: str = ""
    path: str = ""
    status: int | None = None
    fault: str = ""
    ms: float | None = None
    left: int | None = None
    request_id: str | None = None
    attempt: int = 1
    priority: str = ""
    profile: str = ""
    workspace: str = ""
    ledger: str = ""
    result: str = ""
