"""The budget that processes share: one bucket for all of them, and alone when that cannot be."""

import asyncio
import math
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from imail_tui.api.limiter import Ending, NoBudget
from imail_tui.domain.budget import Priority
from imail_tui.domain.rate_headers import RateHeaders
from imail_tui.model.secret import Secret
from imail_tui.services.budget import BudgetLimiter
from imail_tui.services.shared_budget import NEW_ERA_PAUSE, open_limiter
from imail_tui.store.paths import HOME_VARIABLE, Paths
from tests.patience import PATIENCE

KEY = Secret("imk_test_01HZ8KSHAREDBUDGET")
URL = "http://server.test/v1"

Opener = Callable[..., BudgetLimiter]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.find({HOME_VARIABLE: str(tmp_path)})


@pytest.fixture
def open_budget(paths: Paths) -> Iterator[Opener]:
    opened: list[BudgetLimiter] = []

    def open_budget(secret: Secret = KEY, url: str = URL) -> BudgetLimiter:
        opened.append(open_limiter(paths, secret, url, chance=lambda: 0.0))
        return opened[-1]

    yield open_budget
    for limiter in opened:
        limiter.close()


async def send(budget: BudgetLimiter, remaining: int) -> None:
    """One request that is answered at once."""
    ticket = await budget.acquire(Priority.INTERACTIVE, math.inf)
    budget.observe(ticket, RateHeaders(remaining=remaining))
    budget.finished(ticket, Ending.ANSWERED)


async def test_what_one_spends_the_other_lacks(open_budget: Opener) -> None:
    one, other = open_budget(), open_budget()
    await send(one, 239)
    assert (one.snapshot().left, other.snapshot().left) == (239, 239)
    await send(other, 238)
    assert one.snapshot().left == 238


async def test_another_key_or_server_has_its_own_budget(open_budget: Opener) -> None:
    one = open_budget()
    await send(one, 100)
    assert open_budget(Secret("imk_test_01HZ8KANOTHER")).snapshot().left is None
    assert open_budget(KEY, "http://elsewhere.test/v1").snapshot().left is None
    assert open_budget(KEY, URL + "/").snapshot().left == 100


async def test_requests_under_way_elsewhere_keep_the_level_down(open_budget: Opener) -> None:
    one, other = open_budget(), open_budget()
    await send(one, 50)
    held = [await one.acquire(Priority.JOB, math.inf) for _ in range(5)]
    # The answer may be older than five charges of the other client.
    await send(other, 200)
    assert other.snapshot().left == 195
    for ticket in held:
        one.finished(ticket, Ending.ANSWERED)


async def test_a_429_stops_all_of_them(open_budget: Opener) -> None:
    one, other = open_budget(), open_budget()
    await send(one, 50)
    ticket = await one.acquire(Priority.JOB, math.inf)
    one.throttled(ticket, 30)
    one.finished(ticket, Ending.ANSWERED)
    detail = other.detail()
    assert 29 < detail.paused <= 30
    assert detail.last_429 is not None
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await other.acquire(Priority.JOB, math.inf)


async def test_the_detail_counts_everybody(open_budget: Opener) -> None:
    one, other = open_budget(), open_budget()
    ticket = await one.acquire(Priority.INTERACTIVE, math.inf)
    waits = [asyncio.create_task(other.acquire(Priority.BACKGROUND, math.inf)) for _ in range(2)]
    await asyncio.sleep(0)
    detail = one.detail()
    assert (detail.processes, detail.under_way, detail.waiting) == (2, 1, (0, 0, 2))
    assert detail.place.endswith(".sqlite3")
    one.observe(ticket, RateHeaders(remaining=200))
    one.finished(ticket, Ending.ANSWERED)
    for granted in await asyncio.gather(*waits):
        other.finished(granted, Ending.ANSWERED)
    other.close()
    assert one.detail().processes == 1


DYING = """
import asyncio, math, os, sys
from imail_tui.domain.budget import Priority
from imail_tui.store.paths import Paths
from tests.unit.services.test_shared_budget import KEY, URL
from imail_tui.services.shared_budget import open_limiter

async def main():
    budget = open_limiter(Paths.find(os.environ), KEY, URL)
    await budget.acquire(Priority.JOB, math.inf)
    print("sent", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_a_killed_process_does_not_stop_the_others(open_budget: Opener, tmp_path: Path) -> None:
    """It was the one that probed an unknown bucket."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DYING, stdout=subprocess.PIPE, env={HOME_VARIABLE: str(tmp_path)}
    )
    assert child.stdout is not None
    assert await child.stdout.readline() == b"sent\n"
    budget = open_budget()
    waits = asyncio.create_task(budget.acquire(Priority.INTERACTIVE, math.inf))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await asyncio.shield(waits)
    child.kill()
    await child.wait()
    async with asyncio.timeout(PATIENCE):
        ticket = await waits
    budget.observe(ticket, RateHeaders(remaining=90))
    # The dead one's request may be charged still.
    assert budget.detail().under_way == 1
    budget.finished(ticket, Ending.ANSWERED)
    assert budget.snapshot().left == 89


async def test_a_deleted_file_is_rebuilt_with_what_is_under_way(open_budget: Opener, paths: Paths) -> None:
    one, other = open_budget(), open_budget()
    await send(one, 100)
    held = [await other.acquire(Priority.JOB, math.inf) for _ in range(3)]
    paths.budget_file.unlink()
    begun = one.clock()
    waits = asyncio.create_task(one.acquire(Priority.INTERACTIVE, math.inf))
    # The other's first look brings its three requests in, before anybody probes.
    more = asyncio.create_task(other.acquire(Priority.INTERACTIVE, math.inf))
    for ticket in held:
        other.finished(ticket, Ending.LOST)
    done, _ = await asyncio.wait({waits, more}, return_when=asyncio.FIRST_COMPLETED)
    assert one.clock() - begun >= NEW_ERA_PAUSE * 0.9
    (first,) = done
    probing = one if first is waits else other
    probing.observe(first.result(), RateHeaders(remaining=60))
    probing.finished(first.result(), Ending.ANSWERED)
    # The three lost ones may come off still, and the one that waited takes its own.
    second = await (more if first is waits else waits)
    assert one.snapshot().left == 60 - 3 - 1
    (other if first is waits else one).finished(second, Ending.ANSWERED)


async def test_without_a_place_to_share_it_goes_on_alone_and_says_so(
    open_budget: Opener, paths: Paths
) -> None:
    paths.runtime.parent.mkdir(parents=True, exist_ok=True)
    paths.runtime.write_text("in the way")
    budget = open_budget()
    await send(budget, 239)
    assert budget.snapshot().alone
    assert budget.snapshot().left == 59
    detail = budget.detail()
    assert detail.place == ""
    assert "cannot be shared" in detail.why_alone


async def test_a_file_that_stays_locked_is_given_up(open_budget: Opener, paths: Paths) -> None:
    """As when a process is stopped (ctrl+z) in the middle of a change."""
    one = open_budget()
    await send(one, 200)
    holder = sqlite3.connect(paths.budget_file, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    async with asyncio.timeout(PATIENCE):
        ticket = await one.acquire(Priority.INTERACTIVE, math.inf)
    assert "locked" in one.detail().why_alone
    one.finished(ticket, Ending.ANSWERED)
    holder.close()


async def test_the_file_knows_no_key(open_budget: Opener, paths: Paths) -> None:
    await send(open_budget(), 200)
    assert KEY.reveal().encode() not in paths.budget_file.read_bytes()


async def test_who_closes_leaves_nothing_under_way(open_budget: Opener) -> None:
    one, other = open_budget(), open_budget()
    await send(one, 100)
    ticket = await other.acquire(Priority.JOB, math.inf)
    other.close()
    other.finished(ticket, Ending.ANSWERED)
    detail = one.detail()
    assert (detail.processes, detail.under_way) == (1, 0)


async def test_who_cannot_wait_is_told_how_long_the_server_asked_for(open_budget: Opener) -> None:
    one, other = open_budget(), open_budget()
    ticket = await one.acquire(Priority.JOB, math.inf)
    one.throttled(ticket, 30)
    one.finished(ticket, Ending.ANSWERED)
    with pytest.raises(NoBudget) as told:
        await other.acquire(Priority.INTERACTIVE, other.clock() + 5)
    assert 29 < told.value.pause <= 30
