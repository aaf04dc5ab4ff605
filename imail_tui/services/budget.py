"""The request budget of this process: who may send when, over the pure bucket of `domain.budget`."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import floor

from imail_tui.api.limiter import Ending, NoBudget, Ticket
from imail_tui.domain import budget
from imail_tui.domain.budget import Ask, Priority, State, Wait
from imail_tui.domain.rate_headers import RateHeaders
from imail_tui.model.status import Budget

COOL_DOWN_JITTER = 0.3
"""Part of a cool-down added at random, so that several clients do not come back at once."""
SHORTEST_NAP = 0.001
LONGEST_NAP = 3600.0
"""Seconds between two looks at a waiting queue, however near or far its turn is."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiter:
    ask: Ask
    turn: "asyncio.Future[Ticket]"


class BudgetLimiter:
    """The in-process `api.limiter.Limiter`. Lives on one event loop.

    `clock` gives monotonic seconds that pass like the event loop's; `chance` numbers in [0, 1).
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
        state: State | None = None,
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._state = state or State()
        self._waiting: list[_Waiter] = []
        self._nap: asyncio.TimerHandle | None = None

    async def acquire(self, priority: Priority, deadline: float) -> Ticket:
        """Wait for a token until the absolute time `deadline`. Raises `NoBudget`.

        A cancelled wait costs nothing.
        """
        now = self._clock()
        if max(now, self._state.closed_until) >= deadline:
            raise NoBudget
        waiter = _Waiter(Ask(priority, now), asyncio.get_running_loop().create_future())
        self._waiting.append(waiter)
        self._serve()
        try:
            async with asyncio.timeout(deadline - now):
                return await waiter.turn
        except TimeoutError:
            self._abandon(waiter)
            raise NoBudget from None
        except asyncio.CancelledError:
            self._abandon(waiter)
            raise

    def observe(self, ticket: Ticket, headers: RateHeaders) -> None:
        """Take in what the answer to the ticket's attempt said."""
        self._state = budget.observe(self._state, ticket.number, headers, self._clock())
        self._serve()

    def throttled(self, wait: float) -> None:
        """An answer was a 429: nobody sends for `wait` seconds and a little more."""
        wait *= 1 + COOL_DOWN_JITTER * self._chance()
        self._state = budget.throttle(self._state, wait, self._clock())

    def finished(self, ticket: Ticket, ending: Ending) -> None:
        """The ticket's attempt is over."""
        settle = {Ending.ANSWERED: budget.finish, Ending.LOST: budget.lose, Ending.NOT_SENT: budget.refund}
        self._state = settle[ending](self._state, ticket.number, self._clock())
        self._serve()

    def configure(self, requests_per_minute: float, burst: float) -> None:
        """The workspace told its limits. Values that make no sense are ignored."""
        if requests_per_minute > 0 and burst >= 1:
            self._state = budget.configure(self._state, requests_per_minute / 60, burst, self._clock())
            self._serve()

    def snapshot(self) -> Budget:
        """Whole tokens left and the burst; `left` None until an answer told."""
        level = budget.level_at(self._state, self._clock())
        left = None if level is None else max(0, floor(level))
        return Budget(left=left, burst=floor(self._state.burst))

    def _serve(self) -> None:
        """Hand out what can be handed out, then sleep until more can."""
        if self._nap is not None:
            self._nap.cancel()
            self._nap = None
        while True:
            # A cancelled waiter leaves in its own time; nothing is granted to it.
            self._waiting = [waiter for waiter in self._waiting if not waiter.turn.done()]
            if not self._waiting:
                return
            asks = [waiter.ask for waiter in self._waiting]
            self._state, result = budget.take(self._state, asks, self._clock())
            if isinstance(result, Wait):
                if result.seconds is not None:
                    loop = asyncio.get_running_loop()
                    self._nap = loop.call_later(
                        min(max(result.seconds, SHORTEST_NAP), LONGEST_NAP), self._serve
                    )
                return
            waiter = self._waiting.pop(result.index)
            waiter.turn.set_result(Ticket(result.number, waiter.ask.priority))

    def _abandon(self, waiter: _Waiter) -> None:
        """Nobody waits any more; a ticket granted in the same moment goes back."""
        if waiter in self._waiting:
            self._waiting.remove(waiter)
            self._serve()
        elif waiter.turn.done() and not waiter.turn.cancelled():
            self.finished(waiter.turn.result(), Ending.NOT_SENT)
