"""Keeping the request log: what was asked, when, and what came of it."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from imail_tui.api.exchange import Exchange
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json
from imail_tui.services.request_log_view import RequestLogView
from imail_tui.store.paths import Paths
from imail_tui.store.request_log import RequestLogFile

GATHER_SECONDS: Final = 0.25
"""Lines that come close together are written at once."""
CLOSE_SECONDS: Final = 1.0
"""How long the end of a session waits for the last lines."""
MOST_WAITING: Final = 1_000
"""Lines that wait to be written; the oldest go first when the disk does not keep up."""
LONGEST_TEXT: Final = 300
"""Characters of a path or a request id that are kept."""


def _wall() -> datetime:
    return datetime.now(UTC)


class RequestLog:
    """Writes attempts on a thread of its own: a request never waits for the disk and never fails by it."""

    def __init__(
        self, paths: Paths, profile: str, ledger: str, *, wall: Callable[[], datetime] = _wall
    ) -> None:
        """`profile` and `ledger` stand in the lines; `wall` gives this machine's time."""
        self.workspace = ""
        """The workspace's name, once it is known."""
        self.ledger = ledger
        """live or test, as far as is known."""
        self.trouble: Problem | None = None
        """Why the last lines were not kept; None while all is well."""
        self._file = RequestLogFile(paths.request_log_file)
        self._profile = profile
        self._wall = wall
        self._waiting: deque[Json] = deque(maxlen=MOST_WAITING)
        self._some = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def record(self, exchange: Exchange) -> None:
        """Keep an attempt; returns at once."""
        self._waiting.append(
            {
                "at": self._wall().isoformat(timespec="milliseconds"),
                "method": exchange.method,
                "path": exchange.path[:LONGEST_TEXT],
                "status": exchange.status,
                "fault": exchange.fault,
                "ms": round(exchange.ms, 1),
                "left": exchange.tokens_left,
                "request_id": exchange.request_id and exchange.request_id[:LONGEST_TEXT],
                "attempt": exchange.attempt,
                "priority": exchange.priority.name.lower(),
                "profile": self._profile,
                "workspace": self.workspace[:LONGEST_TEXT],
                "ledger": self.ledger,
            }
        )
        if self._thread is None:
            self._thread = threading.Thread(target=self._write, name="request-log", daemon=True)
            self._thread.start()
        self._some.set()

    def view(self) -> RequestLogView:
        """The log as a list, of all profiles and processes."""
        return RequestLogView(self._file)

    async def close(self) -> None:
        """Write what waits, as far as the disk takes it soon."""
        self._closing.set()
        self._some.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, CLOSE_SECONDS)

    def _write(self) -> None:
        ends = False
        while not ends:
            self._some.wait()
            ends = self._closing.wait(GATHER_SECONDS)
            self._some.clear()
            lines: list[Json] = []
            while self._waiting:
                lines.append(self._waiting.popleft())
            if lines:
                self._keep(lines)

    def _keep(self, lines: Sequence[Json]) -> None:
        try:
            self._file.append(lines)
            self.trouble = None
        except OSError as error:
            reason = error.strerror or str(error)
            self.trouble = Problem(
                f"The request log is not being kept: {reason}.",
                "Make room or make the file writable; requests work without it.",
                where=str(self._file.path),
                code="request_log",
            )
