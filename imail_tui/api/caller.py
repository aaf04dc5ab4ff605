"""One call: deadline around retries around the circuit and a budget slot around an attempt.

The Idempotency-Key and the body are fixed in the `Request` before the first attempt, so every attempt
sends the same bytes under the same key. Every attempt takes its own token; identical reads under way at
the same time share one attempt.
"""

import asyncio
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

from imail_tui.api import remedies
from imail_tui.api.deadlines import Deadlines
from imail_tui.api.errors import ApiError, BadResponse, Interrupted, NotFound, RateLimited
from imail_tui.api.exchange import Exchange
from imail_tui.api.failing import error_of_failure, host_is_failing, no_budget, out_of_time
from imail_tui.api.flights import Flight, Flights, Sender
from imail_tui.api.health import HostHealth
from imail_tui.api.limiter import Ending, Limiter, NoBudget, Ticket
from imail_tui.api.outcomes import cool_down, ending_of, exchange_of, outcome_of
from imail_tui.api.reading import error_of
from imail_tui.api.retry import SAME_KEY_RUNNING, Decision, classify
from imail_tui.api.wire import Answer, Failure, Fault, Request, Result
from imail_tui.api.world_clock import WorldClock
from imail_tui.domain.budget import Priority
from imail_tui.domain.rate_headers import RateHeaders, read_rate_headers

V = TypeVar("V")
INTERACTIVE_TRIES = 3
PATIENT_TRIES = 5
"""Failed attempts before a call gives up: a person is told soon, a job waits out a short outage."""
_HOST_FAULTS = frozenset({Fault.NOT_SENT, Fault.CUT, Fault.TIMED_OUT})
"""Faults that say something about the server rather than about us."""
_SETTLING = frozenset({400, 404, 405, 409, 410, 413, 422})
"""Answers that tell what became of the request, earlier attempts included."""


@dataclass(slots=True)
class _Run:
    """One call on its way: what was tried and what is known."""

    request: Request
    priority: Priority
    deadline: float
    attempts: int = 0
    tries: int = 0
    doubt: bool = False
    doubtful_id: str | None = None
    """The request id of the latest attempt that left it in doubt, where the server told one."""
    last: ApiError | None = field(default=None, repr=False)


class RequestCaller:
    """Carries requests through. `clock` gives monotonic seconds, `chance` numbers in [0, 1)."""

    def __init__(
        self,
        sender: Sender,
        limiter: Limiter,
        health: HostHealth,
        deadlines: Deadlines,
        *,
        on_exchange: Callable[[Exchange], None] | None,
        clock: Callable[[], float],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._sender = sender
        self._limiter = limiter
        self._health = health
        self._deadlines = deadlines
        self._on_exchange = on_exchange
        self._clock = clock
        self._chance = chance
        self._flights = Flights(sender)
        self.world = WorldClock(clock)

    async def call(self, request: Request, priority: Priority, read: Callable[[Answer], V]) -> V:
        """The result `read` makes of the answer. Raises `ApiError`."""
        total = self._deadlines.total(priority, request.method)
        run = _Run(request, priority, self._clock() + total)
        while True:
            result = await self._attempt(run)
            try:
                return _judge(request, result, read)
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
        """One attempt under its own token, or an identical read that is under way already.

        A cancelled caller leaves an attempt that was sent running.
        """
        own = False
        flight = self._flights.shared(run.request)
        if flight is None:
            await self._admission(run)
            ticket = None if run.request.public else await self._ticket(run)
            flight = self._flights.shared(run.request)
            if flight is None:
                flight, own = self._send(run, ticket), True
            elif ticket is not None:
                self._limiter.finished(ticket, Ending.NOT_SENT)
        run.tries += 1
        # An attempt of our own keeps our deadline and knows best how it ended; another's may be longer.
        patience = None if own else max(0.0, run.deadline - self._clock())
        return await self._flights.landing(run.request, flight, patience)

    def _send(self, run: _Run, ticket: Ticket | None) -> Flight:
        left = run.deadline - self._clock()
        if left <= 0:
            if ticket is not None:
                self._limiter.finished(ticket, Ending.NOT_SENT)
            raise run.last or _settled(out_of_time(), run)
        run.attempts += 1
        attempt = run.attempts
        return self._flights.start(
            run.request, run.priority, left, lambda result: self._ended(run, attempt, ticket, result)
        )

    async def _admission(self, run: _Run) -> None:
        """Park until the server is asked again. A person is told at once."""
        while (admission := self._health.admit()).wait > 0:
            back = self._clock() + admission.wait
            if run.priority is Priority.INTERACTIVE or back >= run.deadline:
                raise run.last or _settled(host_is_failing(silent=admission.silent), run)
            await asyncio.sleep(admission.wait)

    async def _ticket(self, run: _Run) -> Ticket:
        asked = self._clock()
        # A job waits for its budget as long as it takes; what it then does has its usual time.
        parks = run.priority is Priority.JOB
        try:
            ticket = await self._limiter.acquire(run.priority, math.inf if parks else run.deadline)
        except NoBudget as error:
            pause = error.pause
        else:
            run.deadline += self._clock() - asked if parks else 0.0
            return ticket
        if isinstance(run.last, RateLimited):
            raise run.last
        raise _settled(no_budget(pause), run)

    def _ended(self, run: _Run, attempt: int, ticket: Ticket | None, result: Result) -> None:
        """Settle an attempt with the budget, the clock and the log, whether or not anybody still waits."""
        if run.request.method != "GET":
            # What was read before this write must not answer a question asked after it.
            self._flights.forget_reads()
        told = RateHeaders()
        self._judge_host(result)
        if isinstance(result, Answer):
            self.world.observe(result)
            told = read_rate_headers(result.headers, datetime.now(UTC))
        if ticket is not None:
            if result.status == 429:
                self._limiter.throttled(ticket, cool_down(told))
            elif isinstance(result, Answer):
                self._limiter.observe(ticket, told)
            self._limiter.finished(ticket, ending_of(result))
        if self._on_exchange is not None:
            self._on_exchange(exchange_of(run.request, run.priority, attempt, result, told.remaining))

    def _judge_host(self, result: Result) -> None:
        if isinstance(result, Answer) and result.status < 500:
            self._health.succeeded()
        elif isinstance(result, Answer) or result.fault in _HOST_FAULTS:
            self._health.failed(silent=isinstance(result, Failure))

    async def _decide(self, run: _Run, result: Result, error: ApiError) -> None:
        """Pause before the next attempt, or raise the error for good."""
        outcome = outcome_of(result, error)
        decision = classify(run.request.repeat, outcome, run.tries, self._chance)
        if decision.applied and run.request.method != "GET":
            run.doubt, run.doubtful_id = True, error.problem.request_id or run.doubtful_id
        if isinstance(result, Failure) and result.fault is Fault.TIMED_OUT and self._clock() >= run.deadline:
            error = out_of_time(error.problem.request_id)
        run.last = _settled(error, run)
        if not decision.counts or self._rides_out(run):
            run.tries -= 1
        if not decision.again or self._given_up(run, decision):
            raise run.last
        if decision.counts and not self._health.may_retry(after_timeout=_timed_out(result)):
            raise run.last
        # The circuit keeps looks at a failing server apart; only the server may ask for more.
        looked = self._rides_out(run) and outcome.retry_after is None
        await asyncio.sleep(0.0 if looked else decision.pause)

    def _rides_out(self, run: _Run) -> bool:
        """Whether the attempt was a look at a failing server: who can wait does, until the deadline."""
        return run.priority is not Priority.INTERACTIVE and self._health.failing

    def _given_up(self, run: _Run, decision: Decision) -> bool:
        tries = INTERACTIVE_TRIES if run.priority is Priority.INTERACTIVE else PATIENT_TRIES
        return run.tries >= tries or self._clock() + decision.pause >= run.deadline


def _timed_out(result: Result) -> bool:
    return isinstance(result, Failure) and result.fault is Fault.TIMED_OUT


def _judge(request: Request, result: Result, read: Callable[[Answer], V]) -> V:
    if isinstance(result, Failure):
        raise error_of_failure(result)
    if 200 <= result.status < 300 or (result.status == 304 and request.conditional):
        return read(result)
    raise error_of(result)


def _settled(error: ApiError, run: _Run) -> ApiError:
    """The error with what earlier attempts leave open, and the remedy that goes with it."""
    settles = error.problem.status in _SETTLING and error.problem.code != SAME_KEY_RUNNING
    # Of an answer that is not whole the status alone tells too little: 409 has several meanings.
    error.in_doubt = run.doubt and (not settles or isinstance(error, (BadResponse, Interrupted)))
    if error.in_doubt:
        asked = error.problem.request_id or run.doubtful_id
        error.problem = replace(error.problem, remedy=remedies.LOOK_FIRST, request_id=asked)
    return error
