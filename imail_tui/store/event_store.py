"""The events of one workspace, each kept once with its raw body, in a file that all sessions here read.

An event is known by its id; a body without one by its SHA-256. Whoever receives events adds them, whatever
came before: by webhook, by catching up, again, late, in any order. A row number says in which order they
arrived here, `created_at` in which they happened. A commit is on the disk before `add` returns, because the
sender of a webhook is told that we have it.
"""

import hashlib
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from imail_tui.domain.event_subjects import Aspect, subjects_of
from imail_tui.domain.filters import EVERYTHING, Filter
from imail_tui.domain.folding import folded
from imail_tui.domain.listing import EVENTS, Sort, key_of, searched_text
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json
from imail_tui.store.database import Database
from imail_tui.store.raw import read_row
from imail_tui.store.schema import Layout, column, layout, tables
from imail_tui.store.windows import Window

_T = TypeVar("_T")

_BY_BODY = "sha256:"
_OURS = b'\n"id":"'
_OUR_END = re.compile(rb'sha256:[0-9a-f]{64}"}\s*')
_TYPE, _AT = EVENTS.fields[0], EVENTS.fields[-1]
_AT_ONCE = 5_000
"""Rows dropped or copied in one transaction: others write in between."""
_INSERT = (
    f"INSERT OR IGNORE INTO events (id, words, {', '.join(column(field) for field in EVENTS.fields)})"
    f" VALUES ({', '.join('?' * (len(EVENTS.fields) + 2))})"
)
_NEWEST_WINS = (
    "INSERT INTO latest (aspect, about, at, id) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (aspect, about) DO UPDATE SET at = excluded.at, id = excluded.id"
    " WHERE (excluded.at, excluded.id) > (at, id)"
)


class EventsNotKept(Exception):
    """The store could not be changed, and nothing in it was; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one body: its event's id ("" for what is no event), and whether it is new here."""

    id: str
    new: bool


@dataclass(frozen=True, slots=True)
class Added:
    """What became of some bodies, in their order."""

    each: tuple[Kept, ...] = ()

    @property
    def new(self) -> tuple[str, ...]:
        """Ids of the events that were not here before."""
        return tuple(kept.id for kept in self.each if kept.new)

    @property
    def known(self) -> int:
        """How many were here already."""
        return sum(bool(kept.id) and not kept.new for kept in self.each)

    @property
    def unreadable(self) -> int:
        """How many are no events: no JSON objects."""
        return sum(not kept.id for kept in self.each)


@dataclass(frozen=True, slots=True)
class Arrived:
    """An event by the order of arrival."""

    number: int
    event: Json


class EventStore(Database):
    """One file of events. Writes raise EventsNotKept.

    A damaged file is moved aside when it is opened; events of another layout are written anew.
    """

    PRAGMAS = ("synchronous = FULL",)

    @staticmethod
    def layout() -> Layout:
        """An empty store of events."""
        return layout(
            "event store",
            (
                # Never used again: what has been seen up to a number has been seen.
                *tables(EVENTS, "INTEGER PRIMARY KEY AUTOINCREMENT"),
                "CREATE TABLE latest (aspect TEXT, about TEXT, at REAL NOT NULL, id TEXT NOT NULL,"
                " PRIMARY KEY (aspect, about)) WITHOUT ROWID",
                "CREATE TABLE counts (type TEXT PRIMARY KEY, events INTEGER NOT NULL) WITHOUT ROWID",
                "CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
            ),
            (EVENTS,),
            refill=_refill,
            refilled_from=("events_raw", "state"),
        )

    def add(self, bodies: Iterable[bytes], at: float) -> Added:
        """Keep events, given as the JSON they came as, received at `at` (epoch seconds).

        All are on the disk when it returns. Raises EventsNotKept (disk full); then none is kept.
        """
        read = [_read(body, at) for body in bodies]

        def write(connection: sqlite3.Connection) -> tuple[Kept, ...]:
            new = [row is not None and _insert(connection, row) for row in read]
            fates = list(zip(read, new, strict=True))
            _count(connection, Counter(row.type for row, is_new in fates if row and is_new))
            return tuple(Kept(row.id if row else "", is_new) for row, is_new in fates)

        return Added(self._write(write))

    def get(self, event_id: str) -> Json | None:
        """One event."""
        found = self._raw(event_id)
        return None if found is None else read_row(found)

    def body(self, event_id: str) -> bytes | None:
        """One event's body as it came, byte for byte."""
        found = self._raw(event_id)
        return None if found is None else _as_it_came(found)

    def window(self, rows: Filter = EVERYTHING, sort: Sort | None = None) -> Window:
        """The events that pass a filter, newest first unless told otherwise."""
        return self._open_window(EVENTS, rows, sort, total_of if not rows else None)

    @property
    def total(self) -> int:
        """How many events there are."""
        return self._read(total_of)

    def counts(self) -> dict[str, int]:
        """How many there are of each type."""
        return self._read(lambda connection: dict(connection.execute("SELECT type, events FROM counts")))

    def version(self) -> int:
        """A number that differs after any process changed the file; costs a few microseconds."""
        return self._read(lambda connection: int(connection.execute("PRAGMA data_version").fetchone()[0]))

    def last_number(self) -> int:
        """The number of the event that arrived last, 0 = none ever did."""
        sql = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'events'"
        return self._read(lambda connection: int(connection.execute(sql).fetchone()[0]))

    def arrived_after(self, number: int, most: int = 1_000) -> list[Arrived]:
        """Events that arrived behind a number, in the order of arrival."""
        sql = "SELECT n, id, raw FROM events JOIN events_raw USING (n) WHERE n > ? ORDER BY n LIMIT ?"
        found = self._read(lambda connection: connection.execute(sql, (number, most)).fetchall())
        return [Arrived(place, read_row(raw)) for place, _, raw in found]

    def about(self, field: str, value: str, types: Sequence[str] = (), most: int = 1_000) -> list[Json]:
        """The newest events whose `field` (campaign, inbox, lead) is `value`, oldest first."""
        of_type = f" AND f_type IN ({','.join('?' * len(types))})" if types else ""
        spec = EVENTS.field(field)
        assert spec is not None, field
        sql = (
            f"SELECT raw FROM events JOIN events_raw USING (n) WHERE {column(spec)} = ?{of_type}"
            " ORDER BY f_at DESC, id DESC LIMIT ?"
        )
        values = (folded(value), *types, most)
        found = self._read(lambda connection: connection.execute(sql, values).fetchall())
        return [read_row(raw) for (raw,) in reversed(found)]

    def latest(self, aspect: Aspect, about: str) -> Json | None:
        """The newest event about one side of one thing, whenever it arrived."""
        sql = "SELECT id FROM latest WHERE aspect = ? AND about = ?"
        found = self._read(lambda connection: connection.execute(sql, (aspect, about)).fetchone())
        return None if found is None else self.get(found[0])

    def recall(self, name: str) -> str | None:
        """A note of `remember`."""
        sql = "SELECT value FROM state WHERE name = ?"
        found = self._read(lambda connection: connection.execute(sql, (name,)).fetchone())
        return None if found is None else str(found[0])

    def remember(self, name: str, value: str) -> None:
        """Keep a note beside the events, such as how far the ledger was read."""
        self.change(name, lambda _: value)

    def change(self, name: str, transition: Callable[[str | None], str | None]) -> str | None:
        """Replace a note by what `transition` makes of it (None = leave it); nobody comes between.

        Returns the note as it then is.
        """

        def write(connection: sqlite3.Connection) -> str | None:
            found = connection.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
            before = None if found is None else str(found[0])
            after = transition(before)
            if after is not None and after != before:
                connection.execute("INSERT OR REPLACE INTO state (name, value) VALUES (?, ?)", (name, after))
            return before if after is None else after

        return self._write(write)

    def trim(self, *, before: float | None = None, most: int | None = None) -> int:
        """Drop what happened before a moment (epoch seconds) and the oldest beyond `most`; tells how many."""
        dropped = 0
        while found := self._write(lambda connection: _drop_some(connection, before, most)):
            dropped += found
        return dropped

    def clear(self) -> None:
        """Forget everything: it belongs to another workspace."""

        def write(connection: sqlite3.Connection) -> None:
            for table in ("events", "events_raw", "latest", "counts", "state"):
                connection.execute(f"DELETE FROM {table}")

        self._write(write)

    def _raw(self, event_id: str) -> bytes | None:
        sql = "SELECT raw FROM events JOIN events_raw USING (n) WHERE id = ?"
        found = self._read(lambda connection: connection.execute(sql, (event_id,)).fetchone())
        return None if found is None else bytes(found[0])

    def _write(self, change: Callable[[sqlite3.Connection], _T]) -> _T:
        try:
            return super()._write(change)
        except sqlite3.Error as error:
            what, remedy = f"Events cannot be kept: {error}.", "Make room on the disk, and look at the file."
            raise EventsNotKept(Problem(what, remedy, str(self.path), code="events_not_kept")) from error

    def _mend(self, error: sqlite3.DatabaseError) -> None:
        """What came by webhook comes only once: a file is not given up while it is used."""
        raise error


def total_of(connection: sqlite3.Connection) -> int:
    """How many events a store has, by its counters."""
    return int(connection.execute("SELECT coalesce(sum(events), 0) FROM counts").fetchone()[0])


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    raw: bytes
    event: Json
    at: float

    @property
    def type(self) -> str:
        return str(key_of(_TYPE, self.event) or "")


def _read(body: bytes, received: float) -> _Row | None:
    """An event as it is kept; None for what is no JSON object."""
    try:
        event = read_row(body)
    except ValueError:
        return None
    at = key_of(_AT, event)
    row_id = event.get("id")
    if not isinstance(row_id, str) or not row_id:
        row_id = _BY_BODY + hashlib.sha256(body).hexdigest()
        body = _with_id(row_id, body)
        event = read_row(body)
    return _Row(row_id, body, event, at if isinstance(at, float) else received)


def _with_id(row_id: str, body: bytes) -> bytes:
    """A body without an id of its own, as JSON that has ours: of two members of one name the last counts."""
    content = body.rstrip()
    comma = b"" if content[:-1].rstrip().endswith(b"{") else b","
    return b'%s%s%s%s"}%s' % (content[:-1], comma, _OURS, row_id.encode(), body[len(content) :])


def _as_it_came(raw: bytes) -> bytes:
    """The body, without what `_with_id` put into it."""
    before, ours, after = raw.rpartition(_OURS)
    if not ours or not _OUR_END.fullmatch(after):
        return raw
    return before.removesuffix(b",") + after[after.index(b"}") :]


def _insert(connection: sqlite3.Connection, row: _Row) -> bool:
    """Keep one event; False when it is here already."""
    keys = [key_of(field, row.event) for field in EVENTS.fields[:-1]]
    done = connection.execute(_INSERT, (row.id, searched_text(EVENTS, row.event), *keys, row.at))
    if not done.rowcount:
        return False
    connection.execute("INSERT INTO events_raw (n, raw) VALUES (?, ?)", (done.lastrowid, row.raw))
    connection.executemany(
        _NEWEST_WINS, [(each.aspect, each.about, row.at, row.id) for each in subjects_of(row.event)]
    )
    return True


def _count(connection: sqlite3.Connection, more: Mapping[str, int]) -> None:
    connection.executemany(
        "INSERT INTO counts (type, events) VALUES (?, ?)"
        " ON CONFLICT (type) DO UPDATE SET events = events + excluded.events",
        more.items(),
    )


def _drop_some(connection: sqlite3.Connection, before: float | None, most: int | None) -> int:
    rows: list[tuple[int, str | None]] = []
    if before is not None:
        sql = "SELECT n, f_type FROM events WHERE f_at < ? LIMIT ?"
        rows = connection.execute(sql, (before, _AT_ONCE)).fetchall()
    if not rows and most is not None:
        surplus = max(0, total_of(connection) - most)
        sql = "SELECT n, f_type FROM events ORDER BY f_at, id LIMIT ?"
        rows = connection.execute(sql, (min(surplus, _AT_ONCE),)).fetchall()
    for table in ("events", "events_raw"):
        connection.executemany(f"DELETE FROM {table} WHERE n = ?", ((number,) for number, _ in rows))
    _count(connection, {kind: -lost for kind, lost in Counter(kind or "" for _, kind in rows).items()})
    return len(rows)


def _refill(connection: sqlite3.Connection) -> None:
    """Write the events of a store of another layout into this one."""
    rows = connection.execute("SELECT raw FROM before_events_raw ORDER BY n")
    while batch := rows.fetchmany(_AT_ONCE):
        read = [_read(_as_it_came(raw), 0.0) for (raw,) in batch]
        _count(connection, Counter(row.type for row in read if row is not None and _insert(connection, row)))
    connection.execute("INSERT INTO state SELECT name, value FROM before_state")
