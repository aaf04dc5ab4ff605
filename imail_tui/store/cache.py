"""What the screens show, kept on disk: rows by id and kind, single documents, and when they were fetched.

Reads are short and may run on the event loop. Writes belong on one worker thread.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from imail_tui.domain.conditions import conditions_of
from imail_tui.domain.filters import EVERYTHING, Filter
from imail_tui.domain.listing import CACHED, REPLIES, SPECS, Key, Sort
from imail_tui.model.record import Json
from imail_tui.store import conversations
from imail_tui.store.conversations import ConversationWriter
from imail_tui.store.database import Database
from imail_tui.store.queries import where
from imail_tui.store.raw import read_row, write_row
from imail_tui.store.rows import RowWriter
from imail_tui.store.schema import Layout, cache_layout, column
from imail_tui.store.windows import Window

_CACHED_KIB = 16_000
"""Memory of the writing connection at most: rows go into a dozen indexes each, and SQLite's own two megabytes
hold the top of none of them."""


class Cache(Database):
    """One cache file. A damaged one is moved aside, and the cache goes on empty."""

    PRAGMAS = (f"cache_size = -{_CACHED_KIB}",)

    @staticmethod
    def layout() -> Layout:
        """An empty cache."""
        return cache_layout()

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
        return self._open_window(SPECS[kind], rows, sort)

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
