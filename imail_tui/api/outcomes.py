"""What the result of an attempt means for the retry table, the budget and the request log."""

from datetime import UTC, datetime

from imail_tui.api.errors import ApiError
from imail_tui.api.exchange import Exchange
from imail_tui.api.limiter import Ending
from imail_tui.api.reading import request_id_of
from imail_tui.api.retry import Outcome
from imail_tui.api.wire import SENT, Answer, Failure, Request, Result, first
from imail_tui.domain.budget import Priority
from imail_tui.domain.deprecation import read_deprecation
from imail_tui.domain.rate_headers import RateHeaders, read_rate_headers
from imail_tui.domain.redaction import without_addresses, without_keys

UNTOLD_WAIT = 1.0
LONGEST_UNTOLD_WAIT = 10.0
"""Seconds to hold back after a 429 that does not say how long."""


def outcome_of(result: Result, error: ApiError) -> Outcome:
    """What the retry table needs to know."""
    if isinstance(result, Failure):
        return Outcome(fault=result.fault)
    return Outcome(
        status=result.status,
        code=error.problem.code,
        retry_after=read_rate_headers(result.headers, datetime.now(UTC)).retry_after,
        replayed=(result.header("idempotency-replayed") or "").lower() == "true",
    )


def ending_of(result: Result) -> Ending:
    """What became of the attempt's token."""
    if isinstance(result, Answer):
        return Ending.ANSWERED
    return Ending.LOST if result.fault in SENT else Ending.NOT_SENT


def cool_down(told: RateHeaders) -> float:
    """Seconds to hold everybody back after a 429."""
    if told.retry_after is not None:
        return told.retry_after
    return min(UNTOLD_WAIT if told.reset is None else told.reset, LONGEST_UNTOLD_WAIT)


def exchange_of(
    request: Request, priority: Priority, attempt: int, result: Result, tokens_left: int | None
) -> Exchange:
    """The line of the request log."""
    if isinstance(result, Answer):
        fault, request_id = "", request_id_of(result)
    else:
        fault, request_id = result.fault.value, first(result.headers, "x-request-id")
    return Exchange(
        method=request.method,
        path=without_addresses(request.path),
        status=result.status,
        fault=fault,
        ms=result.seconds * 1000,
        tokens_left=tokens_left,
        request_id=None if request_id is None else without_keys(request_id),
        attempt=attempt,
        priority=priority,
        deprecation=read_deprecation(result.headers) if isinstance(result, Answer) else None,
    )
