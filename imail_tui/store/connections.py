"""Opening database files of ours: private, write-ahead, moved aside when damaged."""

import errno
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from imail_tui.model.problem import Problem
from imail_tui.store.files import make_private_dir
from imail_tui.store.schema import Layout

BUSY_SECONDS = 5.0
"""How long a writer waits for another process of the same profile."""

LONGEST_LOG = 32_000_000
"""Bytes of a write-ahead log beyond which windows let go of their moment, so that it can be shortened."""
_SHORTENING = 1.0
"""Seconds between two attempts to shorten a log that somebody still reads."""

_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite^_%' ESCAPE '^'"
    # An index of text takes the tables it consists of along.
    " ORDER BY sql NOT LIKE 'CREATE VIRTUAL%'"
)
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection without implicit transactions, usable from any thread (callers take turns)."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON" if read_only else "PRAGMA synchronous = NORMAL")
    return connection


class Log:
    """The write-ahead log of a file: a moment that a reader of any process keeps makes it grow."""

    def __init__(self, path: Path) -> None:
        self._file = path.with_name(path.name + "-wal")
        self._tried = -_SHORTENING

    @property
    def is_long(self) -> bool:
        """Whether readers should let go of their moment."""
        try:
            return self._file.stat().st_size > LONGEST_LOG
        except OSError:
            return False

    def shorten(self, connection: sqlite3.Connection) -> None:
        """Bring the log into the file and empty it; while another process reads it, only part of that."""
        if time.monotonic() - self._tried < _SHORTENING:
            return
        # A checkpoint that waits for a reader keeps every other writer out meanwhile.
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.execute(f"PRAGMA busy_timeout = {1000 * BUSY_SECONDS:.0f}")
        if busy:
            self._tried = time.monotonic()


def prepare(path: Path, layout: Layout) -> Problem | None:
    """Make sure that `path` holds tables of this layout. Returns what had to be done about damage.

    Tables of another layout are dropped.

    Raises OSError or sqlite3.Error when no file can be made there.
    """
    make_private_dir(path.parent)
    try:
        _prepare(path, layout)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return start_over(path, layout)
    return None


def settle(path: Path, layout: Layout) -> tuple[Path, Problem | None, Callable[[], None]]:
    """Make sure of a file at `path`, or for this run in a temporary folder where none can be made.

    Returns where it is, what was wrong, and what removes the temporary folder.
    """
    try:
        return path, prepare(path, layout), lambda: None
    except (OSError, sqlite3.Error) as error:
        what = f"The local {layout.what} cannot be kept; the next start begins empty."
        remedy = f"Make {path.parent} writable: {error}"
        problem = Problem(what, remedy, where=str(path), code=f"{layout.what.replace(' ', '_')}_unwritable")
    folder = tempfile.TemporaryDirectory(prefix="imail-tui-", ignore_cleanup_errors=True)
    place = Path(folder.name) / path.name
    prepare(place, layout)
    return place, problem, folder.cleanup


def start_over(path: Path, layout: Layout) -> Problem:
    """Move a damaged file aside and make an empty one."""
    aside = path.with_name(f"{path.name}.damaged-{int(time.time())}")
    path.replace(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    _prepare(path, layout)
    return Problem(
        what=f"The local {layout.what} was damaged and is being filled anew.",
        remedy=f"The old file is kept as {aside.name}; it can be deleted.",
        where=str(path.parent),
        code=f"{layout.what.replace(' ', '_')}_damaged",
    )


def is_full(error: BaseException) -> bool:
    """Whether an error comes of a full disk."""
    if isinstance(error, sqlite3.OperationalError):
        # Not every error of this kind carries a code.
        return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return isinstance(error, OSError) and error.errno == errno.ENOSPC


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is broken, rather than busy, full or read-only."""
    code = getattr(error, "sqlite_errorcode", None)
    # Extended codes keep the kind in the low byte. A missing table means a file cut to nothing.
    return (code is not None and (code & 0xFF) in _DAMAGED) or "no such table" in str(error)


def _prepare(path: Path, layout: Layout) -> None:
    # Made by us first, so that it is private from its first byte; SQLite gives -wal and -shm the same mode.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
    with closing(connect(path)) as connection:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found == layout.version:
            return
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("PRAGMA user_version").fetchone()[0] != layout.version:
            _renew(connection, layout)
            connection.execute(f"PRAGMA user_version = {layout.version}")
        connection.execute("COMMIT")


def _renew(connection: sqlite3.Connection, layout: Layout) -> None:
    found = connection.execute(_TABLES).fetchall()
    kept = [name for (name,) in found if name in layout.refilled_from]
    for (name,) in found:
        quoted = str(name).replace('"', '""')
        how = (
            f'ALTER TABLE "{quoted}" RENAME TO "before_{quoted}"'
            if name in kept
            else f'DROP TABLE IF EXISTS "{quoted}"'
        )
        connection.execute(how)
    for statement in layout.statements:
        connection.execute(statement)
    if layout.refill is not None and len(kept) == len(layout.refilled_from):
        layout.refill(connection)
        for name in kept:
            connection.execute(f"DROP TABLE before_{name}")
