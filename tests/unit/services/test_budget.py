"""The limiter of one process, on a virtual clock."""

import asyncio
import math

import pytest

from imail_tui.api.limiter import Ending, Limiter, NoBudget, Ticket
from imail_tui.domain.budget import Priority, State
from imail_tui.domain.rate_headers import RateHeaders
from imail_tui.model.status import Budget
from imail_tui.services.budget import BudgetLimiter
from imail_tui.services.shared_state import OwnState
from tests.fakes.virtual_time import run_virtually

INTERACTIVE, JOB, BACKGROUND = Priority.INTERACTIVE, Priority.JOB, Priority.BACKGROUND


def clock() -> float:
    return asyncio.get_running_loop().time()


def limiter(level: float | None, *, rate: float = 1.0, burst: float = 100.0) -> BudgetLimiter:
    state = State(rate=rate, burst=burst, level=level, at=clock())
    return BudgetLimiter(OwnState(state), clock=clock, chance=lambda: 0.0)


async def take(budget: Limiter, priority: Priority = INTERACTIVE, within: float = math.inf) -> Ticket:
    return await budget.acquire(priority, clock() + min(within, 1e6))


def test_it_waits_until_the_bucket_has_refilled() -> None:
    async def main() -> float:
        budget = limiter(3.5)
        for _ in range(5):
            budget.finished(await take(budget), Ending.ANSWERED)
        return clock()

    assert run_virtually(main()) == pytest.approx(3.0, abs=0.01)


def test_a_deadline_ends_the_wait_and_frees_the_place() -> None:
    async def main() -> tuple[float, float]:
        budget = limiter(1.5)
        with pytest.raises(NoBudget):
            await take(budget, within=0.5)
        gave_up = clock()
        await take(budget)
        return gave_up, clock()

    gave_up, served = run_virtually(main())
    assert gave_up == pytest.approx(0.5, abs=0.01)
    assert served == pytest.approx(1.0, abs=0.01)


def test_a_cool_down_past_the_deadline_is_told_at_once() -> None:
    async def main() -> float:
        budget = limiter(50)
        ticket = await take(budget)
        budget.throttled(ticket, 30)
        budget.finished(ticket, Ending.ANSWERED)
        with pytest.raises(NoBudget):
            await take(budget, within=10)
        assert clock() == 0
        await take(budget, within=40)
        return clock()

    assert run_virtually(main()) == pytest.approx(30, abs=0.01)


def test_a_cancelled_wait_costs_nothing() -> None:
    async def main() -> Budget:
        budget = limiter(1.5)
        waits = [asyncio.create_task(take(budget)) for _ in range(50)]
        await asyncio.sleep(0.1)
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
        await asyncio.sleep(10)
        return budget.snapshot()

    assert run_virtually(main()) == Budget(left=11, burst=100)


def test_a_ticket_granted_while_its_waiter_is_cancelled_goes_back() -> None:
    async def main() -> Budget:
        budget = limiter(None)
        probe = await take(budget)
        wait = asyncio.create_task(take(budget))
        await asyncio.sleep(0)
        budget.observe(probe, RateHeaders(remaining=40))
        budget.finished(probe, Ending.ANSWERED)
        wait.cancel()
        await asyncio.gather(wait, return_exceptions=True)
        return budget.snapshot()

    assert run_virtually(main()) == Budget(left=40, burst=100)


def test_the_plan_wakes_those_who_wait() -> None:
    async def main() -> float:
        budget = limiter(0, rate=0.001)
        wait = asyncio.create_task(take(budget))
        await asyncio.sleep(1)
        budget.configure(requests_per_minute=600, burst=50)
        budget.configure(requests_per_minute=0, burst=50)
        budget.configure(requests_per_minute=math.nan, burst=math.nan)
        await wait
        return clock()

    assert run_virtually(main()) == pytest.approx(1.25, abs=0.01)


def test_the_snapshot_is_unknown_until_an_answer_told() -> None:
    async def main() -> list[Budget]:
        budget = limiter(None)
        before = budget.snapshot()
        ticket = await take(budget)
        budget.observe(ticket, RateHeaders(remaining=99))
        budget.finished(ticket, Ending.ANSWERED)
        return [before, budget.snapshot()]

    assert run_virtually(main()) == [Budget(None, 100), Budget(99, 100)]
