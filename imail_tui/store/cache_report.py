"""A cache file looked at from outside, without changing it."""

import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

CHECK_SECONDS: Final = 3.0
_STEPS: Final = 10_000


@dataclass(frozen=True, slots=True)
class CacheReport:
    """Size in bytes with the write-ahead log, and what is wrong ("" = nothing).

    `whole` False: the check took too long and was left.
    """

    size: int
    fault: str = ""
    whole: bool = True


def look_at_cache(path: Path, seconds: float = CHECK_SECONDS) -> CacheReport | None:
    """Check every page of a cache; None when there is no file to be seen. Blocks for at most `seconds`."""
    try:
        wal = path.with_name(path.name + "-wal")
        size = path.stat().st_size + (wal.stat().st_size if wal.exists() else 0)
    except OSError:
        return None
    deadline = time.monotonic() + seconds
    try:
        with closing(
            sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=1.0)
        ) as connection:
            connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            return CacheReport(size, whole=False)
        return CacheReport(size, str(error))
    except sqlite3.DatabaseError as error:
        return CacheReport(size, str(error))
    return CacheReport(size, "" if found == "ok" else found)
