"""Opening the cache file: private, write-ahead, made anew when it is of another version or damaged."""

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from imail_tui.model.problem import Problem
from imail_tui.store.files import make_private_dir
from imail_tui.store.schema import statements, version

BUSY_SECONDS = 5.0
"""How long a writer waits for another process of the same profile."""

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection without implicit transactions, usable from any thread (callers take turns)."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON" if read_only else "PRAGMA synchronous = NORMAL")
    return connection


def prepare(path: Path) -> Problem | None:
    """Make sure that `path` holds a cache of this version. Returns what had to be done about damage.

    Raises OSError or sqlite3.Error when no file can be made there.
    """
    make_private_dir(path.parent)
    try:
        _prepare(path)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return start_over(path)
    return None


def start_over(path: Path) -> Problem:
    """Move a damaged cache aside and make an empty one."""
    aside = path.with_name(f"{path.name}.damaged-{int(time.time())}")
    path.replace(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    _prepare(path)
    return Problem(
        what="The local cache was damaged and is being filled anew.",
        remedy=f"The old file is kept as {aside.name}; it can be deleted.",
        where=str(path.parent),
        code="cache_damaged",
    )


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is broken, rather than busy, full or read-only."""
    code = getattr(error, "sqlite_errorcode", None)
    # Extended codes keep the kind in the low byte. A missing table means a file cut to nothing.
    return (code is not None and (code & 0xFF) in _DAMAGED) or "no such table" in str(error)


def _prepare(path: Path) -> None:
    # Made by us first, so that it is private from its first byte; SQLite gives -wal and -shm the same mode.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
    with closing(connect(path)) as connection:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found == version():
            return
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in tables:
            quoted = str(name).replace('"', '""')
            connection.execute(f'DROP TABLE "{quoted}"')
        for statement in statements():
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version()}")
        connection.execute("COMMIT")
