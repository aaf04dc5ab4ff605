"""Callers that go away at any moment must not wear out the connections, the budget or the server."""

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable

import pytest

from imail_tui.api.client import ImailClient
from imail_tui.api.transport import CONNECTIONS
from imail_tui.model.record import Json
from imail_tui.model.secret import Secret
from imail_tui.services.budget import BudgetLimiter
from tests.fakes.raw_server import Line, http, raw_server, says
from tests.faults.conftest import Connect, roomy_limiter
from tests.patience import PATIENCE

LEAD = http(200, b'{"id":"led_1"}')
SERVED_IN = 0.03
"""Seconds per answer at most: 16 connections carry about 1,000 calls a second."""
CALLERS = 100
LEAVES_IN = 0.12
"""Seconds until a caller goes away, at most; half of them go at once: together 3,000 calls a second."""


def tasks_of(part: str) -> set[asyncio.Task[object]]:
    """Tasks that run a coroutine whose qualified name begins so."""
    tasks: set[asyncio.Task[object]] = asyncio.all_tasks()
    return {task for task in tasks if getattr(task.get_coro(), "__qualname__", "").startswith(part)}


async def settle(limiter: BudgetLimiter) -> None:
    """Let the attempts that were sent end; no token of theirs stays under way."""
    if attempts := tasks_of("Transport."):
        _, stuck = await asyncio.wait(attempts, timeout=PATIENCE)
        assert not stuck
    # One that has just ended tells so in the next turn of the loop.
    await asyncio.sleep(0)
    assert limiter.detail().under_way == 0


async def leave_at_random(client: ImailClient, calls: int, chance: random.Random) -> int:
    """Callers that begin at once again whenever they gave up; how many calls were cancelled."""
    # Reads of a few leads share attempts, those of the rest do not.
    numbers = itertools.count(100)

    async def caller(share: int) -> int:
        cancelled = 0
        for _ in range(share):
            number = chance.choice((chance.randrange(5), next(numbers)))
            body: Json = {"email": f"n{number}@target.example"}
            read = chance.random() < 0.7
            call = asyncio.ensure_future(
                client.leads.get(f"led_{number}") if read else client.leads.create(body)
            )
            await asyncio.sleep(chance.choice((0.0, chance.random() * LEAVES_IN)))
            call.cancel()
            cancelled += isinstance((await asyncio.gather(call, return_exceptions=True))[0], BaseException)
        return cancelled

    return sum(await asyncio.gather(*(caller(calls // CALLERS) for _ in range(CALLERS))))


async def _soak(calls: int, seed: int) -> None:
    chance = random.Random(seed)

    async def slow(line: Line) -> None:
        await asyncio.sleep(chance.random() * SERVED_IN / 2)
        await line.send(LEAD[:20])
        await asyncio.sleep(chance.random() * SERVED_IN / 2)
        await line.send(LEAD[20:])

    async with raw_server(slow) as server:
        limiter = BudgetLimiter()
        limiter.configure(60_000_000, 10_000_000)
        client = ImailClient(Secret("imk_test_01"), server.url, limiter=limiter)
        await client.leads.get("led_1")
        cancelled = await leave_at_random(client, calls, chance)
        assert cancelled > calls * 0.5
        sent = len(server.requests)

        # A new call stands behind none of those that were dropped.
        async with asyncio.timeout(PATIENCE):
            await client.leads.get("led_fresh")
        await settle(limiter)
        # What was dropped in the queue never reached the server, and nothing trickled in afterwards.
        assert len(server.requests) <= sent + CONNECTIONS + 1
        assert CONNECTIONS < sent < calls
        assert len(tasks_of("raw_server.<locals>.connected")) <= CONNECTIONS
        # Every connection of the pool is still usable, all at the same time.
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(client.leads.get(f"led_last{number}") for number in range(64)))
        await client.close()


async def test_five_hundred_cancelled_calls_leave_nothing_behind() -> None:
    await _soak(500, seed=1)


@pytest.mark.slow
async def test_ten_thousand_cancelled_calls_leave_nothing_behind() -> None:
    await _soak(10_000, seed=2)


async def _get(client: ImailClient) -> None:
    await client.leads.get("led_1")


async def _post(client: ImailClient) -> None:
    await client.leads.create({"email": "ada@example.com"})


async def _cancelled_at(step: int, call: Awaitable[None]) -> bool:
    """Cancel a call when the event loop has turned so often; False when it was done before."""
    task = asyncio.ensure_future(call)
    for _ in range(step):
        if task.done():
            await task
            return False
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return True


@pytest.mark.parametrize("call", [_get, _post])
async def test_a_call_cancelled_at_any_step_leaves_nothing_behind(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, call: Callable[[ImailClient], Awaitable[None]]
) -> None:
    monkeypatch.setattr("imail_tui.api.retry.FIRST_PAUSE", 0.0)
    # Every call is answered in its second attempt, so that the steps between the two are among them.
    ok, busy = says(200, b'{"id":"led_1"}'), says(503)
    async with raw_server(ok) as server:
        limiter = roomy_limiter()
        client = connect(server.url, limiter=limiter)
        await call(client)
        steps = 0
        server.replies = [busy, ok]
        while await _cancelled_at(steps, call(client)):
            await settle(limiter)
            server.replies = [busy, ok]
            steps += 1
        assert steps > 10
