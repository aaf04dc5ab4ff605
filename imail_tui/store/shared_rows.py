"""Small rows that all processes of this machine change one at a time, such as the request budget.

One SQLite file in the runtime directory, which is on a local disk (a home on NFS breaks SQLite's locks). What
is in it is worth nothing after a restart of the machine, so nothing waits for the disk. A rollback journal
instead of WAL: one file is all there is, so it can be deleted under running processes, which notice and begin
a new one. Measured: 30 to 60 µs for a change.
"""

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from imail_tui.model.problem import Problem
from imail_tui.store.files import make_private_dir

_R = TypeVar("_R")

BUSY_SECONDS = 0.005
"""How long a change waits for another process. A caller on an event loop tries again later instead."""
_SCHEMA = "CREATE TABLE IF NOT EXISTS shared (id TEXT PRIMARY KEY, boot TEXT NOT NULL, value BLOB NOT NULL)"


class RowsBusy(Exception):
    """Another process holds the file: try again in a moment."""


class RowsUnusable(Exception):
    """The file cannot be used; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem


class SharedRows:
    """The rows of one file. Not for two threads at once."""

    def __init__(self, file: Path) -> None:
        """Opens at the first change."""
        self.file = file
        self._boot = _boot()
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[int, int] | None = None

    def change(self, row_id: str, transition: Callable[[bytes | None], tuple[bytes | None, _R]]) -> _R:
        """Replace a row by what `transition` makes of it (None = leave it); no other process comes between.

        A row of an earlier boot counts as None. Raises RowsBusy, RowsUnusable; the row is then unchanged.
        """
        try:
            connection = self._current()
            connection.execute("BEGIN IMMEDIATE")
        except (sqlite3.Error, OSError) as error:
            raise self._failure(error) from None
        try:
            value, result = transition(self._read(connection, row_id))
            if value is not None:
                connection.execute(
                    "INSERT OR REPLACE INTO shared VALUES (?, ?, ?)", (row_id, self._boot, value)
                )
            connection.execute("COMMIT")
        except BaseException as error:
            self._roll_back(connection)
            if isinstance(error, sqlite3.Error):
                raise self._failure(error) from None
            raise
        return result

    def look(self, row_id: str) -> bytes | None:
        """A row as it is now. Raises RowsBusy, RowsUnusable."""
        try:
            return self._read(self._current(), row_id)
        except (sqlite3.Error, OSError) as error:
            raise self._failure(error) from None

    def close(self) -> None:
        """Close the file. It opens again when it is used again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _read(self, connection: sqlite3.Connection, row_id: str) -> bytes | None:
        found = connection.execute(
            "SELECT value FROM shared WHERE id = ? AND boot = ?", (row_id, self._boot)
        ).fetchone()
        return None if found is None else bytes(found[0])

    def _current(self) -> sqlite3.Connection:
        """The connection to the file that is there now, which need not be the one opened before."""
        if self._connection is not None and self._identity() != self._opened:
            self.close()
        if self._connection is None:
            self._connection = self._open()
            self._opened = self._identity()
        return self._connection

    def _identity(self) -> tuple[int, int] | None:
        try:
            about = self.file.stat()
        except FileNotFoundError:
            return None
        return about.st_dev, about.st_ino

    def _open(self) -> sqlite3.Connection:
        folder = self.file.parent
        make_private_dir(folder)
        if not _is_private(folder):
            raise RowsUnusable(
                Problem(
                    "Other users could change the directory of the shared request budget.",
                    f"Run: chmod 700 {folder}, or remove it.",
                    where=str(folder),
                    code="runtime_dir",
                )
            )
        # SQLite would make the file with the umask's mode.
        os.close(os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        connection = sqlite3.connect(
            self.file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA journal_mode = TRUNCATE")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute(_SCHEMA)
        except BaseException:
            connection.close()
            raise
        return connection

    def _vanished(self) -> bool:
        """Whether the file was deleted, or another put in its place, while it was in use."""
        try:
            return self._connection is not None and self._identity() != self._opened
        except OSError:
            return False

    def _discarded(self) -> bool:
        """Remove a broken file: it holds nothing that cannot be found out again."""
        try:
            self.file.unlink(missing_ok=True)
        except OSError:
            return False
        return True

    def _roll_back(self, connection: sqlite3.Connection) -> None:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            self.close()

    def _failure(self, error: sqlite3.Error | OSError) -> RowsBusy | RowsUnusable:
        # SQLite's codes have their kind in the lowest byte.
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code in _BUSY:
            return RowsBusy()
        vanished = self._vanished()
        self.close()
        if vanished or (code in _BROKEN and self._discarded()):
            return RowsBusy()
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return RowsUnusable(
            Problem(
                f"The request budget cannot be shared with other processes: {reason}.",
                "Make the directory writable, or set XDG_RUNTIME_DIR to one that is.",
                where=str(self.file),
                code="runtime_dir",
            )
        )


_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def _is_private(folder: Path) -> bool:
    """Whether nobody but us (and root) can change the directory, or put another in its place."""
    about = folder.stat()
    ours = about.st_uid == os.geteuid() and not about.st_mode & 0o022
    return ours and folder.parent.stat().st_uid in (os.geteuid(), 0)


def boot_seconds() -> float:
    """Seconds of a clock that is the same in all processes of this machine, and counts its sleep too."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


def _boot() -> str:
    """What differs after a restart of the machine, when its clock starts anew."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        # Without the id a clock that went back gives it away (see the budget's own check).
        return ""
