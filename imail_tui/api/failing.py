"""From an attempt without an answer to a typed error."""

import math

from imail_tui.api import remedies
from imail_tui.api.errors import (
    ApiError,
    BadResponse,
    DeadlineExceeded,
    Interrupted,
    RateLimited,
    ServerError,
    Unauthorized,
    Unreachable,
)
from imail_tui.api.wire import Failure, Fault, first
from imail_tui.model.problem import Problem

_UNREACHABLE = {
    Fault.NOT_SENT: ("The server cannot be reached.", remedies.OFFLINE, "offline"),
    Fault.CERTIFICATE: ("The connection is not safe.", remedies.CERTIFICATE, "certificate"),
    Fault.CLOSED: ("The connection was closed.", remedies.TRY_AGAIN, "closed"),
    Fault.UNUSABLE: ("The server's address cannot be used.", remedies.ADDRESS, "bad_address"),
}
_UNREADABLE = {
    Fault.TOO_BIG: "The server's answer is too large to be true.",
    Fault.UNDECODABLE: "The server's answer is packed in a way that cannot be read.",
}


def error_of_failure(failure: Failure) -> ApiError:
    """The error for an attempt that got no complete answer."""
    request_id = first(failure.headers, "x-request-id")
    if failure.fault is Fault.KEY:
        what = "The API key holds characters that no key has."
        return Unauthorized(Problem(what, remedies.NEW_KEY, code="malformed_key"))
    if failure.fault in _UNREACHABLE:
        what, remedy, code = _UNREACHABLE[failure.fault]
        return Unreachable(Problem(what, remedy, code=code), retryable=failure.fault is Fault.NOT_SENT)
    if failure.fault in _UNREADABLE:
        what, remedy, code = _UNREADABLE[failure.fault], remedies.BAD_RESPONSE, "bad_response"
        return BadResponse(Problem(what, remedy, code=code, status=failure.status, request_id=request_id))
    if failure.fault is Fault.DROPPED:
        return out_of_time()
    if failure.fault is Fault.LEFT:
        what = "The connection was closed before the answer was complete."
        return Interrupted(Problem(what, remedies.TRY_AGAIN, code="closed", request_id=request_id))
    what = "The connection broke before the answer was complete."
    if failure.fault is Fault.TIMED_OUT:
        what = "The server did not answer in time."
    problem = Problem(
        what, remedies.TRY_AGAIN, code="interrupted", status=failure.status, request_id=request_id
    )
    return Interrupted(problem, retryable=True)


def host_is_failing(*, silent: bool) -> ApiError:
    """The error while a failing server is not asked: nothing was sent."""
    if silent:
        problem = Problem("The server cannot be reached.", remedies.OFFLINE, code="offline")
        return Unreachable(problem, retryable=True)
    what = "The server keeps failing, so it is left alone for a moment."
    return ServerError(Problem(what, remedies.LOOKING, code="host_failing"), retryable=True)


def no_budget(pause: float) -> ApiError:
    """The error for a call whose time ran out before it got a token; `pause` as in `NoBudget`."""
    what = "No request was free in time; nothing was sent."
    if pause > 0:
        what = f"The server asked to wait: nothing is sent for {math.ceil(pause)} s."
    return RateLimited(Problem(what, remedies.BUSY, code="rate_limited"), retryable=True)


def out_of_time(request_id: str | None = None) -> DeadlineExceeded:
    """The error for a call whose total time ran out."""
    what = "The server took too long."
    problem = Problem(what, remedies.TRY_AGAIN, code="deadline_exceeded", request_id=request_id)
    return DeadlineExceeded(problem, retryable=True)
