"""Servers that restart, lose headers or have another time: nobody notices, and nothing costs a 429."""

import asyncio
import random
import re
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate

import pytest

from imail_tui.api.client import ImailClient
from imail_tui.api.exchange import Exchange as Attempt
from imail_tui.domain.budget import Priority
from imail_tui.model.secret import Secret
from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import ThreadSandbox, sandbox_in_thread
from imail_tui.services.budget import BudgetLimiter
from tests.fakes.line_faults import hangs_up, loses_headers
from tests.fakes.moments import START
from tests.fakes.tcp_proxy import Exchange, Fault, passes, tcp_proxy
from tests.faults.calls import Ground, sandbox_ground
from tests.faults.conftest import Connect
from tests.patience import PATIENCE

RATE, BURST = 2_400, 40
"""Tokens a minute, and tokens: a bucket that the calls of a test empty at once and wait for then."""
CALLS = 80
HOUR = 3600.0


@pytest.fixture
def ground() -> Iterator[Ground]:
    with sandbox_ground() as ground:
        yield ground


@pytest.fixture
def sandbox() -> Iterator[ThreadSandbox]:
    with sandbox_in_thread(
        SandboxOptions(start=START, seed=3, frozen=True, per_minute=RATE, burst=BURST)
    ) as sandbox:
        yield sandbox


async def test_a_read_survives_a_restart_of_the_server(connect: Connect, ground: Ground) -> None:
    async with tcp_proxy(ground.url) as proxy:
        client = connect(proxy.url, key=ground.api_key)
        first = await client.workspace.get()
        # The server comes back at the same place while the client still holds its old connection.
        await proxy.refuse()
        await proxy.listen()
        assert await client.workspace.get() == first
        assert proxy.exchanges == 2
        # It goes in the very moment of the next question.
        proxy.upcoming.append(hangs_up(reset=True))
        assert await client.workspace.get() == first
        assert proxy.exchanges == 4
        # And in the middle of many.
        in_the_middle = asyncio.Event()

        async def tells(exchange: Exchange) -> None:
            in_the_middle.set()
            await passes(exchange)

        proxy.upcoming.extend([passes, passes, passes, tells])
        background = client.at(Priority.BACKGROUND)
        pages = asyncio.gather(*(background.leads.list(q=f"w{number}").page() for number in range(20)))
        await in_the_middle.wait()
        await proxy.hang_up()
        assert len(await pages) == 20
        assert 24 < proxy.exchanges <= 4 + 2 * 20


def wrong_time(chance: random.Random) -> Fault:
    """Answers dated up to an hour off, another hour every time, with Reset as a time of that clock."""

    async def fault(exchange: Exchange) -> None:
        now = time.time() + chance.uniform(-HOUR, HOUR)
        head, end, body = (await exchange.answer()).partition(b"\r\n\r\n")
        text = re.sub(r"(?mi)^date: .*$", f"date: {formatdate(now, usegmt=True)}", head.decode())
        reset = re.search(r"(?mi)^x-ratelimit-reset: (\d+)\s*$", text)
        assert reset is not None
        text = text.replace(reset.group(), f"x-ratelimit-reset: {now + int(reset.group(1)):.0f}")
        await exchange.send(text.encode() + end + body)

    return fault


def half_lost(chance: random.Random) -> Fault:
    """Every other answer has neither budget headers nor a date nor a request id."""
    loses = loses_headers("x-ratelimit", "date", "x-request-id")

    async def fault(exchange: Exchange) -> None:
        await (loses if chance.random() < 0.5 else passes)(exchange)

    return fault


@pytest.mark.parametrize("make", [wrong_time, half_lost])
async def test_the_budget_is_kept_whatever_the_headers_say(
    sandbox: ThreadSandbox, make: Callable[[random.Random], Fault]
) -> None:
    attempts: list[Attempt] = []
    async with tcp_proxy(sandbox.url) as proxy:
        proxy.otherwise = make(random.Random(1))
        key, limiter = Secret(sandbox.api_key), BudgetLimiter()
        limiter.configure(RATE, BURST)
        client = ImailClient(key, proxy.url, limiter=limiter, on_exchange=attempts.append)
        job = client.at(Priority.JOB)
        # One who believed an hour that a header tells would wait that long.
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as calls:
            for number in range(CALLS):
                calls.create_task(job.leads.list(q=f"w{number}").page())
        await client.close()
    assert [attempt.status for attempt in attempts] == [200] * CALLS
