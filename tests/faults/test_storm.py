"""A server that fails for a while: it is left in peace, people are told at once, and work goes on after."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from imail_tui.api import retry
from imail_tui.api.client import ImailClient
from imail_tui.api.errors import ApiError
from imail_tui.domain.budget import Priority
from imail_tui.model.secret import Secret
from imail_tui.services.host_health import WatchedHost, open_host
from imail_tui.services.shared_budget import open_limiter
from imail_tui.store.paths import Paths
from tests.fakes.raw_server import Reply, raw_server, says, says_then_resets
from tests.patience import PATIENCE

REAL_PAUSE = retry.FIRST_PAUSE
KEY = Secret("imk_test_01")
GOOD = says(200, b'{"id":"led_1","data":[]}')
STORMS = {
    "5xx": says(503, b'{"error":{"code":"overloaded","message":"Too much."},"request_id":"req_1"}'),
    "resets": says_then_resets(b""),
}
OFTEN = 3
DEARER = 1.2
"""The requests of a storm by those that calm weather allows the callers, at most."""


@pytest.fixture(autouse=True)
def _real_pauses(_short_pauses: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "FIRST_PAUSE", REAL_PAUSE)


@dataclass(frozen=True)
class Pace:
    """Seconds: how long the storm lasts at least, and the pauses of a job, of polling and of a person."""

    storm: float
    job: float
    polling: float
    person: float

    def calm(self, seconds: float) -> float:
        """The most requests that the callers make when each call is one request."""
        return sum(seconds / pause + 1 for pause in (self.job, self.polling, self.person))


@dataclass
class Caller:
    """One who asks again and again; `told` has the requests of each call that began when the server was known
    to fail."""

    call: Callable[[], Awaitable[object]]
    pause: float
    sent: Callable[[], int]
    told: list[int] = field(default_factory=list)
    failed: int = 0
    succeeded: asyncio.Event = field(default_factory=asyncio.Event)
    told_often: asyncio.Event = field(default_factory=asyncio.Event)

    async def keep_calling(self, health: WatchedHost) -> None:
        """Until cancelled."""
        while True:
            before, known = self.sent(), health.failing
            try:
                await self.call()
            except ApiError:
                self.failed += 1
            else:
                self.succeeded.set()
            if known:
                self.told.append(self.sent() - before)
                if len(self.told) == OFTEN:
                    self.told_often.set()
            await asyncio.sleep(self.pause)


async def _weather(tmp_path: Path, storm: Reply, pace: Pace) -> None:
    weather = [GOOD]
    async with raw_server(lambda line: weather[0](line)) as server:
        paths = Paths(*(tmp_path / name for name in ("config", "data", "state", "run")))
        limiter, health = open_limiter(paths, KEY, server.url), open_host(paths, server.url)
        limiter.configure(600_000, 10_000)
        client = ImailClient(KEY, server.url, limiter=limiter, health=health, clock=limiter.clock)
        work, look = client.at(Priority.JOB), client.at(Priority.BACKGROUND)
        requests = server.requests
        job = Caller(lambda: work.leads.create({"email": "ada@example.com"}), pace.job, lambda: len(requests))
        polling = Caller(lambda: look.events.list().page(), pace.polling, lambda: len(requests))
        person = Caller(
            lambda: client.leads.get("led_1"),
            pace.person,
            lambda: sum("/leads/led_1" in request.target for request in requests),
        )
        callers = (job, polling, person)
        tasks = [asyncio.create_task(caller.keep_calling(health)) for caller in callers]
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(caller.succeeded.wait() for caller in callers))
        began, before = time.monotonic(), len(requests)
        weather[0] = storm
        await asyncio.sleep(pace.storm)
        async with asyncio.timeout(PATIENCE):
            await person.told_often.wait()
        stormy, calm = len(requests) - before, pace.calm(time.monotonic() - began)
        told = list(person.told)
        weather[0] = GOOD
        for caller in callers:
            caller.succeeded.clear()
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(caller.succeeded.wait() for caller in callers))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await client.close()
        limiter.close()
        health.close()
    assert stormy <= DEARER * calm
    # A person is told by the first answer, or without one.
    assert max(told) <= 1
    # Work that can wait is not told of a storm that passes.
    assert job.failed == 0


@pytest.mark.parametrize("name", STORMS)
async def test_a_short_storm(tmp_path: Path, name: str) -> None:
    await _weather(tmp_path, STORMS[name], Pace(storm=3, job=0.05, polling=0.5, person=0.3))


@pytest.mark.slow
@pytest.mark.timeout(200)
@pytest.mark.parametrize("name", STORMS)
async def test_a_storm_of_a_minute(tmp_path: Path, name: str) -> None:
    await _weather(tmp_path, STORMS[name], Pace(storm=60, job=0.25, polling=2.5, person=2.0))
