"""World time: the server's idea of now, which a sandbox may run faster or hold still."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from imail_tui.api.wire import Answer
from imail_tui.domain.rate_headers import parse_instant


def _wall() -> datetime:
    return datetime.now(UTC)


class WorldClock:
    """Now as of the last answer (`Imail-Now`, else `Date`), moved on by a monotonic clock.

    Before the first answer it is this machine's time.
    """

    def __init__(self, monotonic: Callable[[], float], wall: Callable[[], datetime] = _wall) -> None:
        self._monotonic = monotonic
        self._wall = wall
        self._anchor: tuple[datetime, float] | None = None

    def now(self) -> datetime:
        """World time, aware, UTC."""
        if self._anchor is None:
            return self._wall()
        instant, at = self._anchor
        return instant + timedelta(seconds=self._monotonic() - at)

    @property
    def told(self) -> datetime:
        """World time as the server last told it: all it does from now on is not before that."""
        return self._wall() if self._anchor is None else self._anchor[0]

    def observe(self, answer: Answer) -> None:
        """Take the time from an answer; one an intermediary kept (`Age`) says nothing about now."""
        if answer.header("age") not in (None, "0"):
            return
        told = parse_instant(answer.header("imail-now") or "")
        if told is None:
            told = parse_instant(answer.header("date") or "")
            # Date has whole seconds: while it agrees, do not step back within the second.
            if told is None or (self._anchor and told <= self.now() < told + timedelta(seconds=1)):
                return
        self._anchor = (told, self._monotonic())
