"""Seeded worlds kept as files, so that a test suite makes each of them once.

Off unless `IMAIL_SANDBOX_TEMPLATES` names a directory. A world is its seeding code, size, seed, start and
Python: a change of one is another file. What cannot be read or written is made anew, as without templates.
"""

import contextlib
import hashlib
import os
import platform
import sqlite3
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import imail_tui
from imail_tui.sandbox.database import read_meta

DIRECTORY_VARIABLE = "IMAIL_SANDBOX_TEMPLATES"

_PACKAGE = Path(imail_tui.__file__).parent
_SEEDING_CODE = ("sandbox", "domain/sequence")


def from_template(connection: sqlite3.Connection, facts: str, seed: Callable[[], None]) -> None:
    """Fill the empty `connection` from the template of what `facts` describe, else by `seed`, and keep it."""
    directory = os.environ.get(DIRECTORY_VARIABLE)
    if not directory:
        seed()
        return
    name = hashlib.sha256(f"{_code_digest()} {platform.python_version()} {facts}".encode()).hexdigest()
    template = Path(directory, f"{name[:32]}.sqlite3")
    if _restored(template, connection):
        return
    seed()
    with contextlib.suppress(OSError, sqlite3.Error):
        _keep(connection, template)


@cache
def _code_digest() -> str:
    digest = hashlib.sha256()
    for folder in _SEEDING_CODE:
        for path in sorted((_PACKAGE / folder).rglob("*")):
            if path.suffix in {".py", ".sql", ".json"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _restored(template: Path, connection: sqlite3.Connection) -> bool:
    """Whether `connection` now holds the template; it is as empty as before when not."""
    if not template.exists():
        return False
    try:
        kept = sqlite3.connect(f"{template.as_uri()}?mode=ro&immutable=1", uri=True)
    except sqlite3.Error:
        return False
    kept.row_factory = sqlite3.Row
    with contextlib.closing(kept):
        try:
            whole = kept.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
            if not whole or not read_meta(kept):
                return False
            kept.backup(connection)
        except sqlite3.Error:
            return False
    return True


def _keep(connection: sqlite3.Connection, template: Path) -> None:
    """Written beside and renamed: several processes may make the same template at once."""
    template.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=template.parent, suffix=".part")
    os.close(handle)
    try:
        with contextlib.closing(sqlite3.connect(part)) as kept:
            kept.execute("PRAGMA synchronous = OFF")
            connection.backup(kept)
        Path(part).replace(template)
    finally:
        Path(part).unlink(missing_ok=True)
