"""Small worlds for the tests of this folder, made once for each start."""

import datetime as dt
import hashlib
import sqlite3
from functools import lru_cache

from imail_tui.sandbox.clock import to_ms
from imail_tui.sandbox.database import connect
from imail_tui.sandbox.world.heartbeat import Heartbeat
from imail_tui.sandbox.worlds import WorldOptions, open_ledgers

HOUR = 3_600_000
MONDAY = dt.datetime(2026, 11, 23, 14, 23, tzinfo=dt.UTC)
SUNDAY = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)


@lru_cache(maxsize=2)
def _made(start: dt.datetime) -> sqlite3.Connection:
    with_both = open_ledgers(WorldOptions(start=start, seed=7, frozen=True))
    with with_both.test.read() as connection:
        return connection


def small_world(start: dt.datetime = MONDAY) -> sqlite3.Connection:
    """A fresh copy of the small world of seed 7."""
    copy = connect(":memory:")
    _made(start).backup(copy)
    return copy


def advance(connection: sqlite3.Connection, *instants: int) -> None:
    """Move a world on to each instant in turn, as the server does: one heartbeat, a transaction a call."""
    heartbeat = Heartbeat(connection, 7)
    for instant in instants:
        connection.execute("BEGIN")
        heartbeat.advance_to(instant)
        connection.execute("COMMIT")


def fingerprint(connection: sqlite3.Connection) -> str:
    """A hash of all rows of all tables."""
    digest = hashlib.sha256()
    for line in connection.iterdump():
        digest.update(line.encode())
    return digest.hexdigest()


def number(connection: sqlite3.Connection, query: str, *values: object) -> int:
    """The single number a query answers with; no row or NULL is 0."""
    row = connection.execute(query, values).fetchone()
    return int(row[0] or 0) if row is not None else 0


def start_ms(start: dt.datetime = MONDAY) -> int:
    """The instant a small world starts at."""
    return to_ms(start)
