"""Callers that go away at any moment must not wear out the connections or the budget."""

import asyncio
import itertools
import random

import pytest

from imail_tui.api.client import ImailClient
from imail_tui.model.secret import Secret
from imail_tui.services.budget import BudgetLimiter
from tests.fakes.raw_server import Line, http, raw_server

LEAD = http(200, b'{"id":"led_1"}')


async def _soak(calls: int, seed: int, pace: float) -> None:
    # `pace`: the longest pause of a caller. What was sent is never cut off: calls that come faster than the
    # server answers would queue up behind those whose callers have left.
    chance = random.Random(seed)
    # Every call asks for another lead: identical reads would share one attempt.
    numbers = itertools.count()

    async def slow(line: Line) -> None:
        await asyncio.sleep(chance.random() * 0.003)
        await line.send(LEAD[:20])
        await asyncio.sleep(chance.random() * 0.003)
        await line.send(LEAD[20:])

    async with raw_server(slow) as server:
        limiter = BudgetLimiter()
        limiter.configure(6_000_000, 1_000_000)
        client = ImailClient(Secret("imk_test_01"), server.url, limiter=limiter)
        await client.leads.get("led_1")

        async def caller(share: int) -> int:
            cancelled = 0
            for _ in range(share):
                call = asyncio.create_task(client.leads.get(f"led_{next(numbers)}"))
                await asyncio.sleep(chance.random() * pace)
                call.cancel()
                try:
                    await call
                except asyncio.CancelledError:
                    cancelled += 1
            return cancelled

        cancelled = sum(await asyncio.gather(*(caller(calls // 8) for _ in range(8))))
        assert cancelled > calls * 0.1
        # Every connection of the pool must still be usable, all at the same time.
        leads = await asyncio.wait_for(
            asyncio.gather(*(client.leads.get(f"led_{next(numbers)}") for _ in range(64))), timeout=5
        )
        assert len(leads) == 64
        await client.close()


async def test_a_thousand_cancelled_calls_leave_the_pool_healthy() -> None:
    await _soak(1_000, seed=1, pace=0.015)


@pytest.mark.slow
async def test_ten_thousand_cancelled_calls_leave_the_pool_healthy() -> None:
    await _soak(10_000, seed=2, pace=0.05)
