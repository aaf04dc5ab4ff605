"""Reading the request log as a list like any other."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final

from imail_tui.domain.conditions import conditions_of
from imail_tui.domain.filters import EVERYTHING, Filter
from imail_tui.domain.listing import Key, Sort, key_of
from imail_tui.domain.matching import matches
from imail_tui.domain.request_log import REQUESTS, listed_line, read_families
from imail_tui.model.record import Json
from imail_tui.model.request_log import RequestLine
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

    def window(self, rows: Filter = EVERYTHING, sort: Sort | None = None) -> "RequestLogWindow":
        """The lines that pass a filter, as they are now."""
        return RequestLogWindow(self._lines, rows, sort or REQUESTS.order)

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


class RequestLogWindow:
    """Lines under a filter in an order; stands still until `refresh`."""

    def __init__(self, lines: "deque[Json]", rows: Filter, sort: Sort) -> None:
        self._lines = lines
        self._conditions = conditions_of(REQUESTS, read_families(rows))
        by = REQUESTS.field(sort.field)
        assert by is not None, "sorts are read by the spec"
        self._by = by
        self._descending = sort.descending
        self._rows: list[Json] = []
        self.refresh()

    @property
    def total(self) -> int:
        """Lines in the window."""
        return len(self._rows)

    def rows(self, start: int, count: int, /) -> list[Json]:
        """Some lines."""
        return self._rows[start : start + count]

    def position(self, row_id: str, /) -> int | None:
        """Where a line stands."""
        return next((place for place, row in enumerate(self._rows) if row["id"] == row_id), None)

    def refresh(self) -> None:
        """Look at the present."""
        found = [row for row in self._lines if matches(REQUESTS, self._conditions, row)]
        if self._by.name == REQUESTS.order.field:
            # They were written in the order of time.
            self._rows = found[::-1] if self._descending else found
            return
        keyed = [(key_of(self._by, row), row) for row in reversed(found)]
        present = [each for each in keyed if each[0] is not None]
        present.sort(key=lambda each: _order(each[0]), reverse=self._descending)
        self._rows = [row for _, row in present] + [row for key, row in keyed if key is None]

    def close(self) -> None:
        """Nothing is held."""


def newest_requests(environment: Mapping[str, str], rows: Filter, count: int) -> list[RequestLine]:
    """The newest lines that pass a filter, newest first; blocks while it reads."""
    view = RequestLogView(RequestLogFile(Paths.find(environment).request_log_file))
    view.take(view.read())
    return [view.parse(row) for row in view.window(rows).rows(0, count)]


def _order(key: Key) -> tuple[float, str]:
    """Texts and numbers never meet in one field; a missing value is sorted by nobody."""
    return (key, "") if isinstance(key, float) else (0.0, key or "")
