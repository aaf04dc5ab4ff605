"""A short list that is fetched whole whenever it is looked at, and kept nowhere."""

import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Generic, TypeVar

from imail_tui.domain.conditions import conditions_of
from imail_tui.domain.filters import EVERYTHING, Filter
from imail_tui.domain.listing import ListSpec, Sort, key_of
from imail_tui.model.record import Entity, Json
from imail_tui.services.memory_window import MemoryWindow
from imail_tui.services.signals import Signal

T = TypeVar("T", bound=Entity)


class FetchedList(Generic[T]):
    """The records of one fetch, as a list like any other."""

    complete = True

    def __init__(self, spec: ListSpec, record: type[T], fetch: Callable[[], Awaitable[list[T]]]) -> None:
        self.spec = spec
        self.kind = spec.kind
        self.changed: Signal[frozenset[str]] = Signal()
        """Ids of records that differ, are new or gone."""
        self._record = record
        self._fetch = fetch
        self._rows: dict[str, Json] = {}
        self._fetched: float | None = None

    def window(self, rows: Filter = EVERYTHING, sort: Sort | None = None) -> MemoryWindow:
        """The records that pass a filter."""
        conditions = conditions_of(self.spec, rows)
        return MemoryWindow(self.spec, self._now, conditions, sort or self.spec.order)

    def _now(self) -> Iterable[Json]:
        return self._rows.values()

    def parse(self, row: Json) -> T:
        """The record of a row."""
        return self._record.model_validate(row)

    def get(self, record_id: str) -> T | None:
        """One record."""
        row = self._rows.get(record_id)
        return None if row is None else self.parse(row)

    def age(self) -> float | None:
        """Seconds since they were fetched, None = never."""
        return None if self._fetched is None else time.monotonic() - self._fetched

    async def refresh(self, *, urgent: bool = False) -> None:
        """Fetch them again. Raises `ApiError`."""
        del urgent
        by = self.spec.field(self.spec.order.field)
        assert by is not None, "a spec's own order is one of its fields"
        fetched = [record.wire() for record in await self._fetch()]
        before = self._rows
        self._rows = {
            str(row.get("id")): row for row in sorted(fetched, key=lambda row: str(key_of(by, row)))
        }
        self._fetched = time.monotonic()
        ids = before.keys() | self._rows.keys()
        self.changed.emit(frozenset(each for each in ids if before.get(each) != self._rows.get(each)))

    async def load_more(self) -> bool:
        """There is never more."""
        return False

    async def search(self, words: str) -> int:
        """Nothing is found: everything there is, is here already."""
        del words
        return 0
