"""A list as it is at one moment: any part of it at the same cost, however long it is."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from imail_tui.domain.filters import Filter
from imail_tui.domain.listing import ListSpec, Sort
from imail_tui.model.record import Json
from imail_tui.store.orders import Order, order_of, wanted
from imail_tui.store.raw import read_row

_T = TypeVar("_T")


class Window:
    """Rows of one kind under a filter in an order. `total`, order and content stand still until `refresh()`.

    The moment is kept by a read transaction. When the cache's log has grown too long for it, the cache lets
    go of the moment and the next look is at the present, as after `refresh()`.
    """

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        recover: Callable[[sqlite3.DatabaseError], None],
        spec: ListSpec,
        rows: Filter,
        sort: Sort,
        counted: Callable[[sqlite3.Connection], int] | None = None,
    ) -> None:
        """`connect` opens a read connection; `recover` repairs a damaged file or raises the error again.

        `counted` knows how many rows there are in all; without it they are counted. Windows are made by
        `Cache.window` and `EventStore.window`.
        """
        self.filter = rows
        self.sort = sort
        self._connect = connect
        self._recover = recover
        self._table = spec.kind
        self._wanted = wanted(spec, rows, sort)
        self._counted = counted
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._order: Order | None = None

    @property
    def total(self) -> int:
        """Rows in the window."""
        return self._look(lambda _, order: order.total)

    @property
    def capped(self) -> bool:
        """Whether a search found more than is listed."""
        return self._look(lambda _, order: order.capped)

    def rows(self, start: int, count: int) -> list[Json]:
        """Rows `start` to `start + count` as the server sent them, fewer at the end."""

        def load(connection: sqlite3.Connection, order: Order) -> list[Json]:
            numbers = order.numbers(max(0, start), count)
            sql = f"SELECT n, raw FROM {self._table}_raw WHERE n IN ({','.join('?' * len(numbers))})"
            raws: dict[int, bytes] = dict(connection.execute(sql, numbers).fetchall())
            return [read_row(raws[number]) for number in numbers]

        return self._look(load)

    def position(self, row_id: str) -> int | None:
        """Where the row with this id stands, None if it is not in the window."""
        return self._look(lambda _, order: order.position(row_id))

    def ids(self) -> list[str]:
        """All ids in order."""
        return self._look(lambda _, order: order.ids())

    def refresh(self) -> None:
        """Let go of the moment; the next look is at the present. From any thread."""
        with self._lock:
            self._order = None
            if self._connection is not None:
                with suppress(sqlite3.Error):
                    self._connection.rollback()

    def close(self) -> None:
        """Close the connection. A closed window opens again when it is used."""
        with self._lock:
            self._order = None
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _look(self, question: Callable[[sqlite3.Connection, Order], _T]) -> _T:
        try:
            with self._lock:
                return question(*self._now())
        except sqlite3.DatabaseError as error:
            # Without the lock: the repair closes this window's connection.
            self._recover(error)
        with self._lock:
            return question(*self._now())

    def _now(self) -> tuple[sqlite3.Connection, Order]:
        """The connection inside its transaction, and the order in it."""
        if self._connection is None:
            self._connection = self._connect()
        if self._order is None:
            self._connection.execute("BEGIN")
            self._order = order_of(self._connection, self._wanted, self._counted)
        return self._connection, self._order
