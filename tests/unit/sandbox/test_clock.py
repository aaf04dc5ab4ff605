"""World time: instant, fast, frozen."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.sandbox.clock import WorldClock, from_ms, rfc3339, to_ms, utc_date


class Wall:
    """Wall time moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


START = dt.datetime(2026, 3, 29, 0, 59, 59, tzinfo=dt.UTC)


def test_a_plain_clock_is_the_wall() -> None:
    wall = Wall()
    clock = WorldClock(wall=wall)
    wall.seconds += 12.5
    assert clock.now_ms() == 1_000_012_500
    assert not clock.differs


def test_speed_multiplies_what_passed_since_the_start() -> None:
    wall = Wall()
    clock = WorldClock(start=START, speed=60, wall=wall)
    wall.seconds += 2
    assert clock.world_now() == START + dt.timedelta(minutes=2)
    assert clock.wall_seconds() == 1_000_002.0
    assert clock.differs


def test_a_frozen_clock_stands_still() -> None:
    wall = Wall()
    clock = WorldClock(start=START, frozen=True, wall=wall)
    wall.seconds += 86_400
    assert clock.world_now() == START


@pytest.mark.parametrize("speed", [0, -1, float("nan")])
def test_time_does_not_stop_or_turn_by_speed(speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        WorldClock(speed=speed)


@given(st.integers(min_value=0, max_value=4_000_000_000_000))
def test_milliseconds_and_text_are_the_same_instant(at: int) -> None:
    assert to_ms(from_ms(at)) == at
    assert to_ms(dt.datetime.fromisoformat(rfc3339(at))) == at
    assert rfc3339(at).startswith(utc_date(at))


def test_a_clock_moved_on_goes_on_from_there_and_never_back() -> None:
    wall = Wall()
    clock = WorldClock(start=START, speed=2, wall=wall)
    wall.seconds += 5
    clock.move_to(to_ms(START) + 60_000)
    clock.move_to(to_ms(START))
    assert clock.world_now() == START + dt.timedelta(seconds=60)
    wall.seconds += 5
    assert clock.world_now() == START + dt.timedelta(seconds=70)


def test_a_change_of_pace_begins_now() -> None:
    wall = Wall()
    clock = WorldClock(wall=wall)
    wall.seconds += 10
    clock.change_pace(speed=3)
    assert clock.differs
    wall.seconds += 10
    clock.change_pace(frozen=True)
    wall.seconds += 1_000
    assert clock.now_ms() == 1_000_040_000
    clock.change_pace(frozen=False)
    wall.seconds += 1
    assert (clock.speed, clock.now_ms()) == (3, 1_000_043_000)


def test_a_clock_begins_anew() -> None:
    wall = Wall()
    clock = WorldClock(start=START, frozen=True, wall=wall)
    clock.move_to(to_ms(START) + 5_000)
    clock.restart(to_ms(START), speed=1, frozen=True)
    assert clock.world_now() == START
    clock.restart(None, speed=1, frozen=False)
    assert (clock.now_ms(), clock.differs) == (1_000_000_000, False)
    with pytest.raises(ValueError, match="greater than 0"):
        clock.restart(None, speed=0, frozen=False)
    with pytest.raises(ValueError, match="greater than 0"):
        clock.change_pace(speed=-1)
