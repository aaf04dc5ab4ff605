"""What the screens show, kept on disk: rows by id and kind, single documents, and when they were fetched.

Reads are short and may run on the event loop. Writes belong on one worker thread.
"""

import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Self, TypeVar

from imail_tui.domain.conditions import conditions_of
from imail_tui.domain.filters import EVERYTHING, Filter
from imail_tui.domain.listing import CACHED, REPLIES, SPECS, Key, Sort
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json
from imail_tui.store import connections, conversations
from imail_tui.store.conversations import ConversationWriter
from imail_tui.store.queries import where
from imail_tui.store.raw import read_row, write_row
from imail_tui.store.rows import RowWriter
from imail_tui.store.schema import cache_layout, column
from imail_tui.store.windows import Window

_T = TypeVar("_T")

_CACHED_KIB = 16_000
"""Memory of the writing connection at most, when much is written."""


class Cache:
    """One cache file. `problem` is what was wrong with it, None when all is well."""

    def __init__(self, path: Path, problem: Problem | None = None) -> None:
        """Use `Cache.open`."""
        self.path = path
        self.problem = problem
        self._log = connections.Log(path)
        self._lock = threading.RLock()
        self._reading = threading.Lock()
        """Held while the reader is used or closed: SQLite crashes where one thread does both to the other."""
        self._windows: weakref.WeakSet[Window] = weakref.WeakSet()
        self._writer = _writer(path)
        self._reader = connections.connect(path, read_only=True)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open or make the cache. A damaged file is moved aside and the cache starts empty.

        Where no file can be made (a read-only home), it is kept in a temporary folder for this run.
        """
        place, problem, clean_up = connections.settle(path, cache_layout())
        cache = cls(place, problem)
        weakref.finalize(cache, clean_up)
        return cache

    def relax(self) -> None:
        """Let windows go on to the present when the log has grown too long for the moments they keep."""
        if self._log.is_long:
            for window in list(self._windows):
                window.refresh()

    def foreign_version(self) -> int:
        """A number that differs after another process, or another session of this one, changed the file."""
        with self._lock:
            return int(self._writer.execute("PRAGMA data_version").fetchone()[0])

    def put(self, kind: str, rows: Sequence[Json], at: float, *, complete: bool = False) -> frozenset[str]:
        """Keep rows fetched at `at` (epoch seconds); `complete` drops those of the kind not among them.

        Returns the ids whose row is new, differs from before, or is gone. Rows without an id are passed over.
        Raises sqlite3.Error (disk full).
        """

        def write(connection: sqlite3.Connection) -> frozenset[str]:
            changed = _put(connection, kind, rows, complete=complete)
            connection.execute("INSERT OR REPLACE INTO kinds (kind, fetched_at) VALUES (?, ?)", (kind, at))
            return changed

        return self._write(write)

    def amend(self, kind: str, rows: Sequence[Json]) -> frozenset[str]:
        """Keep rows that were not fetched but will be so. Returns the ids whose row is new or differs."""
        return self._write(lambda connection: _put(connection, kind, rows))

    def remove(self, kind: str, ids: Iterable[str]) -> frozenset[str]:
        """Drop rows; returns the ids that were there."""

        def write(connection: sqlite3.Connection) -> frozenset[str]:
            removed = RowWriter(connection, SPECS[kind]).remove(ids)
            _follow(connection, kind, removed)
            return removed

        return self._write(write)

    def get(self, kind: str, row_id: str) -> Json | None:
        """One row."""
        sql = f"SELECT raw FROM {SPECS[kind].kind} JOIN {kind}_raw USING (n) WHERE id = ?"
        found = self._read(lambda connection: connection.execute(sql, (row_id,)).fetchone())
        return None if found is None else read_row(found[0])

    def fetched_at(self, kind: str) -> float | None:
        """When rows of the kind were last put (epoch seconds), None = never."""
        sql = "SELECT fetched_at FROM kinds WHERE kind = ?"
        found = self._read(lambda connection: connection.execute(sql, (kind,)).fetchone())
        return None if found is None else float(found[0])

    def count(self, kind: str, rows: Filter = EVERYTHING) -> int:
        """How many rows pass a filter."""
        return self.counts(kind, [rows])[0]

    def counts(self, kind: str, piles: Sequence[Filter]) -> list[int]:
        """How many rows pass each of some filters, as of one moment."""
        spec = SPECS[kind]
        clauses = [where(spec, conditions_of(spec, rows)) for rows in piles]
        counts = ", ".join(f"(SELECT count(*) FROM {spec.kind} WHERE {clause.sql})" for clause in clauses)
        values = tuple(value for clause in clauses for value in clause.values)
        sql = f"SELECT {counts}"
        return self._read(lambda connection: [*map(int, connection.execute(sql, values).fetchone())])

    def conversations_of(self, reply_ids: Iterable[str]) -> dict[str, str]:
        """The ids of the conversations that replies belong to, by the replies' ids."""
        wanted = list(reply_ids)
        marks = ",".join("?" * len(wanted))
        sql = f"SELECT reply, conversation FROM conversation_members WHERE reply IN ({marks})"
        return self._read(lambda connection: dict(connection.execute(sql, wanted).fetchall()))

    def columns(self, kind: str, names: Sequence[str], rows: Filter = EVERYTHING) -> list[tuple[Key, ...]]:
        """The comparable values of some fields, for every row that passes a filter: for counting."""
        spec = SPECS[kind]
        clause = where(spec, conditions_of(spec, rows))
        wanted = ", ".join(column(field) for name in names if (field := spec.field(name)) is not None)
        sql = f"SELECT {wanted} FROM {spec.kind} WHERE {clause.sql}"
        return self._read(lambda connection: connection.execute(sql, clause.values).fetchall())

    def window(self, kind: str, rows: Filter = EVERYTHING, sort: Sort | None = None) -> Window:
        """The rows that pass a filter, in an order (None: the kind's own)."""
        spec = SPECS[kind]
        window = Window(self._connect, self._start_over, spec, rows, sort or spec.order)
        self._windows.add(window)
        return window

    def keep(self, kind: str, document_id: str, document: Json, at: float) -> None:
        """Keep a single document, such as the workspace or a report."""
        self.keep_all(kind, {document_id: document}, at)

    def keep_all(self, kind: str, documents: Mapping[str, Json], at: float) -> None:
        """Keep documents of a kind by their id, all or none."""
        values = [(kind, document_id, write_row(document), at) for document_id, document in documents.items()]

        def write(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "INSERT OR REPLACE INTO documents (kind, id, raw, at) VALUES (?, ?, ?, ?)", values
            )
            _follow_documents(connection, kind, documents)

        self._write(write)

    def drop(self, kind: str, document_id: str) -> None:
        """Forget a single document."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (kind, document_id))
            _follow_documents(connection, kind, [document_id])

        self._write(write)

    def all_kept(self, kind: str) -> dict[str, Json]:
        """All documents of a kind by their id: for kinds of which there are few."""
        sql = "SELECT id, raw FROM documents WHERE kind = ?"
        found = self._read(lambda connection: connection.execute(sql, (kind,)).fetchall())
        return {document_id: read_row(raw) for document_id, raw in found}

    def kept(self, kind: str, document_id: str = "") -> tuple[Json, float] | None:
        """A single document and when it was fetched (epoch seconds)."""
        sql = "SELECT raw, at FROM documents WHERE kind = ? AND id = ?"
        found = self._read(lambda connection: connection.execute(sql, (kind, document_id)).fetchone())
        return None if found is None else (read_row(found[0]), float(found[1]))

    def clear(self) -> None:
        """Forget everything: it belongs to another workspace."""

        def write(connection: sqlite3.Connection) -> None:
            for kind in CACHED:
                connection.execute(f"DELETE FROM {kind}")
                connection.execute(f"DELETE FROM {kind}_raw")
            for table in conversations.TABLES:
                connection.execute(f"DELETE FROM {table}")
            connection.execute("DELETE FROM kinds")
            connection.execute("DELETE FROM documents")

        self._write(write)

    def close(self) -> None:
        """Close all connections, those of windows too, from any thread. Later reads raise sqlite3.Error."""
        for window in list(self._windows):
            window.close()
        with self._lock:
            with self._reading:
                self._reader.close()
            self._writer.close()

    def _connect(self) -> sqlite3.Connection:
        return connections.connect(self.path, read_only=True)

    def _read(self, question: Callable[[sqlite3.Connection], _T]) -> _T:
        try:
            with self._reading:
                return question(self._reader)
        except sqlite3.DatabaseError as error:
            # Without the lock: the repair closes the reader.
            self._start_over(error)
        with self._reading:
            return question(self._reader)

    def _write(self, change: Callable[[sqlite3.Connection], _T]) -> _T:
        with self._lock:
            try:
                result = self._change(change)
            except sqlite3.DatabaseError as error:
                self._start_over(error)
                result = self._change(change)
            if self._log.is_long:
                self.relax()
                self._log.shorten(self._writer)
            return result

    def _change(self, change: Callable[[sqlite3.Connection], _T]) -> _T:
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            result = change(self._writer)
            self._writer.execute("COMMIT")
        except BaseException:
            if self._writer.in_transaction:
                self._writer.rollback()
            raise
        return result

    def _start_over(self, error: sqlite3.DatabaseError) -> None:
        """Replace a file that turned out to be damaged; any other error is raised again."""
        if not connections.is_damage(error):
            raise error
        with self._lock:
            self.close()
            self.problem = connections.start_over(self.path, cache_layout())
            self._writer = _writer(self.path)
            with self._reading:
                self._reader = connections.connect(self.path, read_only=True)


def _put(
    connection: sqlite3.Connection, kind: str, rows: Sequence[Json], *, complete: bool = False
) -> frozenset[str]:
    changed = RowWriter(connection, SPECS[kind]).put(rows, complete=complete)
    _follow(connection, kind, changed)
    return changed


def _follow(connection: sqlite3.Connection, kind: str, changed: frozenset[str]) -> None:
    if kind == REPLIES.kind:
        ConversationWriter(connection).follow(changed)


def _follow_documents(connection: sqlite3.Connection, kind: str, ids: Iterable[str]) -> None:
    if kind in (conversations.THREADS, conversations.ANSWERED):
        ConversationWriter(connection).refresh(ids)


def _writer(path: Path) -> sqlite3.Connection:
    connection = connections.connect(path)
    # Rows go into a dozen indexes each; SQLite's own two megabytes hold the top of none of them.
    connection.execute(f"PRAGMA cache_size = -{_CACHED_KIB}")
    return connection
