"""Writing rows of one kind inside a transaction of the cache."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from imail_tui.domain.listing import ListSpec, key_of, parse_time, searched_text
from imail_tui.model.record import Json
from imail_tui.store.raw import read_row, write_row
from imail_tui.store.schema import column

_BATCH = 500
"""Ids in one statement; SQLite takes far more, but the plan is the same."""


class RowWriter:
    """Puts and drops rows of one kind."""

    def __init__(self, connection: sqlite3.Connection, spec: ListSpec) -> None:
        self._connection = connection
        self._spec = spec
        names = ("n", "id", "words", *(column(field) for field in spec.fields))
        self._insert = (
            f"INSERT OR REPLACE INTO {spec.kind} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        )

    def put(self, rows: Sequence[Json], *, complete: bool) -> frozenset[str]:
        """Insert or replace, `complete` drops all others. Returns ids that are new, differ or are gone."""
        fresh: dict[str, Json] = {}
        for row in rows:
            row_id = row.get("id")
            if isinstance(row_id, str) and row_id:
                fresh[row_id] = row
        changed: set[str] = set()
        for batch in _batches(fresh):
            stored = self._stored(batch)
            for row_id in batch:
                number, raw = stored.get(row_id, (None, b""))
                if self._is_past(fresh[row_id], raw) and not complete:
                    continue
                merged = self._merge(fresh[row_id], raw)
                new_raw = write_row(merged)
                if new_raw != raw:
                    self._store(number, row_id, merged, new_raw)
                    changed.add(row_id)
        if complete:
            table = self._spec.kind
            present = {row_id for (row_id,) in self._connection.execute(f"SELECT id FROM {table}")}
            changed |= self.remove(present - fresh.keys())
        return frozenset(changed)

    def remove(self, ids: Iterable[str]) -> frozenset[str]:
        """Drop rows; returns the ids that were there."""
        removed: set[str] = set()
        for batch in _batches(ids):
            stored = self._stored(batch)
            self._drop([number for number, _ in stored.values()])
            removed.update(stored)
        return frozenset(removed)

    def _merge(self, row: Json, stored: bytes) -> Json:
        """The row with the carried fields it lacks, when it is the same version of the object."""
        if not stored or not self._spec.carried - row.keys():
            return row
        before = read_row(stored)
        if before.get("updated_at") != row.get("updated_at"):
            return row
        kept = (self._spec.carried & before.keys()) - row.keys()
        return {**row, **{name: before[name] for name in kept}}

    def _is_past(self, row: Json, stored: bytes) -> bool:
        """Whether a row was read before a change that the stored one has."""
        if not stored or not self._spec.newest_wins:
            return False
        now, then = (_updated(each) for each in (read_row(stored), row))
        return now is not None and then is not None and then < now

    def _stored(self, ids: Sequence[str]) -> dict[str, tuple[int, bytes]]:
        table, marks = self._spec.kind, ",".join("?" * len(ids))
        sql = f"SELECT id, n, raw FROM {table} JOIN {table}_raw USING (n) WHERE id IN ({marks})"
        return {row_id: (number, raw) for row_id, number, raw in self._connection.execute(sql, ids)}

    def _store(self, number: int | None, row_id: str, row: Json, raw: bytes) -> None:
        keys = (key_of(field, row) for field in self._spec.fields)
        values = (number, row_id, searched_text(self._spec, row), *keys)
        number = self._connection.execute(self._insert, values).lastrowid
        self._connection.execute(
            f"INSERT OR REPLACE INTO {self._spec.kind}_raw (n, raw) VALUES (?, ?)",
            (number, raw),
        )

    def _drop(self, numbers: Sequence[int]) -> None:
        for suffix in ("", "_raw"):
            sql = f"DELETE FROM {self._spec.kind}{suffix} WHERE n = ?"
            self._connection.executemany(sql, ((number,) for number in numbers))


def _updated(row: Json) -> datetime | None:
    at = row.get("updated_at")
    return parse_time(at) if isinstance(at, str) else None


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while batch := list(islice(rest, _BATCH)):
        yield batch
