"""Two clocks: wall time, and the world time every resource, event and window is dated by."""

import datetime as dt
import time
from collections.abc import Callable

UTC = dt.UTC
MILLISECOND = dt.timedelta(milliseconds=1)
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


class WorldClock:
    """World time: starts at `start` (default: the wall time) and runs `speed` times as fast as the wall.

    `wall` returns Unix seconds; tests pass their own. A frozen clock stays at its start.
    """

    def __init__(
        self,
        *,
        start: dt.datetime | None = None,
        speed: float = 1.0,
        frozen: bool = False,
        wall: Callable[[], float] = time.time,
    ) -> None:
        if not speed > 0:
            raise ValueError("speed must be greater than 0")
        self._wall = wall
        self._wall_start = wall()
        wall_start_ms = int(self._wall_start * 1000)
        self._start = wall_start_ms if start is None else to_ms(start)
        self.speed = speed
        self.frozen = frozen
        self.differs = frozen or speed != 1.0 or start is not None
        """Whether world time is another than wall time, so that answers must carry `Imail-Now`."""

    def wall_seconds(self) -> float:
        """Wall time in Unix seconds."""
        return self._wall()

    def now_ms(self) -> int:
        """World time in milliseconds since the Unix epoch; never goes back while the wall does not."""
        if self.frozen:
            return self._start
        return self._start + int((self._wall() - self._wall_start) * self.speed * 1000)

    def world_now(self) -> dt.datetime:
        """World time as an aware UTC datetime."""
        return from_ms(self.now_ms())
