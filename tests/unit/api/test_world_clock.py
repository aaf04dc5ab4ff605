"""World time from answers, moved on by a monotonic clock."""

from datetime import UTC, datetime, timedelta

import pytest

from imail_tui.api.wire import Answer
from imail_tui.api.world_clock import WorldClock

WALL = datetime(2026, 1, 1, tzinfo=UTC)
DATE = "Wed, 20 May 2026 12:00:00 GMT"
NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)


class Ticking:
    """A clock set by hand, in seconds."""

    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


@pytest.fixture
def world(ticking: Ticking) -> WorldClock:
    return WorldClock(ticking, lambda: WALL)


def with_headers(*headers: tuple[str, str]) -> Answer:
    return Answer(200, headers, b"")


def test_before_the_first_answer_it_is_wall_time(world: WorldClock) -> None:
    world.observe(with_headers(("Date", "nonsense")))
    assert world.now() == WALL


def test_it_runs_on_from_the_last_answer(world: WorldClock, ticking: Ticking) -> None:
    world.observe(with_headers(("Date", DATE)))
    ticking.seconds += 90
    assert world.now() == NOON + timedelta(seconds=90)


def test_imail_now_goes_before_date_and_may_step_back(world: WorldClock) -> None:
    world.observe(with_headers(("Date", DATE)))
    world.observe(with_headers(("imail-now", "2025-03-01T08:00:00.5Z"), ("Date", DATE)))
    assert world.now() == datetime(2025, 3, 1, 8, 0, 0, 500_000, tzinfo=UTC)


def test_a_date_does_not_step_back_within_its_second(world: WorldClock, ticking: Ticking) -> None:
    world.observe(with_headers(("Date", DATE)))
    ticking.seconds += 0.9
    world.observe(with_headers(("Date", DATE)))
    assert world.now() == NOON + timedelta(seconds=0.9)
    ticking.seconds += 30
    world.observe(with_headers(("Date", DATE)))
    assert world.now() == NOON


def test_a_kept_answer_says_nothing_about_now(world: WorldClock) -> None:
    world.observe(with_headers(("Date", DATE), ("Age", "20")))
    assert world.now() == WALL
