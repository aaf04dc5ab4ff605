"""Two clocks: wall time, and the world time every resource, event and window is dated by."""

import datetime as dt
import time
from collections.abc import Callable
from typing import NamedTuple

UTC = dt.UTC
MILLISECOND = dt.timedelta(milliseconds=1)
HOUR = 3_600_000
DAY = 24 * HOUR
"""Milliseconds."""

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=UTC)


def to_ms(instant: dt.datetime) -> int:
    """Milliseconds since the Unix epoch, rounded down."""
    return (instant - _EPOCH) // MILLISECOND


def from_ms(milliseconds: int) -> dt.datetime:
    """The UTC instant of some milliseconds since the Unix epoch."""
    return _EPOCH + milliseconds * MILLISECOND


def utc_date(milliseconds: int) -> str:
    """The UTC date of an instant, `YYYY-MM-DD`."""
    return from_ms(milliseconds).date().isoformat()


def rfc3339(milliseconds: int) -> str:
    """An instant as the API writes it: UTC with milliseconds and `Z`."""
    return from_ms(milliseconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _Pace(NamedTuple):
    """World time from a wall instant (Unix seconds) on: `base` milliseconds then, `speed` as fast."""

    since: float
    base: int
    speed: float
    frozen: bool


class WorldClock:
    """World time: starts at `start` (default: the wall time) and runs `speed` times as fast as the wall.

    `wall` returns Unix seconds; tests pass their own. A frozen clock stays where it is. World time can be
    moved on and its pace changed while it runs; only `restart` takes it back. Safe to use from threads as
    long as one of them changes it.
    """

    def __init__(
        self,
        *,
        start: dt.datetime | None = None,
        speed: float = 1.0,
        frozen: bool = False,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._wall = wall
        self.restart(None if start is None else to_ms(start), speed=speed, frozen=frozen)

    def restart(self, start: int | None, *, speed: float, frozen: bool) -> None:
        """Begin anew at an instant in milliseconds (None = the wall time).

        Raises `ValueError` for a speed that is not greater than 0.
        """
        _check_speed(speed)
        since = self._wall()
        self._pace = _Pace(since, int(since * 1000) if start is None else start, speed, frozen)
        self.differs = frozen or speed != 1.0 or start is not None
        """Whether world time is another than wall time, so that answers must carry `Imail-Now`."""

    @property
    def speed(self) -> float:
        """World seconds per real second, also while frozen."""
        return self._pace.speed

    @property
    def frozen(self) -> bool:
        """Whether world time stands still by itself."""
        return self._pace.frozen

    def wall_seconds(self) -> float:
        """Wall time in Unix seconds."""
        return self._wall()

    def now_ms(self) -> int:
        """World time in milliseconds since the Unix epoch; never goes back while the wall does not."""
        pace = self._pace
        if pace.frozen:
            return pace.base
        return pace.base + int((self._wall() - pace.since) * pace.speed * 1000)

    def world_now(self) -> dt.datetime:
        """World time as an aware UTC datetime."""
        return from_ms(self.now_ms())

    def move_to(self, instant: int) -> None:
        """Make it this instant (milliseconds) at once, or leave it where it is when that is past."""
        self._pace = self._pace._replace(since=self._wall(), base=max(instant, self.now_ms()))
        self.differs = True

    def change_pace(self, *, speed: float | None = None, frozen: bool | None = None) -> None:
        """Run at another speed, stand still, or go on, from now. Raises `ValueError` for a speed of 0."""
        pace = self._pace
        speed = pace.speed if speed is None else speed
        _check_speed(speed)
        self._pace = _Pace(self._wall(), self.now_ms(), speed, pace.frozen if frozen is None else frozen)
        self.differs = True


def _check_speed(speed: float) -> None:
    if not speed > 0:
        raise ValueError("speed must be greater than 0")
