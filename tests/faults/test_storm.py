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
from tests.fakes.raw_server import RawServer, Reply, raw_server, says, says_then_resets

REAL_PAUSE = retry.FIRST_PAUSE
KEY = Secret("imk_test_01")
GOOD = says(200, b'{"id":"led_1","data":[]}')
STORMS = {
    "5xx": says(503, b'{"error":{"code":"overloaded","message":"Too much."},"request_id":"req_1"}'),
    "resets": says_then_resets(b""),
}
CALM_PARTS = 2
"""Calm weather is watched for a part of the storm's time."""
DEARER = 1.2
"""The requests of a storm by those of calm weather, at most."""
FAST = 1.0
BACK_WITHIN = 5.0
"""Seconds in which a person is told while the server is left alone, and in which all is well again."""


@pytest.fixture(autouse=True)
def _real_pauses(_short_pauses: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "FIRST_PAUSE", REAL_PAUSE)


@dataclass(frozen=True)
class Pace:
    """Seconds: how long the storm lasts, and the pauses of a job, of polling and of a person."""

    storm: float
    job: float
    polling: float
    person: float


@dataclass
class Caller:
    """One who asks again and again; `told` has the seconds of each call that began when the server was known
    to fail."""

    call: Callable[[], Awaitable[object]]
    pause: float
    told: list[float] = field(default_factory=list)
    failed: int = 0
    succeeded: asyncio.Event = field(default_factory=asyncio.Event)

    async def keep_calling(self, health: WatchedHost) -> None:
        """Until cancelled."""
        while True:
            began, known = time.monotonic(), health.failing
            try:
                await self.call()
            except ApiError:
                self.failed += 1
            else:
                self.succeeded.set()
            if known:
                self.told.append(time.monotonic() - began)
            await asyncio.sleep(self.pause)


async def _weather(tmp_path: Path, storm: Reply, pace: Pace) -> None:
    weather = [GOOD]
    async with raw_server(lambda line: weather[0](line)) as server:
        paths = Paths(*(tmp_path / name for name in ("config", "data", "state", "run")))
        limiter, health = open_limiter(paths, KEY, server.url), open_host(paths, server.url)
        limiter.configure(600_000, 10_000)
        client = ImailClient(KEY, server.url, limiter=limiter, health=health, clock=limiter.clock)
        work, look = client.at(Priority.JOB), client.at(Priority.BACKGROUND)
        job = Caller(lambda: work.leads.create({"email": "ada@example.com"}), pace.job)
        polling = Caller(lambda: look.events.list().page(), pace.polling)
        person = Caller(lambda: client.leads.get("led_1"), pace.person)
        callers = (job, polling, person)
        tasks = [asyncio.create_task(caller.keep_calling(health)) for caller in callers]
        calm = CALM_PARTS * await _arrivals(server, pace.storm / CALM_PARTS)
        weather[0] = storm
        stormy = await _arrivals(server, pace.storm)
        told = list(person.told)
        weather[0] = GOOD
        for caller in callers:
            caller.succeeded.clear()
        async with asyncio.timeout(BACK_WITHIN):
            await asyncio.gather(*(caller.succeeded.wait() for caller in callers))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await client.close()
        limiter.close()
        health.close()
    assert stormy <= DEARER * calm
    assert len(told) > 2
    assert max(told) < FAST
    # Work that can wait is not told of a storm that passes.
    assert job.failed == 0


async def _arrivals(server: RawServer, seconds: float) -> int:
    before = len(server.requests)
    await asyncio.sleep(seconds)
    return len(server.requests) - before


@pytest.mark.parametrize("name", STORMS)
async def test_a_short_storm(tmp_path: Path, name: str) -> None:
    await _weather(tmp_path, STORMS[name], Pace(storm=3, job=0.05, polling=0.5, person=0.3))


@pytest.mark.slow
@pytest.mark.timeout(200)
@pytest.mark.parametrize("name", STORMS)
async def test_a_storm_of_a_minute(tmp_path: Path, name: str) -> None:
    await _weather(tmp_path, STORMS[name], Pace(storm=60, job=0.25, polling=2.5, person=2.0))
