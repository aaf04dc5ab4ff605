"""The frame of a journal: a file in which what is about to happen stands before it does."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar, Self

from imail_tui.model.problem import Problem
from imail_tui.store.connections import connect, settle
from imail_tui.store.schema import Layout

Statement = tuple[str, tuple[Any, ...]]
"""SQL and the values it takes."""


class Journal:
    """One file. Raises `OSError` where the disk gives out.

    A write is on the disk, not only in its cache, when it returns: a computer that loses its power forgets
    nothing.
    """

    LAYOUT: ClassVar[Layout]

    def __init__(self, path: Path, problem: Problem | None, forget: Callable[[], None]) -> None:
        """Use `open`."""
        self.path = path
        self.problem = problem
        self._forget = forget
        self._lock = threading.Lock()
        self._connection = connect(path)
        self._connection.execute("PRAGMA synchronous = FULL")

    @classmethod
    def open(cls, path: Path) -> Self:
        """The journal at a path."""
        with _told_as_os_error():
            return cls(*settle(path, cls.LAYOUT))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
        self._forget()

    def _write(self, *statements: Statement) -> int:
        """All or none; gives how many rows the first changed."""
        with self._lock, _told_as_os_error():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                changed = [self._connection.execute(*each).rowcount for each in statements]
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._connection.rollback()
                raise
            return changed[0]

    def _read(self, question: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with self._lock, _told_as_os_error():
            return self._connection.execute(question, values).fetchall()


@contextmanager
def _told_as_os_error() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise OSError(str(error)) from error
