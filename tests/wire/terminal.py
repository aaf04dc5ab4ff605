"""A terminal that counts: runs a command in a pty, draws what it writes, keeps the bytes.

It never answers a query (cursor position, colours, modes), as a plain terminal or a slow link would not.
Every wait is for a condition with a deadline.
"""

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pyte

from tests.patience import PATIENCE

_LOOK_AGAIN: Final = 0.05
_QUIET: Final = 0.25  # seconds without a byte that count as the end of a burst
_MODE: Final = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
_KEYBOARD: Final = re.compile(rb"\x1b\[([<>])[0-9;]*u")
_DRAWING: Final = re.compile(
    r"\x1b\[[0-9;]*[mH]|\x1b\[\?[0-9;]+(?:[hl]|\$p)|\x1b\[[<>][0-9;]*u|\x1b\]22;[a-z]*\x07"
)
_UNSAFE: Final = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)
_ON_AT_START: Final = frozenset({b"7", b"25"})  # wrapping, visible cursor
_INHERITED: Final = ("PATH", "HOME", "LANG", "TZ", "VIRTUAL_ENV", "PYTHONPATH")

TRUECOLOR: Final[Mapping[str, str]] = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
ANSI: Final[Mapping[str, str]] = {"TERM": "xterm", "TEXTUAL_COLOR_SYSTEM": "standard"}


class Terminal:
    """A command on a terminal of `columns` x `lines`; a context manager that ends the command when left."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        columns: int = 80,
        lines: int = 24,
        env: Mapping[str, str] = TRUECOLOR,
        cwd: Path | None = None,
    ) -> None:
        """Start `argv`. The environment is a few inherited names, ``LC_ALL=C.UTF-8`` and `env`."""
        self.raw = bytearray()
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self._master, slave = os.openpty()
        self._set_size(columns, lines)
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        self.process = subprocess.Popen(
            argv,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=cwd,
            env={**inherited, "LC_ALL": "C.UTF-8", **env},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def text(self) -> str:
        """The screen as lines of text, without spaces at their ends."""
        # Not `display`: it fails where half of a wide character was written over.
        screen = self.screen
        lines = (
            "".join(screen.buffer[y][x].data for x in range(screen.columns)) for y in range(screen.lines)
        )
        return "\n".join(line.rstrip() for line in lines)

    @property
    def written(self) -> int:
        """Bytes written so far; slice `raw` from here to see what comes next."""
        return len(self.raw)

    def press(self, keys: str | bytes) -> None:
        """Send keys as the bytes a terminal would send."""
        os.write(self._master, keys.encode() if isinstance(keys, str) else keys)

    def wait_for(self, condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
        """Read until `condition()` holds; AssertionError with the screen if it does not in time."""
        deadline = time.monotonic() + seconds
        while not condition():
            # A condition may be about more than the terminal, such as a file.
            self._read(_LOOK_AGAIN)
            assert time.monotonic() < deadline or condition(), f"no {what} on the terminal:\n{self.text}"

    def wait_text(self, text: str, seconds: float = PATIENCE) -> None:
        """Read until the screen shows `text`."""
        self.wait_for(lambda: text in self.text, repr(text), seconds)

    def wait_quiet(self, quiet: float = _QUIET, seconds: float = PATIENCE) -> None:
        """Read until nothing was written for `quiet` seconds."""
        deadline = time.monotonic() + seconds
        while self._read(quiet):
            assert time.monotonic() < deadline, f"the terminal does not come to rest:\n{self.text}"

    def bytes_for(self, keys: str | bytes, shown: str) -> bytes:
        """What is written from a key press until `shown` is on screen and nothing more comes."""
        start = self.written
        self.press(keys)
        self.wait_text(shown)
        self.wait_quiet()
        return bytes(self.raw[start:])

    def idle_bytes(self, seconds: float) -> bytes:
        """What is written while nobody touches anything for `seconds`."""
        start = self.written
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._read(left)
        return bytes(self.raw[start:])

    def resize(self, columns: int, lines: int) -> None:
        """Change the size, as a dragged window does."""
        self.screen.resize(lines, columns)
        self._set_size(columns, lines)
        os.killpg(self.process.pid, signal.SIGWINCH)

    def wait_exit(self, seconds: float = PATIENCE) -> int:
        """Read to the end and give the exit status."""
        deadline = time.monotonic() + seconds
        while self._read(deadline - time.monotonic()):
            pass
        return self.process.wait(max(0.1, deadline - time.monotonic()))

    def close(self) -> None:
        """End the command's whole session, however it stands."""
        if self._master < 0:
            return
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self._master)
        self._master = -1

    def _set_size(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def _read(self, seconds: float) -> bool:
        """Read what comes within `seconds`; False if nothing does or the other end is closed."""
        ready, _, _ = select.select([self._master], [], [], max(0.0, seconds))
        if not ready:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:  # Linux says EIO when the last writer is gone
            return False
        self.raw += data
        self._stream.feed(_KEYBOARD.sub(b"", data))
        return bool(data)


def modes_left_on(raw: bytes) -> set[str]:
    """Private modes (alternate screen, mouse, paste, focus, …) and keyboard protocols still on after `raw`.

    Modes that a terminal starts with are named if they were left off.
    """
    on = dict.fromkeys(_ON_AT_START, True)
    for match in _MODE.finditer(raw):
        for mode in match[1].split(b";"):
            on[mode] = match[2] == b"h"
    left = {mode.decode() for mode, is_on in on.items() if is_on and mode not in _ON_AT_START}
    left |= {f"{mode.decode()} (off)" for mode in _ON_AT_START if not on[mode]}
    pushed = sum(1 if match[1] == b">" else -1 for match in _KEYBOARD.finditer(raw))
    return left | ({"keyboard protocol"} if pushed > 0 else set())


def foreign_escapes(raw: bytes) -> list[str]:
    """What is in `raw` besides text and the few sequences Textual draws with, each with what follows it.

    Those are colours, cursor moves, modes and their queries, keyboard protocols, and the pointer's shape.
    """
    text = _DRAWING.sub("", raw.decode("utf-8", errors="surrogateescape"))
    return [text[match.start() : match.start() + 20] for match in _UNSAFE.finditer(text)]
