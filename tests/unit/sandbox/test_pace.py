"""The same seed gives the same world, however fast its time runs and however it is cut."""

import hashlib
from functools import lru_cache

import pytest

from imail_tui.sandbox.worlds import Ledgers, WorldOptions, open_ledgers
from tests.unit.sandbox.worlds import MONDAY

HOURS = 8


class Wall:
    """Wall time that only tests move."""

    def __init__(self) -> None:
        self.seconds = 1_000_000_000.0

    def __call__(self) -> float:
        return self.seconds


def _opened(seed: int, speed: float) -> tuple[Ledgers, Wall]:
    wall = Wall()
    return open_ledgers(WorldOptions(start=MONDAY, seed=seed, speed=speed), wall), wall


def _log(ledgers: Ledgers) -> str:
    """A hash of the whole event log, the counts and where every lead stands."""
    digest = hashlib.sha256()
    with ledgers.test.read() as connection:
        for table in ("event ORDER BY seq", "daily ORDER BY 1, 2, 3, 4, 5", "enrollment ORDER BY 1, 2"):
            for row in connection.execute(f"SELECT * FROM {table}"):
                digest.update(repr(tuple(row)).encode())
    ledgers.close()
    return digest.hexdigest()


@lru_cache(maxsize=2)
def _fast(seed: int) -> str:
    ledgers, wall = _opened(seed, 3600)
    written = 0
    for _ in range(HOURS):
        wall.seconds += 1
        written += ledgers.test.catch_up()
    assert written > 500
    return _log(ledgers)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_log_and_another_one_does_not() -> None:
    first = _fast(7)
    assert _fast.__wrapped__(7) == first
    assert _fast(8) != first


def test_an_hour_a_second_gives_the_log_of_real_time() -> None:
    ledgers, wall = _opened(7, 1)
    for _ in range(HOURS * 3600 // 40):
        wall.seconds += 40
        ledgers.test.catch_up()
    assert _log(ledgers) == _fast(7)
