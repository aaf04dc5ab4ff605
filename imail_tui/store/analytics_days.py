"""Counts of each day as fetched, summed up in advance for the questions that are asked most.

`counts` has what the server told, split as finely as it does; `sums` has the same added up over all but one
key. Both exist for days and for whole calendar months, so that a year of a workspace is read from thousands
of rows instead of hundreds of thousands. Days are replaced in one transaction with all that is made of them.
`days` says when each day was fetched and how it is split.

An unknown count is kept as infinity: whatever it is added to becomes unknown, in one sum, without a second
aggregate that counts how many are known.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf
from typing import NamedTuple

from imail_tui.model.analytics import Counted
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
from imail_tui.store.database import Database
from imail_tui.store.schema import Layout


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


class _FirstDays(NamedTuple):
    """What was found, and when: by which connection, at which of its versions of the file."""

    reader: sqlite3.Connection
    version: int
    days: Mapping[str, date]


class AnalyticsDays(Database):
    """One file of counts. A damaged one, or one of another layout, starts empty.

    Raises sqlite3.Error (disk full).
    """

    _first_days: _FirstDays | None = None

    @staticmethod
    def layout() -> Layout:
        """An empty file of counts."""
        return layout_of_counts()

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

        def look(reader: sqlite3.Connection) -> _FirstDays:
            # A number that differs after any other connection, such as our writer, changed the file.
            version = int(reader.execute("PRAGMA data_version").fetchone()[0])
            kept = self._first_days
            if kept is not None and kept.reader is reader and kept.version == version:
                return kept
            found = reader.execute(FIRST_DAYS).fetchall()
            return _FirstDays(reader, version, {key: date.fromordinal(day) for key, day in found})

        self._first_days = self._read(look)
        return self._first_days.days

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

    def clear(self) -> None:
        """Forget all counts: they belong to another workspace."""

        def write(writer: sqlite3.Connection) -> None:
            for table in ("counts", "counts_months", "sums", "sums_months", "days"):
                writer.execute(f"DELETE FROM {table}")

        self._write(write)
