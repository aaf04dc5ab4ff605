"""Rows that are all in memory, under a filter and in an order, as the store's windows are for its tables."""

from collections.abc import Callable, Iterable, Sequence

from imail_tui.domain.conditions import Condition
from imail_tui.domain.listing import Key, ListSpec, Sort, key_of
from imail_tui.domain.matching import matches
from imail_tui.model.record import Json


class MemoryWindow:
    """Rows that pass conditions; stands still until `refresh`.

    `rows` gives them all, oldest first in the spec's own order.
    """

    def __init__(
        self,
        spec: ListSpec,
        rows: Callable[[], Iterable[Json]],
        conditions: Sequence[Condition],
        sort: Sort,
    ) -> None:
        by = spec.field(sort.field)
        assert by is not None, "sorts are read by the spec"
        self._spec = spec
        self._source = rows
        self._conditions = conditions
        self._by = by
        self._descending = sort.descending
        self._rows: list[Json] = []
        self.refresh()

    @property
    def total(self) -> int:
        """Rows in the window."""
        return len(self._rows)

    def rows(self, start: int, count: int, /) -> list[Json]:
        """Some rows."""
        return self._rows[start : start + count]

    def position(self, row_id: str, /) -> int | None:
        """Where a row stands."""
        return next((place for place, row in enumerate(self._rows) if row.get("id") == row_id), None)

    def refresh(self) -> None:
        """Look at the present."""
        found = [row for row in self._source() if matches(self._spec, self._conditions, row)]
        if self._by.name == self._spec.order.field:
            self._rows = found[::-1] if self._descending else found
            return
        keyed = [(key_of(self._by, row), row) for row in reversed(found)]
        present = [each for each in keyed if each[0] is not None]
        present.sort(key=lambda each: _order(each[0]), reverse=self._descending)
        self._rows = [row for _, row in present] + [row for key, row in keyed if key is None]

    def close(self) -> None:
        """Nothing is held."""


def _order(key: Key) -> tuple[float, str]:
    """Texts and numbers never meet in one field; a missing value is sorted by nobody."""
    return (key, "") if isinstance(key, float) else (0.0, key or "")
