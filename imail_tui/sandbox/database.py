"""SQLite of one ledger: how it is opened, its tables, and the record of what it holds."""

import sqlite3
from pathlib import Path

SCHEMA_VERSION = 4
"""Raised whenever a table changes its shape or the seeded world its content."""

_HERE = Path(__file__).parent


def connect(path: str) -> sqlite3.Connection:
    """A connection for use from several threads under one lock; `path` is a file or `:memory:`.

    Transactions are explicit (autocommit outside of BEGIN); rows answer to column names.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    if path == ":memory:":
        connection.execute("PRAGMA temp_store = MEMORY")
    else:
        # Sorting a million rows for an index takes the memory it is given.
        connection.execute("PRAGMA cache_size = -32768")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def create_tables(connection: sqlite3.Connection) -> None:
    """Make the tables, without indexes and triggers, so that a bulk load is fast."""
    connection.executescript((_HERE / "schema.sql").read_text("utf-8"))


def create_indexes(connection: sqlite3.Connection) -> None:
    """Make indexes, counters, search tables and triggers over whatever the tables hold."""
    connection.executescript((_HERE / "indexes.sql").read_text("utf-8"))


def read_meta(connection: sqlite3.Connection) -> dict[str, str]:
    """The ledger's own record of itself; empty when the file holds no finished ledger."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone() is None:
        return {}
    return {row["key"]: row["value"] for row in connection.execute("SELECT key, value FROM meta")}


def write_meta(connection: sqlite3.Connection, values: dict[str, str]) -> None:
    """Set some of the ledger's own facts."""
    connection.executemany("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", values.items())
