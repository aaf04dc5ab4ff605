"""Small private files: written whole or not at all, read only when nobody else could have written them."""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from imail_tui.model.problem import Problem

MOST_BYTES = 4_000_000
"""No file of ours that is read whole is larger."""


class FileRefused(Exception):
    """A file was not read or written; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem


def make_private_dir(path: Path) -> None:
    """Make a directory, and those above it, that only this user enters (0700). Raises OSError."""
    if not path.is_dir():
        make_private_dir(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def write_private(path: Path, content: bytes) -> None:
    """Put `content` at `path`, mode 0600, at once: a reader sees the old or the new file. Raises OSError."""
    make_private_dir(path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


@contextmanager
def written_whole(path: Path) -> Iterator[TextIO]:
    """Text that is at `path`, mode 0600, once the block ended well, and not at all before. Raises OSError."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def read_checked(path: Path, *, private: bool = False) -> bytes:
    """The content of a regular file. Raises FileNotFoundError, OSError, FileRefused.

    With `private`, a symbolic link, a file of another user, or one that group or others can read is refused:
    a secret that others read is none.
    """
    flags = os.O_RDONLY | os.O_CLOEXEC | (os.O_NOFOLLOW if private else 0) | os.O_NONBLOCK
    descriptor = _open(path, flags)
    try:
        _check(path, os.fstat(descriptor), private=private)
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return stream.read(MOST_BYTES)
    finally:
        os.close(descriptor)


def exposure(path: Path) -> Problem | None:
    """Why others could change a file or directory, None if they cannot or it is not there."""
    try:
        about = path.lstat()
    except OSError:
        return None
    if about.st_uid != os.geteuid():
        return _problem(path, "It belongs to another user.", "Make a copy that is yours.")
    if not stat.S_ISLNK(about.st_mode) and about.st_mode & 0o022:
        return _problem(path, "It can be changed by other users.", f"Run: chmod go-w {path}")
    return None


def _check(path: Path, about: os.stat_result, *, private: bool) -> None:
    if not stat.S_ISREG(about.st_mode):
        raise _refused(path, "is not a regular file", "Point to a file.")
    if private and about.st_uid != os.geteuid():
        raise _refused(path, "belongs to another user", "Make a copy that is yours, mode 600.")
    if private and about.st_mode & 0o077:
        raise _refused(path, "can be read by other users", f"Run: chmod 600 {path}")
    if about.st_size > MOST_BYTES:
        raise _refused(path, "is too large", f"At most {MOST_BYTES // 1_000_000} MB are read.")


def _open(path: Path, flags: int) -> int:
    try:
        return os.open(path, flags)
    except OSError as error:
        if path.is_symlink():
            raise _refused(path, "is a symbolic link", "Put the file itself there.") from error
        raise


def _refused(path: Path, what: str, remedy: str) -> FileRefused:
    return FileRefused(_problem(path, f"The file {what}.", remedy))


def _problem(path: Path, what: str, remedy: str) -> Problem:
    return Problem(what, remedy, where=str(path), code="file_refused")
