"""Calls to a server that keeps failing: people are told at once, work waits, and few attempts look."""

import asyncio
from collections.abc import Callable

import pytest

from imail_tui.api.client import ImailClient
from imail_tui.api.errors import ApiError, ServerError, Unreachable
from imail_tui.api.flights import Flight
from imail_tui.api.wire import Answer, Failure, Fault, Request, Result
from imail_tui.domain.budget import Priority
from imail_tui.domain.host_health import OPENS_AFTER, PAUSE, Health
from imail_tui.model.record import Json
from imail_tui.model.secret import Secret
from imail_tui.services.budget import BudgetLimiter
from imail_tui.services.host_health import WatchedHost
from imail_tui.services.shared_state import OwnState
from tests.fakes.sending import answer, refusal
from tests.fakes.virtual_time import run_virtually

LEAD: Json = {"id": "led_1", "email": "ada@example.com"}
BROKEN = refusal(500, "oops")
AWAY = Failure(Fault.NOT_SENT)


class Weather:
    """A sender whose server fails until the time `clear_at`."""

    def __init__(self, clear_at: float, trouble: Result) -> None:
        self.clear_at = clear_at
        self.trouble = trouble
        self.sent: list[float] = []

    def start(
        self, request: Request, priority: Priority, seconds: float, done: Callable[[Result], None]
    ) -> Flight:
        self.sent.append(now())
        task = asyncio.create_task(self._answer())
        task.add_done_callback(lambda ended: done(ended.result()))
        return task

    def drop(self, flight: Flight) -> bool:
        return False

    async def close(self) -> None:
        return

    async def _answer(self) -> Result:
        await asyncio.sleep(0.02)
        good: Answer = answer(200, LEAD)
        return self.trouble if now() < self.clear_at else good


def now() -> float:
    return asyncio.get_running_loop().time()


def client_of(weather: Weather, health: Health | None = None) -> ImailClient:
    return ImailClient(
        Secret("imk_test_01"),
        "http://server/v1",
        limiter=BudgetLimiter(clock=now, chance=lambda: 0.0),
        health=WatchedHost(OwnState(health or Health()), now),
        transport=weather,
        clock=now,
    )


async def fails(client: ImailClient) -> tuple[ApiError, float]:
    """One call that fails, and the seconds until it does."""
    begun = now()
    with pytest.raises(ApiError) as failed:
        await client.leads.get("led_1")
    return failed.value, now() - begun


@pytest.mark.parametrize(("trouble", "kind"), [(BROKEN, ServerError), (AWAY, Unreachable)])
def test_a_person_is_told_at_once_and_nothing_is_sent(trouble: Result, kind: type[ApiError]) -> None:
    weather = Weather(3600, trouble)

    async def main() -> None:
        client = client_of(weather)
        await fails(client)
        await fails(client)
        sent = len(weather.sent)
        assert sent == OPENS_AFTER
        error, seconds = await fails(client)
        assert type(error) is kind
        assert error.retryable
        assert not error.in_doubt
        assert (seconds, len(weather.sent)) == (0.0, sent)

    run_virtually(main())


@pytest.mark.parametrize("priority", [Priority.JOB, Priority.BACKGROUND])
def test_work_waits_out_a_storm(priority: Priority) -> None:
    weather = Weather(40, BROKEN)

    async def main() -> float:
        await client_of(weather).at(priority).leads.get("led_1")
        return now()

    done = run_virtually(main())
    assert done - weather.clear_at < 5
    assert len(weather.sent) <= OPENS_AFTER + 40 / PAUSE + 1


def test_many_callers_send_no_more_than_one() -> None:
    weather = Weather(40, BROKEN)

    async def main() -> float:
        client = client_of(weather).at(Priority.JOB)
        await asyncio.gather(*(client.leads.get(f"led_{number}") for number in range(50)))
        return now()

    done = run_virtually(main())
    assert done <= 45
    storm = [at for at in weather.sent if at < 40]
    # The first fifty were on their way before anything was known.
    assert len(storm) <= 50 + 40 / PAUSE + 1


def test_retries_stop_when_the_quota_is_used_up() -> None:
    weather = Weather(3600, BROKEN)

    async def main() -> None:
        await fails(client_of(weather, Health(quota=5.0)))

    run_virtually(main())
    assert len(weather.sent) == 2


def test_a_job_gives_up_in_the_end() -> None:
    weather = Weather(36_000, AWAY)

    async def main() -> tuple[ApiError, float]:
        return await fails(client_of(weather).at(Priority.JOB))

    error, seconds = run_virtually(main())
    assert type(error) is Unreachable
    assert 60 < seconds <= 600
