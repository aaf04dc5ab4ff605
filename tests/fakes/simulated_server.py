"""A server's token bucket at the end of a slow line, and clients that ask it, all on a virtual clock.

What the limiter is tuned and judged with: an hour passes in about a second, the same seed gives the same
hour.
"""

import asyncio
import math
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from imail_tui.api.limiter import Ending, Limiter, NoBudget
from imail_tui.domain.budget import Priority
from imail_tui.domain.rate_headers import RateHeaders
from imail_tui.services.budget import BudgetLimiter

FOREVER = 1e9


def virtual_now() -> float:
    """Seconds on the clock of the running loop."""
    return asyncio.get_running_loop().time()


def virtual_limiter(seed: int, per_minute: float, burst: float) -> BudgetLimiter:
    """A limiter with a bucket of its own that knows its plan: one more machine."""
    limiter = BudgetLimiter(clock=virtual_now, chance=random.Random(f"{seed}/limiter").random)
    limiter.configure(per_minute, burst)
    return limiter


@dataclass(frozen=True, slots=True)
class Line:
    """What happens between client and server: one-way seconds, and the part of the answers that get lost."""

    shortest: float = 0.005
    longest: float = 0.04
    lost: float = 0.0


class SimulatedServer:
    """A bucket of `burst` tokens and `rate` tokens/s that tells what is left, as the real one does."""

    def __init__(
        self, *, rate: float, burst: float, seed: int, line: Line | None = None, level: float | None = None
    ) -> None:
        self.rate, self.burst = rate, burst
        self.level = burst if level is None else level
        self.line = line or Line()
        self.accepted: list[float] = []
        self.refused: list[float] = []
        self.first: float | None = None
        self._chance = random.Random(f"{seed}/line")
        self._at = virtual_now()

    def charge(self) -> RateHeaders:
        """A request arrives now. `retry_after` is set when it is refused, and it then cost nothing."""
        now = virtual_now()
        self.level = min(self.burst, self.level + self.rate * (now - self._at))
        self._at = now
        if self.first is None:
            self.first = now
        if self.level < 1:
            self.refused.append(now)
            return RateHeaders(remaining=0, retry_after=max(1.0, math.ceil((1 - self.level) / self.rate)))
        self.level -= 1
        self.accepted.append(now)
        return RateHeaders(remaining=math.floor(self.level))

    async def travel(self) -> None:
        """One way along the line."""
        await asyncio.sleep(self._chance.uniform(self.line.shortest, self.line.longest))

    def loses(self) -> bool:
        """Whether this answer gets lost."""
        return self._chance.random() < self.line.lost

    def efficiency(self) -> float:
        """The least time in which the accepted requests fit, by the time they took, from a full bucket."""
        assert self.first is not None
        return (len(self.accepted) - self.burst) / self.rate / (self.accepted[-1] - self.first)

    def refused_share(self) -> float:
        """The part of all requests that was answered with 429."""
        return len(self.refused) / (len(self.refused) + len(self.accepted))


@dataclass
class Served:
    """What clients of one kind met: seconds waited for each token, and calls without one in time."""

    waits: list[float] = field(default_factory=list)
    given_up: int = 0

    def wait(self, part: float) -> float:
        """The wait that this part of the calls did not exceed: 0.5 = median, 1 = longest."""
        ordered = sorted(self.waits)
        return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


async def ask(
    server: SimulatedServer, limiter: Limiter, priority: Priority, served: Served, within: float = FOREVER
) -> None:
    """One call: attempts, each under its own ticket, until one is accepted or `within` seconds are over."""
    deadline = virtual_now() + within
    while True:
        asked = virtual_now()
        try:
            ticket = await limiter.acquire(priority, deadline)
        except NoBudget:
            served.given_up += 1
            return
        waited = virtual_now() - asked
        await server.travel()
        told = server.charge()
        await server.travel()
        if server.loses():
            limiter.finished(ticket, Ending.LOST)
            continue
        if told.retry_after is None:
            limiter.observe(ticket, told)
        else:
            limiter.throttled(ticket, told.retry_after)
        limiter.finished(ticket, Ending.ANSWERED)
        if told.retry_after is None:
            served.waits.append(waited)
            return


async def keep_asking(waiters: int, call: Callable[[], Awaitable[None]]) -> None:
    """So many callers at once that each begin anew as soon as they are served; until cancelled."""

    async def caller() -> None:
        while True:
            await call()

    await asyncio.gather(*(caller() for _ in range(waiters)))


async def ask_at_random(per_second: float, seed: int, call: Callable[[], Awaitable[None]]) -> None:
    """Calls that come by chance, so many a second on average, whether or not others were served."""
    chance = random.Random(f"{seed}/arrivals")
    async with asyncio.TaskGroup() as calls:
        while True:
            await asyncio.sleep(chance.expovariate(per_second))
            calls.create_task(_finished(call()))


async def share_out(total: int, waiters: int, call: Callable[[], Awaitable[None]]) -> None:
    """`total` calls by so many callers at once."""
    left = iter(range(total))

    async def caller() -> None:
        for _ in left:
            await call()

    await asyncio.gather(*(caller() for _ in range(waiters)))


async def for_seconds(seconds: float, *activities: Awaitable[None]) -> None:
    """Let the activities run for so long, then end them all. Raises what one of them raised."""
    tasks = [asyncio.ensure_future(activity) for activity in activities]
    await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    for task in tasks:
        task.cancel()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended


async def _finished(call: Awaitable[None]) -> None:
    await call
