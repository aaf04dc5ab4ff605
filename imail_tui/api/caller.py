"""One call: deadline around retries around a budget slot around an attempt.

The Idempotency-Key and the body are fixed in the `Request` before the first attempt, so every attempt
sends the same bytes under the same key. Every attempt takes its own token.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from imail_tui.api import remedies
from imail_tui.api.deadlines import Deadlines
from imail_tui.api.errors import ApiError, BadResponse, NotFound, RateLimited
from imail_tui.api.exchange import Exchange
from imail_tui.api.failing import error_of_failure, out_of_time
from imail_tui.api.limiter import Ending, Limiter, NoBudget, Ticket
from imail_tui.api.reading import error_of, request_id_of
from imail_tui.api.retry import SAME_KEY_RUNNING, Decision, Outcome, classify
from imail_tui.api.wire import SENT, Answer, Failure, Fault, Request, first
from imail_tui.api.world_clock import WorldClock
from imail_tui.domain.budget import Priority
from imail_tui.domain.rate_headers import RateHeaders, read_rate_headers
from imail_tui.model.problem import Problem

V = TypeVar("V")
Result = Answer | Failure

INTERACTIVE_TRIES = 3
PATIENT_TRIES = 5
"""Failed attempts before a call gives up: a person is told soon, a job waits out a short outage."""
UNTOLD_WAIT = 1.0
LONGEST_UNTOLD_WAIT = 10.0
"""Seconds to hold back after a 429 that does not say how long."""
_SETTLING = frozenset({400, 404, 405, 409, 410, 413, 422})
"""Answers that tell what became of the request, earlier attempts included."""


class Sender(Protocol):
    """Sends attempts: the transport, or a script in a test."""

    def start(
        self, request: Request, seconds: float, done: Callable[[Result], None]
    ) -> "asyncio.Future[Result]":
        """Begin one attempt of at most `seconds`; `done` hears its end before any waiter."""
        ...

    async def close(self) -> None:
        """End everything under way."""
        ...


@dataclass(slots=True)
class _Run:
    """One call on its way: what was tried and what is known."""

    request: Request
    priority: Priority
    deadline: float
    attempts: int = 0
    tries: int = 0
    doubt: bool = False
    last: ApiError | None = field(default=None, repr=False)


class RequestCaller:
    """Carries requests through. `clock` gives monotonic seconds, `chance` numbers in [0, 1)."""

    def __init__(
        self,
        sender: Sender,
        limiter: Limiter,
        deadlines: Deadlines,
        *,
        on_exchange: Callable[[Exchange], None] | None,
        clock: Callable[[], float],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._sender = sender
        self._limiter = limiter
        self._deadlines = deadlines
        self._on_exchange = on_exchange
        self._clock = clock
        self._chance = chance
        self.world = WorldClock(clock)

    async def call(self, request: Request, priority: Priority, read: Callable[[Answer], V]) -> V:
        """The result `read` makes of the answer. Raises `ApiError`."""
        total = self._deadlines.total(priority, request.method)
        run = _Run(request, priority, self._clock() + total)
        while True:
            result = await self._attempt(run)
            try:
                return _judge(result, read)
            except ApiError as error:
                if isinstance(error, NotFound) and run.doubt and request.method == "DELETE":
                    # Our own earlier attempt deleted it; only its answer was lost.
                    assert isinstance(result, Answer)
                    return read(result)
                await self._decide(run, result, error)

    async def close(self) -> None:
        """End everything under way."""
        await self._sender.close()

    async def _attempt(self, run: _Run) -> Result:
        """One attempt under its own token. A cancelled caller leaves it running."""
        ticket = None if run.request.public else await self._ticket(run)
        left = run.deadline - self._clock()
        if left <= 0:
            if ticket is not None:
                self._limiter.finished(ticket, Ending.NOT_SENT)
            raise run.last or _settled(out_of_time(), run)
        run.attempts += 1
        run.tries += 1
        attempt = run.attempts
        task = self._sender.start(run.request, left, lambda result: self._ended(run, attempt, ticket, result))
        await asyncio.wait({task})
        return Failure(Fault.CLOSED) if task.cancelled() else task.result()

    async def _ticket(self, run: _Run) -> Ticket:
        try:
            return await self._limiter.acquire(run.priority, run.deadline)
        except NoBudget:
            pass
        if isinstance(run.last, RateLimited):
            raise run.last
        what = "The request budget is used up."
        raise _settled(RateLimited(Problem(what, remedies.BUSY, code="rate_limited"), retryable=True), run)

    def _ended(self, run: _Run, attempt: int, ticket: Ticket | None, result: Result) -> None:
        """Settle an attempt with the budget, the clock and the log, whether or not anybody still waits."""
        told = RateHeaders()
        if isinstance(result, Answer):
            self.world.observe(result)
            told = read_rate_headers(result.headers, datetime.now(UTC))
        if ticket is not None:
            if result.status == 429:
                self._limiter.throttled(_cool_down(told))
            elif isinstance(result, Answer):
                self._limiter.observe(ticket, told)
            self._limiter.finished(ticket, _ending(result))
        if self._on_exchange is not None:
            self._on_exchange(_exchange(run, attempt, result, told.remaining))

    async def _decide(self, run: _Run, result: Result, error: ApiError) -> None:
        """Pause before the next attempt, or raise the error for good."""
        decision = classify(run.request.repeat, _outcome(result, error), run.tries, self._chance)
        run.doubt = run.doubt or (decision.applied and run.request.method != "GET")
        if isinstance(result, Failure) and result.fault is Fault.TIMED_OUT and self._clock() >= run.deadline:
            error = out_of_time(error.problem.request_id)
        run.last = _settled(error, run)
        if not decision.counts:
            run.tries -= 1
        if not decision.again or self._given_up(run, decision):
            raise run.last
        await asyncio.sleep(decision.pause)

    def _given_up(self, run: _Run, decision: Decision) -> bool:
        tries = INTERACTIVE_TRIES if run.priority is Priority.INTERACTIVE else PATIENT_TRIES
        return run.tries >= tries or self._clock() + decision.pause >= run.deadline


def _judge(result: Result, read: Callable[[Answer], V]) -> V:
    if isinstance(result, Failure):
        raise error_of_failure(result)
    if 200 <= result.status < 300:
        return read(result)
    raise error_of(result)


def _settled(error: ApiError, run: _Run) -> ApiError:
    """The error with what earlier attempts leave open, and the remedy that goes with it."""
    settles = error.problem.status in _SETTLING and error.problem.code != SAME_KEY_RUNNING
    error.in_doubt = run.doubt and (not settles or isinstance(error, BadResponse))
    if error.in_doubt:
        error.problem = replace(error.problem, remedy=remedies.LOOK_FIRST)
    return error


def _outcome(result: Result, error: ApiError) -> Outcome:
    if isinstance(result, Failure):
        return Outcome(fault=result.fault)
    return Outcome(
        status=result.status,
        code=error.problem.code,
        retry_after=read_rate_headers(result.headers, datetime.now(UTC)).retry_after,
        replayed=(result.header("idempotency-replayed") or "").lower() == "true",
    )


def _ending(result: Result) -> Ending:
    if isinstance(result, Answer):
        return Ending.ANSWERED
    return Ending.LOST if result.fault in SENT else Ending.NOT_SENT


def _cool_down(told: RateHeaders) -> float:
    if told.retry_after is not None:
        return told.retry_after
    return min(UNTOLD_WAIT if told.reset is None else told.reset, LONGEST_UNTOLD_WAIT)


def _exchange(run: _Run, attempt: int, result: Result, tokens_left: int | None) -> Exchange:
    if isinstance(result, Answer):
        fault, request_id = "", request_id_of(result)
    else:
        fault, request_id = result.fault.value, first(result.headers, "x-request-id")
    return Exchange(
        method=run.request.method,
        # A suppression's path is an address.
        path="/".join("…" if "%40" in part else part for part in run.request.path.split("/")),
        status=result.status,
        fault=fault,
        ms=result.seconds * 1000,
        tokens_left=tokens_left,
        request_id=request_id,
        attempt=attempt,
        priority=run.priority,
    )
