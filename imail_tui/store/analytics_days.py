"""Counts of each day as fetched, summed up in advance for the questions that are asked most.

`counts` has what the server told, split as finely as it does; `sums` has the same added up over all but one
key. Both exist for days and for whole calendar months, so that a year of a workspace is read from thousands
of rows instead of hundreds of thousands. Days are replaced in one transaction with all that is made of them.
`days` says when each day was fetched and how it is split.

An unknown count is kept as infinity: whatever it is added to becomes unknown, in one sum, without a second
aggregate that counts how many are known.
"""

import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from math import inf
from pathlib import Path
from typing import Self, TypeVar

from imail_tui.model.analytics import Counted
from imail_tui.model.problem import Problem
from imail_tui.store import connections
from imail_tui.store.analytics_queries import (
    FIRST_DAYS,
    HOLES,
    Selection,
    Sums,
    layout_of_counts,
    statement,
    sums_of,
)
from imail_tui.store.analytics_sums import day_sums, sum_days

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class FetchedDay:
    """When a day was fetched (the world's UTC day, and epoch seconds here), and by which keys it is split."""

    fetched_on: date
    at: float
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was fetched: every day from `start` to `end`, split by `keys`, on a UTC day at epoch seconds."""

    start: date
    end: date
    keys: tuple[str, ...]
    on: date
    at: float


class AnalyticsDays:
    """One file of counts, for any thread; writes take turns. Raises sqlite3.Error (disk full)."""

    def __init__(self, path: Path, problem: Problem | None = None) -> None:
        """Use `AnalyticsDays.open`."""
        self.path = path
        self.problem = problem
        self._log = connections.Log(path)
        self._writing = threading.RLock()
        self._reading = threading.Lock()
        self._writer = connections.connect(path)
        self._reader = connections.connect(path, read_only=True)
        self._first_days: tuple[int, Mapping[str, date]] | None = None

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open or make the store. A damaged file, or one of another layout, starts empty.

        Where no file can be made (a read-only home), it is kept in a temporary folder for this run.
        """
        place, problem, clean_up = connections.settle(path, layout_of_counts())
        store = cls(place, problem)
        weakref.finalize(store, clean_up)
        return store

    def fetched(self, start: date, end: date) -> dict[date, FetchedDay]:
        """The days of a range that are known."""
        sql = "SELECT day, fetched_on, at, keys FROM days WHERE day BETWEEN ? AND ?"
        bounds = (start.toordinal(), end.toordinal())
        found = self._read(lambda reader: reader.execute(sql, bounds).fetchall())
        return {
            date.fromordinal(day): FetchedDay(date.fromordinal(on), at, frozenset(keys.split()))
            for day, on, at, keys in found
        }

    def rows_between(self, start: date, end: date) -> int:
        """How many rows of counts a range has: how large an answer is to be expected."""
        sql = "SELECT count(*) FROM counts WHERE day BETWEEN ? AND ?"
        bounds = (start.toordinal(), end.toordinal())
        return self._read(lambda reader: int(reader.execute(sql, bounds).fetchone()[0]))

    def last_day(self) -> date | None:
        """The latest day that is known."""
        (day,) = self._read(lambda reader: reader.execute("SELECT max(day) FROM days").fetchone())
        return None if day is None else date.fromordinal(day)

    def put(self, fetched: Fetched, rows: Iterable[Counted]) -> frozenset[date]:
        """Replace every day of a range by what was fetched of it; rows of other days are passed over.

        Returns the days whose counts differ from before or were not known.
        """
        first, last = fetched.start.toordinal(), fetched.end.toordinal()
        values = (
            (*row[1:5], day, *row.counts)
            if None not in row.counts
            else (*row[1:5], day, *(inf if count is None else count for count in row.counts))
            for row in rows
            if first <= (day := row.day.toordinal()) <= last
        )

        def write(writer: sqlite3.Connection) -> frozenset[date]:
            before = day_sums(writer, first, last)
            writer.execute("DELETE FROM counts WHERE day BETWEEN ? AND ?", (first, last))
            writer.executemany(f"INSERT INTO counts VALUES (?, ?, ?, ?, ?, {HOLES})", values)
            sum_days(writer, first, last)
            writer.executemany(
                "INSERT OR REPLACE INTO days VALUES (?, ?, ?, ?)",
                [
                    (day, fetched.on.toordinal(), fetched.at, " ".join(fetched.keys))
                    for day in range(first, last + 1)
                ],
            )
            after = day_sums(writer, first, last)
            changed = (day for day in after if before.get(day) != after[day])
            return frozenset(date.fromordinal(day) for day in changed)

        return self._write(write)

    def sums(self, selection: Selection, by: Sequence[str] = (), *, bucket: int = 1) -> Sums:
        """Counts of a selection, one row for each combination of `by` (keys of GROUPS) that has any.

        `bucket`: days from the first on are taken together by so many.
        """
        query, values = statement(selection, by, bucket)
        return sums_of(by, self._read(lambda reader: reader.execute(query, values).fetchall()))

    def has_variants(self, start: date, end: date) -> bool:
        """Whether any mail of a range was of a version of its own; without reading counts."""
        sql = (
            "SELECT EXISTS (SELECT 1 FROM sums WHERE cut = 'variant' AND day BETWEEN ? AND ?"
            " AND key NOT LIKE '%' || char(31))"
        )
        bounds = (start.toordinal(), end.toordinal())
        return self._read(lambda reader: bool(reader.execute(sql, bounds).fetchone()[0]))

    def first_days(self) -> Mapping[str, date]:
        """The first known day on which each campaign sent anything; looked for once until counts change."""

        def look(reader: sqlite3.Connection) -> tuple[int, Mapping[str, date]]:
            # A number that differs after any other connection, such as our writer, changed the file.
            version = int(reader.execute("PRAGMA data_version").fetchone()[0])
            kept = self._first_days
            if kept is not None and kept[0] == version:
                return kept
            return version, {key: date.fromordinal(day) for key, day in reader.execute(FIRST_DAYS).fetchall()}

        self._first_days = self._read(look)
        return self._first_days[1]

    def add_reading(self, at: float, body: bytes, most: int) -> None:
        """Keep one reading of the public numbers, and the newest `most` of all."""
        older = "(SELECT at FROM readings ORDER BY at DESC LIMIT 1 OFFSET ?)"

        def write(writer: sqlite3.Connection) -> None:
            writer.execute("INSERT OR REPLACE INTO readings (at, body) VALUES (?, ?)", (at, body))
            writer.execute(f"DELETE FROM readings WHERE at <= {older}", (most,))

        self._write(write)

    def readings(self, since: float = 0.0) -> list[tuple[float, bytes]]:
        """Readings of the public numbers, oldest first."""
        sql = "SELECT at, body FROM readings WHERE at >= ? ORDER BY at"
        return self._read(lambda reader: reader.execute(sql, (since,)).fetchall())

    def version(self) -> int:
        """A number that differs after another process, or another session of this one, changed the file."""
        with self._writing:
            return int(self._writer.execute("PRAGMA data_version").fetchone()[0])

    def clear(self) -> None:
        """Forget all counts: they belong to another workspace."""

        def write(writer: sqlite3.Connection) -> None:
            for table in ("counts", "counts_months", "sums", "sums_months", "days"):
                writer.execute(f"DELETE FROM {table}")

        self._write(write)

    def close(self) -> None:
        """Close the connections, from any thread. Later reads raise sqlite3.Error."""
        with self._writing, self._reading:
            self._reader.close()
            self._writer.close()

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
        with self._writing:
            try:
                result = self._change(change)
            except sqlite3.DatabaseError as error:
                self._start_over(error)
                result = self._change(change)
            if self._log.is_long:
                self._log.shorten(self._writer)
            return result

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

    def _start_over(self, error: sqlite3.DatabaseError) -> None:
        """Replace a file that turned out to be damaged; any other error is raised again."""
        if not connections.is_damage(error):
            raise error
        with self._writing:
            self.close()
            self.problem = connections.start_over(self.path, layout_of_counts())
            self._writer = connections.connect(self.path)
            with self._reading:
                self._reader = connections.connect(self.path, read_only=True)
                self._first_days = None
