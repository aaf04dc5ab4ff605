"""The frame of a file that many read while one writes: taking turns, and what becomes of a damaged one."""

import sqlite3
import threading
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import ClassVar, Self, TypeVar

from imail_tui.domain.filters import Filter
from imail_tui.domain.listing import ListSpec, Sort
from imail_tui.model.problem import Problem
from imail_tui.store import connections
from imail_tui.store.schema import Layout
from imail_tui.store.windows import Window

_T = TypeVar("_T")
_Count = Callable[[sqlite3.Connection], int]


class Database(ABC):
    """One file: a connection that reads, one that writes, and those of windows. Any thread may use it.

    Reads are short and may run on the event loop. Writes belong on a thread and take turns. `problem` is what
    was wrong with the file, None when all is well.
    """

    PRAGMAS: ClassVar[tuple[str, ...]] = ()
    """What the writing connection is told besides what all are."""

    def __init__(self, path: Path, problem: Problem | None = None) -> None:
        """Use `open`."""
        self.path = path
        self.problem = problem
        self._log = connections.Log(path)
        self._writing = threading.RLock()
        self._reading = threading.Lock()
        """Held while the reader is used or closed: SQLite crashes where one thread does both to the other."""
        self._windows: weakref.WeakSet[Window] = weakref.WeakSet()
        self._connect_both()

    @staticmethod
    @abstractmethod
    def layout() -> Layout:
        """An empty file."""

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open or make the file. A damaged one is moved aside; one of another layout is made anew.

        Where no file can be made (a read-only home), it is kept in a temporary folder for this run.
        """
        place, problem, clean_up = connections.settle(path, cls.layout())
        opened = cls(place, problem)
        weakref.finalize(opened, clean_up)
        return opened

    def foreign_version(self) -> int:
        """A number that differs after another process, or another session of this one, changed the file."""
        with self._writing:
            return int(self._writer.execute("PRAGMA data_version").fetchone()[0])

    def relax(self) -> None:
        """Let windows go on to the present when the log has grown too long for the moments they keep."""
        if self._log.is_long:
            for window in list(self._windows):
                window.refresh()

    def close(self) -> None:
        """Close all connections, those of windows too, from any thread. Later reads raise sqlite3.Error."""
        for window in list(self._windows):
            window.close()
        with self._writing, self._reading:
            self._reader.close()
            self._writer.close()

    def _open_window(
        self, spec: ListSpec, rows: Filter, sort: Sort | None, counted: _Count | None = None
    ) -> Window:
        window = Window(self._connect, self._mend, spec, rows, sort or spec.order, counted)
        self._windows.add(window)
        return window

    def _read(self, question: Callable[[sqlite3.Connection], _T]) -> _T:
        try:
            with self._reading:
                return question(self._reader)
        except sqlite3.DatabaseError as error:
            # Without the lock: the repair closes the reader.
            self._mend(error)
        with self._reading:
            return question(self._reader)

    def _write(self, change: Callable[[sqlite3.Connection], _T]) -> _T:
        with self._writing:
            try:
                result = self._change(change)
            except sqlite3.DatabaseError as error:
                self._mend(error)
                result = self._change(change)
            if self._log.is_long:
                self.relax()
                self._log.shorten(self._writer)
            return result

    def _mend(self, error: sqlite3.DatabaseError) -> None:
        """Replace a file that turned out to be damaged; any other error is raised again."""
        if not connections.is_damage(error):
            raise error
        with self._writing:
            self.close()
            self.problem = connections.start_over(self.path, self.layout())
            with self._reading:
                self._connect_both()

    def _change(self, change: Callable[[sqlite3.Connection], _T]) -> _T:
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            result = change(self._writer)
            self._writer.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self._writer.rollback()
            raise
        return result

    def _connect(self) -> sqlite3.Connection:
        return connections.connect(self.path, read_only=True)

    def _connect_both(self) -> None:
        self._writer = connections.connect(self.path)
        for pragma in self.PRAGMAS:
            self._writer.execute(f"PRAGMA {pragma}")
        self._reader = self._connect()
