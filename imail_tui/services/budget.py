"""The request budget: who may send when, over the pure bucket of `domain.budget`, wherever that is kept."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from math import floor

from imail_tui.api.limiter import Ending, NoBudget, Ticket
from imail_tui.domain import budget, turns
from imail_tui.domain.budget import Priority, State
from imail_tui.domain.rate_headers import RateHeaders
from imail_tui.domain.turns import Ask, Grant, Wait
from imail_tui.model.status import Budget, BudgetDetail
from imail_tui.services.shared_state import KeptState, OwnState, StateBusy
from imail_tui.store.shared_rows import boot_seconds

COOL_DOWN_JITTER = 0.3
"""Part of a cool-down added at random, so that several clients do not come back at once."""
SHORTEST_NAP = 0.001
LONGEST_NAP = 0.25
"""Seconds between two looks at a waiting queue, however near or far its turn is: others change the state."""
BUSY_NAP = 0.005
UNKNOWN_NAP = 0.05
"""Seconds until the next look when what is waited for is an answer, perhaps of another process."""
ATTEND_EVERY = 10.0
"""Seconds between two notes that somebody is there."""
LEAVING_TRIES = 20
"""Looks at a busy state before a client goes without taking leave; each waits some milliseconds."""
ROLL_CALL = 1.0
"""Seconds between two looks whether the processes that share the budget still run."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiter:
    ask: Ask
    turn: "asyncio.Future[Ticket]"


@dataclass(frozen=True, slots=True)
class _Step:
    """A transition that waits to be applied; `ticket` 0 = it is about no request."""

    ticket: int
    apply: Callable[[State, int], State]
    ends: bool = False


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one change of the state gave: the numbers of our requests in it, grants, and how long to wait."""

    era: str
    numbers: dict[int, int]
    grants: list[int]
    wait: Wait | None


class BudgetLimiter:
    """The `api.limiter.Limiter`. Lives on one event loop.

    `clock` gives seconds that pass like the event loop's, the same in all processes that share the state;
    `chance` numbers in [0, 1); `owner` names this client among them, and `runs` tells whether one still runs.
    """

    def __init__(
        self,
        kept: KeptState[State] | None = None,
        *,
        owner: str = "",
        clock: Callable[[], float] = boot_seconds,
        chance: Callable[[], float] = random.random,
        runs: Callable[[str], bool] = lambda _: True,
    ) -> None:
        """Without a `kept` state the budget is this client's own."""
        self.clock = clock
        self._kept = kept or OwnState(State())
        self._owner = owner
        self._chance = chance
        self._runs = runs
        self._tickets = 0
        self._era = ""
        self._numbers: dict[int, int] = {}
        self._steps: list[_Step] = []
        self._waiting: list[_Waiter] = []
        self._nap: asyncio.TimerHandle | None = None
        self._called_roll = -ROLL_CALL
        self._attended = -ATTEND_EVERY
        self._closed = False

    async def acquire(self, priority: Priority, deadline: float) -> Ticket:
        """Wait for a token until the absolute time `deadline`. Raises `NoBudget`.

        A cancelled wait costs nothing.
        """
        now = self.clock()
        if max(now, self._kept.look().closed_until) >= deadline:
            raise NoBudget(self._pause())
        waiter = _Waiter(Ask(priority, now), asyncio.get_running_loop().create_future())
        self._waiting.append(waiter)
        self._serve()
        try:
            async with asyncio.timeout(None if deadline == float("inf") else deadline - now):
                return await waiter.turn
        except TimeoutError:
            self._abandon(waiter)
            raise NoBudget(self._pause()) from None
        except asyncio.CancelledError:
            self._abandon(waiter)
            raise

    def observe(self, ticket: Ticket, headers: RateHeaders) -> None:
        """Take in what the answer to the ticket's attempt said; `finished` must follow at once."""
        now = self.clock()
        self._steps.append(_Step(ticket.number, lambda state, n: budget.observe(state, n, headers, now)))

    def throttled(self, ticket: Ticket, wait: float) -> None:
        """The answer to the ticket's attempt was a 429: nobody sends for `wait` seconds and a little more.

        `finished` must follow at once.
        """
        now = self.clock()
        wait *= 1 + COOL_DOWN_JITTER * self._chance()
        self._steps.append(_Step(ticket.number, lambda state, n: budget.throttle(state, n, wait, now)))

    def finished(self, ticket: Ticket, ending: Ending) -> None:
        """The ticket's attempt is over."""
        now = self.clock()
        end = {Ending.ANSWERED: budget.finish, Ending.LOST: budget.lose, Ending.NOT_SENT: budget.refund}[
            ending
        ]
        self._settle(_Step(ticket.number, lambda state, n: end(state, n, now), ends=True))

    def configure(self, requests_per_minute: float, burst: float) -> None:
        """The workspace told its limits. Values that make no sense are ignored."""
        if requests_per_minute > 0 and burst >= 1:
            now, rate = self.clock(), requests_per_minute / 60
            self._settle(_Step(0, lambda state, _: budget.configure(state, rate, burst, now)))

    def attend(self) -> None:
        """A person did something: until a while after, a few tokens are kept for what they ask next."""
        now = self.clock()
        if now - self._attended > ATTEND_EVERY:
            self._attended = now
            self._settle(_Step(0, lambda state, _: budget.attend(state, now)))

    def turn_away(self, priority: Priority) -> None:
        """Who waits for a token in a class waits no more: `NoBudget`."""
        for waiter in [each for each in self._waiting if each.ask.priority is priority]:
            if not waiter.turn.done():
                waiter.turn.set_exception(NoBudget(self._pause()))
        self._serve()

    def snapshot(self) -> Budget:
        """Whole tokens left and the burst; `left` None until an answer told."""
        state = self._kept.look()
        level = budget.level_at(state, self.clock())
        left = None if level is None else max(0, floor(level))
        return Budget(left=left, burst=floor(state.burst), alone=self._kept.trouble is not None)

    def detail(self) -> BudgetDetail:
        """Everything about the budget now, over all processes that share it."""
        state, now, trouble = self._kept.look(), self.clock(), self._kept.trouble
        others = [party for party in state.parties if party.owner != self._owner and self._runs(party.owner)]
        waiting = [party.waiting for party in others if now - party.seen < turns.PARTY_FOR] + [self._queue()]
        return BudgetDetail(
            left=budget.level_at(state, now),
            burst=state.burst,
            refill=state.rate,
            waiting=(sum(w[0] for w in waiting), sum(w[1] for w in waiting), sum(w[2] for w in waiting)),
            under_way=sum(1 for one in state.sent if one.done is None),
            processes=1 + len(others),
            outside=budget.outside_rate(state, now) if budget.others_spend(state, now) else 0.0,
            paused=max(0.0, state.closed_until - now),
            last_429=None if state.throttled_at is None else max(0.0, now - state.throttled_at),
            place=self._kept.place,
            why_alone="" if trouble is None else trouble.sentence(),
        )

    def close(self) -> None:
        """Leave the budget to the others. Closing twice does no harm."""
        if self._closed:
            return
        self._closed = True
        self._stop_napping()
        for _ in range(LEAVING_TRIES):
            with suppress(StateBusy):
                self._kept.change(self._left)
                break
        self._kept.close()

    def _left(self, state: State) -> tuple[State, None]:
        """The state without this client: nobody is left who hears how its requests end."""
        return turns.leave(budget.bury(state, self._owner, self.clock()), self._owner), None

    def _settle(self, step: _Step) -> None:
        self._steps.append(step)
        self._serve()

    def _serve(self) -> None:
        """Apply what happened and hand out what can be handed out, then sleep until more can."""
        self._stop_napping()
        if self._closed:
            return
        # A cancelled waiter leaves in its own time; nothing is granted to it.
        self._waiting = [waiter for waiter in self._waiting if not waiter.turn.done()]
        if not self._waiting and not self._steps:
            return
        now = self.clock()
        asks = [waiter.ask for waiter in self._waiting]
        steps = tuple(self._steps)
        try:
            turn = self._kept.change(partial(self._take_turn, steps, asks, self._missing(now), now))
        except StateBusy:
            self._sleep(BUSY_NAP)
            return
        self._era, self._numbers = turn.era, turn.numbers
        del self._steps[: len(steps)]
        for index in turn.grants:
            waiter = self._waiting.pop(index)
            self._tickets += 1
            waiter.turn.set_result(Ticket(self._tickets, waiter.ask.priority))
        if turn.wait is not None:
            seconds = turn.wait.seconds
            self._sleep(UNKNOWN_NAP if seconds is None else seconds)

    def _take_turn(
        self, steps: tuple[_Step, ...], asks: list[Ask], missing: list[str], now: float, state: State
    ) -> tuple[State, _Turn]:
        """Everything that happened since the last turn, and as many grants as there are tokens."""
        numbers = dict(self._numbers)
        if state.era != self._era:
            # The state was lost and begun anew: what we have under way must count in it.
            for ticket in numbers:
                state = budget.charge(state, self._owner, now)
                numbers[ticket] = state.issued
        for step in steps:
            number = numbers.get(step.ticket, 0)
            state = step.apply(state, number)
            if step.ends:
                numbers.pop(step.ticket, None)
        for owner in missing:
            state = budget.bury(state, owner, now)
        return self._grant(state, numbers, list(asks), now)

    def _grant(
        self, state: State, numbers: dict[int, int], asks: list[Ask], now: float
    ) -> tuple[State, _Turn]:
        grants: list[int] = []
        ticket, wait = self._tickets, None
        while asks and wait is None:
            state, result = turns.take(state, asks, now, self._owner)
            if isinstance(result, Grant):
                del asks[result.index]
                grants.append(result.index)
                ticket += 1
                numbers[ticket] = result.number
            else:
                wait = result
        state = turns.join(state, self._owner, _count(asks), now)
        return state, _Turn(state.era, numbers, grants, wait)

    def _missing(self, now: float) -> list[str]:
        """Processes that share the budget and are gone."""
        if now - self._called_roll < ROLL_CALL:
            return []
        self._called_roll = now
        state = self._kept.look()
        owners = {one.owner for one in state.sent if one.done is None} | {p.owner for p in state.parties}
        return [owner for owner in owners if owner != self._owner and not self._runs(owner)]

    def _pause(self) -> float:
        """Seconds left of a cool-down."""
        return max(0.0, self._kept.look().closed_until - self.clock())

    def _queue(self) -> tuple[int, int, int]:
        return _count([waiter.ask for waiter in self._waiting if not waiter.turn.done()])

    def _sleep(self, seconds: float) -> None:
        nap = min(max(seconds, SHORTEST_NAP), LONGEST_NAP)
        self._nap = asyncio.get_running_loop().call_later(nap, self._serve)

    def _stop_napping(self) -> None:
        if self._nap is not None:
            self._nap.cancel()
            self._nap = None

    def _abandon(self, waiter: _Waiter) -> None:
        """Nobody waits any more; a ticket granted in the same moment goes back."""
        if waiter in self._waiting:
            self._waiting.remove(waiter)
            self._serve()
        elif waiter.turn.done() and not waiter.turn.cancelled() and waiter.turn.exception() is None:
            self.finished(waiter.turn.result(), Ending.NOT_SENT)


def _count(asks: list[Ask]) -> tuple[int, int, int]:
    counts = [0, 0, 0]
    for ask in asks:
        counts[ask.priority] += 1
    return counts[0], counts[1], counts[2]
