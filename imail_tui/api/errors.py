"""What a call to the API can fail with. Imports neither the HTTP library nor the interface.

Every error carries a `Problem` to show. `str(error)` holds status, code and request id only: the server's
words may quote the request, and tracebacks are copied into bug reports.
"""

from imail_tui.model.problem import Problem
from imail_tui.model.record import Json


class ApiError(Exception):
    """A call that did not give its result.

    `retryable`: the same call may succeed later. `in_doubt`: the server may have carried it out although
    no answer says so. `details` is the server's `error.details` (existing_id, allowed, current, …), `doc`
    its page about the error.
    """

    def __init__(
        self,
        problem: Problem,
        *,
        retryable: bool = False,
        in_doubt: bool = False,
        details: Json | None = None,
        doc: str = "",
    ) -> None:
        super().__init__()
        self.problem = problem
        self.retryable = retryable
        self.in_doubt = in_doubt
        self.details: Json = details or {}
        self.doc = doc

    def __str__(self) -> str:
        status = "" if self.problem.status is None else str(self.problem.status)
        parts = (status, self.problem.code, self.problem.request_id or "")
        return " ".join(_plain(part) for part in parts if part)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class BadRequest(ApiError):
    """400: a value the server refuses; `problem.where` names the field."""


class Unauthorized(ApiError):
    """401: the key is missing, wrong or was rotated."""


class Forbidden(ApiError):
    """403: the key is good, the workspace's tier does not include this."""


class NotFound(ApiError):
    """404: it does not exist, or belongs to another workspace."""


class NotOffered(NotFound):
    """The server's own OpenAPI document does not list the operation. Nothing was sent."""


class Conflict(ApiError):
    """409: it collides with what is there; `details` may name it."""


class Gone(ApiError):
    """410: it existed and is no longer kept, such as an expired event id."""


class Stale(ApiError):
    """412: the object moved since it was read; `details["current"]` is the server's state."""


class TooLarge(ApiError):
    """413: the request body is larger than the server takes."""


class RateLimited(ApiError):
    """The wait for request budget would have passed the call's deadline. Nothing was carried out."""


class ServerError(ApiError):
    """5xx: the server's own fault; its request id is what support asks for."""


class BadResponse(ApiError):
    """An answer that cannot be read: a proxy's page, cut JSON, a missing field.

    `excerpt` holds its first 200 characters as they came; make them safe before showing.
    """

    def __init__(
        self,
        problem: Problem,
        *,
        excerpt: str = "",
        retryable: bool = False,
        in_doubt: bool = False,
    ) -> None:
        super().__init__(problem, retryable=retryable, in_doubt=in_doubt)
        self.excerpt = excerpt


class Unreachable(ApiError):
    """No connection: nothing was sent."""


class Interrupted(ApiError):
    """The request was sent, and no complete answer came back."""


class DeadlineExceeded(ApiError):
    """The call's total time ran out."""


class CursorLoop(ApiError):
    """The server gave a cursor it had given before; the listing would never end."""


def _plain(text: str) -> str:
    return "".join(char if char.isascii() and char.isprintable() else "?" for char in text[:80])
