"""What a table shows of a service: a window of its rows, parsed when they come on screen."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from imail_tui.ui.ports import ListService, RowWindow
from imail_tui.ui.widgets.rows import Row

T = TypeVar("T")


class WindowRows(Generic[T]):
    """A window of a service as rows of a table; only rows on screen are parsed."""

    def __init__(self, window: RowWindow, row: Callable[[T], Row], service: ListService[T]) -> None:
        self._window = window
        self._row = row
        self._service = service

    def total(self) -> int:
        """Rows in the window."""
        return self._window.total

    def window(self, start: int, count: int) -> Sequence[Row]:
        """Some rows."""
        return [self._row(self._service.parse(raw)) for raw in self._window.rows(start, count)]

    def position(self, row_id: str) -> int | None:
        """Where a row stands."""
        return self._window.position(row_id)
