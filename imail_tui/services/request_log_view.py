"""Reading the request log as a list like any other."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final

from imail_tui.domain.conditions import conditions_of
from imail_tui.domain.filters import EVERYTHING, Filter
from imail_tui.domain.listing import Sort
from imail_tui.domain.request_log import REQUESTS, listed_line, read_families
from imail_tui.model.record import Json
from imail_tui.model.request_log import RequestLine
from imail_tui.services.memory_window import MemoryWindow
from imail_tui.services.signals import Signal
from imail_tui.store.paths import Paths
from imail_tui.store.request_log import RequestLogFile, RequestLogReader

MOST_SHOWN: Final = 5_000
"""Filtering them takes 5 to 15 ms."""


class RequestLogView:
    """The newest `MOST_SHOWN` lines as a list; `refresh` takes in what was added since."""

    kind = REQUESTS.kind
    spec = REQUESTS
    complete = True

    def __init__(self, log: RequestLogFile) -> None:
        self.changed: Signal[frozenset[str]] = Signal()
        """Ids of lines that were added."""
        self._reader = RequestLogReader(log)
        self._lines: deque[Json] = deque(maxlen=MOST_SHOWN)
        self._gathered: deque[Json] = deque()
        self._reading = threading.Lock()
        self._read = 0
        self._looked: float | None = None

    def window(self, rows: Filter = EVERYTHING, sort: Sort | None = None) -> MemoryWindow:
        """The lines that pass a filter, as they are now."""
        conditions = conditions_of(REQUESTS, read_families(rows))
        return MemoryWindow(REQUESTS, lambda: self._lines, conditions, sort or REQUESTS.order)

    def parse(self, row: Json) -> RequestLine:
        """The line of a row."""
        return RequestLine.model_validate(row)

    def get(self, record_id: str) -> RequestLine | None:
        """One line."""
        number = int(record_id) - (self._read - len(self._lines))
        return self.parse(self._lines[number]) if 0 <= number < len(self._lines) else None

    def age(self) -> float | None:
        """Seconds since the log was looked at, None = never."""
        return None if self._looked is None else time.monotonic() - self._looked

    async def refresh(self, *, urgent: bool = False) -> None:
        """Read what was added. A log that cannot be read counts as empty."""
        del urgent
        await asyncio.to_thread(self._gather)
        self.take([self._gathered.popleft() for _ in range(len(self._gathered))])

    def _gather(self) -> None:
        # What a look has read is read once: it stays here when that look is called off while it reads.
        with self._reading:
            self._gathered.extend(self.read())

    def read(self) -> list[Json]:
        """Lines that were added since the last time; blocks."""
        try:
            return self._reader.read_more()
        except OSError:
            return []

    def take(self, added: Sequence[Json]) -> None:
        """Show these lines too."""
        self._looked = time.monotonic()
        first = self._read
        for line in added:
            self._lines.append(listed_line(self._read, line))
            self._read += 1
        if added:
            self.changed.emit(frozenset(map(str, range(first, self._read))))

    async def load_more(self) -> bool:
        """There is never more."""
        return False

    async def search(self, words: str) -> int:
        """Nothing is found: everything there is, is here already."""
        del words
        return 0


def newest_requests(environment: Mapping[str, str], rows: Filter, count: int) -> list[RequestLine]:
    """The newest lines that pass a filter, newest first; blocks while it reads."""
    view = RequestLogView(RequestLogFile(Paths.find(environment).request_log_file))
    view.take(view.read())
    return [view.parse(row) for row in view.window(rows).rows(0, count)]
