"""The request log on disk: JSON lines, appended by all processes of the user, cut to a bounded size.

Lines rather than a database: an append is one write that needs nobody's lock to be whole, a process that is
killed leaves at most half a line, which readers pass over, and the file can be read with `tail` and `jq`. It
works on a home directory on NFS, where SQLite's locks do not. Two files hold it: when the first is full it
takes the place of the second.
"""

import fcntl
import json
import os
import stat
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Final

import orjson

from imail_tui.model.record import Json
from imail_tui.store.files import make_private_dir

MOST_BYTES: Final = 5_000_000
"""Both files together; about 20,000 lines."""
LOCK_SECONDS: Final = 0.5
"""How long an append waits for another process. After that it goes on without the lock, and cuts nothing."""
_LOCK_PAUSE: Final = 0.01


class RequestLogFile:
    """The two files. Appending is for one thread at a time; other processes may do the same."""

    def __init__(self, path: Path, most_bytes: int = MOST_BYTES) -> None:
        self.path = path
        self.older = path.with_name(f"{path.stem}.1{path.suffix}")
        self._half = most_bytes // 2

    def append(self, lines: Iterable[Json]) -> None:
        """Add lines. Raises OSError, and then nothing of them is kept.

        Lines are ASCII, control characters as `\\uXXXX`: printing the file does nothing to a terminal.
        """
        data = "".join(f"{json.dumps(line, separators=(',', ':'))}\n" for line in lines).encode()
        make_private_dir(self.path.parent)
        descriptor = self._open_locked(len(data))
        try:
            _write_whole(descriptor, data)
        finally:
            os.close(descriptor)

    def size(self) -> int:
        """Bytes of both files."""
        total = 0
        for path in (self.older, self.path):
            try:
                total += path.stat().st_size
            except FileNotFoundError:
                continue
        return total

    def _open_locked(self, more: int) -> int:
        """The file to append to, locked; a full one is put aside first."""
        while True:
            descriptor = _open(self.path)
            try:
                if not _lock(descriptor):
                    return descriptor
                about = os.fstat(descriptor)
                if _is_at(self.path, about):
                    if about.st_size == 0 or about.st_size + more <= self._half:
                        return descriptor
                    self.path.replace(self.older)
            except BaseException:
                os.close(descriptor)
                raise
            # Put aside, by us or by another process: what is at the path now is another file.
            os.close(descriptor)


class RequestLogReader:
    """Reads the log from its oldest line on, and later what was added since."""

    def __init__(self, log: RequestLogFile) -> None:
        self._log = log
        self._offsets: dict[tuple[int, int], int] = {}

    def read_more(self) -> list[Json]:
        """Lines that were added since the last time, oldest first. Raises OSError.

        Half a line at the end is left for the next time; what is no JSON object is passed over.
        """
        with ExitStack() as opened:
            # The newer first: if it is put aside in between, it is opened twice and read once.
            newer, older = (_open_to_read(path, opened) for path in (self._log.path, self._log.older))
            streams = [
                *([older] if older and not _are_same(older, newer) else []),
                *([newer] if newer else []),
            ]
            offsets: dict[tuple[int, int], int] = {}
            lines: list[bytes] = []
            for stream in streams:
                about = os.fstat(stream.fileno())
                identity = (about.st_dev, about.st_ino)
                start = self._offsets.get(identity, 0)
                stream.seek(start if start <= about.st_size else 0)
                data = stream.read(about.st_size - stream.tell())
                whole = data[: data.rfind(b"\n") + 1]
                offsets[identity] = stream.tell() - len(data) + len(whole)
                lines += whole.split(b"\n")
        self._offsets = offsets
        return _objects(lines)


def _open_to_read(path: Path, opened: ExitStack) -> BinaryIO | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    return opened.enter_context(os.fdopen(descriptor, "rb"))


def _are_same(one: BinaryIO, other: BinaryIO | None) -> bool:
    return other is not None and os.path.samestat(os.fstat(one.fileno()), os.fstat(other.fileno()))


def _objects(lines: Sequence[bytes]) -> list[Json]:
    found: list[Json] = []
    for line in lines:
        try:
            value = orjson.loads(line) if line else None
        except orjson.JSONDecodeError:
            continue
        if isinstance(value, dict):
            found.append(value)
    return found


def _open(path: Path) -> int:
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    descriptor = os.open(path, flags, 0o600)
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode):
        os.close(descriptor)
        raise OSError(f"{path} is not a regular file")
    if about.st_mode & 0o077:
        os.fchmod(descriptor, 0o600)
    return descriptor


def _lock(descriptor: int) -> bool:
    """Whether the lock was had in time: a process that was stopped may hold it for ever."""
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_LOCK_PAUSE)
        except OSError:
            # A file system without locks.
            return False
        else:
            return True


def _is_at(path: Path, about: os.stat_result) -> bool:
    try:
        now = path.stat()
    except FileNotFoundError:
        return False
    return (now.st_dev, now.st_ino) == (about.st_dev, about.st_ino)


def _write_whole(descriptor: int, data: bytes) -> None:
    before = os.fstat(descriptor).st_size
    if before and os.pread(descriptor, 1, before - 1) != b"\n":
        # Half a line of a process that was killed must not swallow ours.
        data = b"\n" + data
    written = os.write(descriptor, data)
    if written < len(data):
        os.ftruncate(descriptor, before)
        raise OSError("the disk is full")
