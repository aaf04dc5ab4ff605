"""The order of a window's rows: listed when there are few, walked by key when there are many.

A long order finds rows by their key (value of the sort field, id), never by counting from the start: it
remembers the keys of places it has been to and walks the index from the nearest one. Rows without a value
of the sort field are a second segment behind the others, in either direction.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from typing import Any, Final, Protocol

from imail_tui.domain.conditions import Anywhere, conditions_of
from imail_tui.domain.filters import Filter
from imail_tui.domain.listing import RELEVANCE, ListSpec, Sort
from imail_tui.store.queries import ANY, Clause, match_of, where
from imail_tui.store.schema import column, index_of

SHORT = 1_000
"""Rows up to which an order is listed whole (0.5 ms)."""
SEARCHED = 500
"""Newest hits that a search of indexed words lists."""
RANKED = 200
"""Best hits that it lists by relevance, of the newest `WEIGHED`."""
WEIGHED = 6_000
_OLDEST = (1 << 63) - 1
"""Row numbers of what is searched grow with age; none is beyond this."""
_KEY: Final = itemgetter(1, 2)
_REMEMBERED = 1_000
"""Places a long order remembers in each segment."""

Place = tuple[str | float | None, str]
"""Key of a row: value of the sort field, id."""

Keyed = tuple[int, str | float | None, str]
"""Row number, value of the sort field, id."""


class Order(Protocol):
    """Row numbers in order, standing still."""

    total: int
    capped: bool
    """There are more, which are not listed."""

    def numbers(self, start: int, count: int) -> list[int]:
        """Row numbers from `start` (≥ 0) on, fewer at the end."""
        ...

    def position(self, row_id: str) -> int | None:
        """Where an id stands."""
        ...

    def ids(self) -> list[str]:
        """All ids."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of a kind, by which field."""

    table: str
    column: str
    index: str
    where: Clause
    descending: bool
    match: str = ""
    """Words to look for in the index of the text; `where` is then what else must hold."""
    ranked: bool = False


def wanted(spec: ListSpec, rows: Filter, sort: Sort) -> Wanted:
    """What to select. A sort by an unknown field, remembered from another version, is the list's own."""
    ranked = sort == RELEVANCE
    by = spec.field(sort.field)
    if by is None or not by.sortable:
        sort = spec.order
        by = spec.field(sort.field)
    assert by is not None
    conditions = conditions_of(spec, rows)
    match = match_of(conditions) if spec.indexed_words else ""
    if match:
        conditions = tuple(each for each in conditions if each.negated or not isinstance(each.test, Anywhere))
    clause = where(spec, conditions)
    return Wanted(spec.kind, column(by), index_of(spec, by), clause, sort.descending, match, ranked)


def order_of(
    connection: sqlite3.Connection,
    rows: Wanted,
    counted: Callable[[sqlite3.Connection], int] | None = None,
) -> Order:
    """The order as of the connection's transaction. `counted` knows the number of all rows of the kind."""
    if rows.match:
        return _searched(connection, rows)
    # Unordered, so that the scan ends as soon as there are too many to list.
    sql = f"SELECT n, {rows.column}, id FROM {rows.table} WHERE {rows.where.sql} LIMIT ?"
    few = connection.execute(sql, (*rows.where.values, SHORT + 1)).fetchall()
    if len(few) <= SHORT:
        return ShortOrder(_in_order(few, rows.descending))

    if rows.where != ANY:
        total = _count(connection, rows, "", rows.where)
    else:
        # A bare count reads index pages without looking at their entries.
        total = counted(connection) if counted is not None else _count(connection, rows, "", ANY)
    return LongOrder(connection, rows, total - _without_value(connection, rows, total), total)


def _without_value(connection: sqlite3.Connection, rows: Wanted, total: int) -> int:
    """How many of `total` rows have no value of the sort field, by looking at the fewer of the two."""
    missing = f"{rows.column} IS NULL"
    # Without a hint the planner may take the filter's index and look at everything.
    hint = f"INDEXED BY {rows.index}"
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {rows.table} {hint} WHERE {missing} LIMIT ?)"
    [found] = connection.execute(sql, (total + 1,)).fetchone()
    clause = Clause(f"{missing} AND {rows.where.sql}", rows.where.values)
    return _count(connection, rows, hint if found <= total else "", clause)


def _count(connection: sqlite3.Connection, rows: Wanted, hint: str, clause: Clause) -> int:
    condition = "" if clause == ANY else f"WHERE {clause.sql}"
    sql = f"SELECT count(*) FROM {rows.table} {hint} {condition}"
    return int(connection.execute(sql, clause.values).fetchone()[0])


def _searched(connection: sqlite3.Connection, rows: Wanted) -> "ShortOrder":
    """The newest hits of a search in the order wanted, or the best ones."""
    most = RANKED if rows.ranked else SEARCHED
    search = f"{rows.table}_search"
    oldest = _OLDEST
    if rows.ranked:
        # Weighing a hit costs far more than finding it, and a common word is in most of the rows.
        sql = f"SELECT rowid FROM {search} WHERE {search} MATCH ? ORDER BY rowid LIMIT 1 OFFSET ?"
        last = connection.execute(sql, (rows.match, WEIGHED)).fetchone()
        oldest = last[0] if last is not None else _OLDEST
    # The join must begin with the index of words: it gives the newest first and can be left at any time.
    sql = (
        f"SELECT n, {rows.column}, id FROM {search} CROSS JOIN {rows.table} ON n = {search}.rowid"
        f" WHERE {search} MATCH ? AND {search}.rowid <= ? AND {rows.where.sql}"
        f" ORDER BY {'rank' if rows.ranked else f'{search}.rowid'} LIMIT ?"
    )
    found = connection.execute(sql, (rows.match, oldest, *rows.where.values, most + 1)).fetchall()
    capped = len(found) > most
    del found[most:]
    return ShortOrder(found if rows.ranked else _in_order(found, rows.descending), capped=capped)


def _in_order(rows: list[Keyed], descending: bool) -> list[Keyed]:
    present = sorted((row for row in rows if row[1] is not None), key=_KEY, reverse=descending)
    missing = sorted((row for row in rows if row[1] is None), key=_id, reverse=descending)
    return [*present, *missing]


def _id(row: Keyed) -> str:
    return row[2]


class ShortOrder:
    """All rows listed."""

    def __init__(self, rows: list[Keyed], *, capped: bool = False) -> None:
        self.capped = capped
        self.total = len(rows)
        self._numbers = [number for number, _, _ in rows]
        self._places = {row_id: place for place, (_, _, row_id) in enumerate(rows)}

    def numbers(self, start: int, count: int) -> list[int]:
        """Row numbers from `start` on."""
        return self._numbers[start : start + count]

    def position(self, row_id: str) -> int | None:
        """Where an id stands."""
        return self._places.get(row_id)

    def ids(self) -> list[str]:
        """All ids."""
        return list(self._places)


@dataclass(slots=True)
class _Segment:
    """Rows with a value of the sort field, or those without; `places` by index within the segment."""

    present: bool
    offset: int
    size: int
    places: dict[int, Place] = field(default_factory=dict)

    def note(self, index: int, place: Place) -> None:
        self.places[index] = place
        if len(self.places) > _REMEMBERED:
            for old in list(islice(self.places, _REMEMBERED // 4)):
                del self.places[old]


class LongOrder:
    """Rows walked by key."""

    def __init__(self, connection: sqlite3.Connection, rows: Wanted, present: int, total: int) -> None:
        self.total = total
        self.capped = False
        self._connection = connection
        self._rows = rows
        self._segments = (_Segment(True, 0, present), _Segment(False, present, total - present))

    def numbers(self, start: int, count: int) -> list[int]:
        """Row numbers from `start` on."""
        found: list[int] = []
        for segment in self._segments:
            at = start + len(found) - segment.offset
            length = min(count - len(found), segment.size - at)
            if at >= 0 and length > 0:
                found += self._part(segment, at, length)
        return found

    def position(self, row_id: str) -> int | None:
        """Where an id stands; counts index entries unless the place is remembered."""
        sql = f"SELECT {self._rows.column} FROM {self._rows.table} WHERE id = ? AND {self._rows.where.sql}"
        found = self._connection.execute(sql, (row_id, *self._rows.where.values)).fetchone()
        if found is None:
            return None
        place: Place = (found[0], row_id)
        segment = self._segments[found[0] is None]
        index = next((at for at, known in segment.places.items() if known == place), None)
        if index is None:
            before = self._bound(segment, place, ahead=False)
            sql = f"SELECT count(*) FROM {self._rows.table} WHERE {before.sql}"
            index = int(self._connection.execute(sql, before.values).fetchone()[0])
            segment.note(index, place)
        return segment.offset + index

    def ids(self) -> list[str]:
        """All ids."""
        return [row_id for segment in self._segments for (row_id,) in self._fetch("id", segment, None)]

    def _part(self, segment: _Segment, start: int, count: int) -> list[int]:
        place, skip = self._near(segment, start)
        found = self._fetch(f"n, {self._rows.column}, id", segment, place, count=count, skip=skip)
        for index, (_, value, row_id) in enumerate(found, start):
            segment.note(index, (value, row_id))
        return [row[0] for row in found]

    def _near(self, segment: _Segment, index: int) -> tuple[Place | None, int]:
        """A place at or before `index` (None: the segment's start) and how many rows to skip from there."""
        if index in segment.places:
            return segment.places[index], 0
        known = min(segment.places, key=lambda at: abs(at - index), default=None)
        from_end = segment.size - index
        if known is None or min(index, from_end) <= abs(index - known):
            if index <= from_end:
                return None, index
            back, distance = None, from_end - 1
        elif known < index:
            return segment.places[known], index - known
        else:
            back, distance = segment.places[known], known - index
        [(value, row_id)] = self._fetch(
            f"{self._rows.column}, id", segment, back, ahead=False, count=1, skip=distance
        )
        return (value, row_id), 0

    def _fetch(
        self,
        what: str,
        segment: _Segment,
        place: Place | None,
        *,
        ahead: bool = True,
        count: int = -1,
        skip: int = 0,
    ) -> list[tuple[Any, ...]]:
        """Rows of a segment from `place` (None: its near end) on, ahead or back."""
        clause = self._bound(segment, place, ahead=ahead, sign="=")
        rows = self._rows
        way = "ASC" if ahead != rows.descending else "DESC"
        by = f"{rows.column} {way}, id {way}" if segment.present else f"id {way}"
        # Without a hint the planner may take the filter's index and sort everything.
        source = f"{rows.table} INDEXED BY {rows.index}"
        sql = f"SELECT {what} FROM {source} WHERE {clause.sql} ORDER BY {by} LIMIT ? OFFSET ?"
        return self._connection.execute(sql, (*clause.values, count, skip)).fetchall()

    def _bound(self, segment: _Segment, place: Place | None, *, ahead: bool, sign: str = "") -> Clause:
        rows = self._rows
        sql = f"{rows.column} IS {'NOT ' if segment.present else ''}NULL AND {rows.where.sql}"
        if place is None:
            return Clause(sql, rows.where.values)
        sign = (">" if ahead != rows.descending else "<") + sign
        value, row_id = place
        if value is None:
            return Clause(f"{sql} AND id {sign} ?", (*rows.where.values, row_id))
        return Clause(f"{sql} AND ({rows.column}, id) {sign} (?, ?)", (*rows.where.values, value, row_id))
