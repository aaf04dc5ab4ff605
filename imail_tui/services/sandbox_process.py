"""The embedded sandbox as a child process of ours, for `demo`, the first-run screen and users' tests.

The child watches its standard input: when this process ends, however it ends, the pipe closes and the
child goes too. So no orphan survives a crash or a kill -9.
"""

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO

from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret

LIVELY_SPEED = 60.0
"""A sandbox that people watch: a minute of its world passes each second."""

_SATURDAY = 5

READY_SECONDS = 120.0
"""Longest wait for the readiness line: a large world is made in under a minute on two cores."""

STOP_SECONDS = 3.0
"""How long a child may take to end by itself before it is killed."""


def lively(now: datetime, speed: float = LIVELY_SPEED) -> tuple[str, ...]:
    """Options of a sandbox that people watch: its world begins on the last working morning before `now`.

    At night and at weekends no campaign sends and few people answer.
    """
    start = now.astimezone(UTC).replace(hour=8, minute=0, second=0, microsecond=0)
    while start > now or start.weekday() >= _SATURDAY:
        start -= timedelta(days=1)
    return (f"--speed={speed}", f"--start={start.isoformat()}")


class SandboxFailed(Exception):
    """The sandbox did not come up; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem


@dataclass(frozen=True, slots=True)
class SandboxAddress:
    """Where a running sandbox listens, and its keys."""

    url: str
    test_key: Secret
    live_key: Secret
    pid: int


class SandboxProcess:
    """One sandbox child. `start()` blocks until it answers; call it in a thread from an event loop."""

    def __init__(self, options: Sequence[str] = (), seconds: float = READY_SECONDS) -> None:
        """`options`: flags as `imail-tui sandbox --help` lists them; `seconds`: the longest wait for it."""
        self._options = tuple(options)
        self._seconds = seconds
        self._child: subprocess.Popen[str] | None = None
        # A file, not a pipe: nobody reads it while all is well, and a full pipe would stop the child.
        self._complaints = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self.address: SandboxAddress | None = None

    def start(self) -> SandboxAddress:
        """Start the child and wait until it accepts requests.

        Raises SandboxFailed when it ends early or says nothing in time.
        """
        command = [sys.executable, "-m", "imail_tui.sandbox", "--watch-stdin", *self._options]
        child = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
            env=_environment(),
            # Ctrl+C belongs to the app; the child goes when its standard input closes.
            start_new_session=True,
        )
        self._child = child
        assert child.stdout is not None
        line = _first_line(child.stdout, self._seconds)
        try:
            ready = json.loads(line)
            self.address = SandboxAddress(
                ready["url"], Secret(ready["api_key"]), Secret(ready["live_key"]), ready["pid"]
            )
        except (ValueError, KeyError, TypeError):
            self.stop()
            raise SandboxFailed(self._why(line)) from None
        return self.address

    def stop(self) -> None:
        """End the child: politely, then surely. Safe to call twice."""
        child, self._child = self._child, None
        if child is None:
            return
        if child.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                child.stdin.close()
        child.terminate()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _why(self, line: str) -> Problem:
        self._complaints.seek(0)
        said = self._complaints.read().strip().splitlines()
        detail = said[-1] if said else line.strip() or "it said nothing"
        return Problem(
            what=f"The sandbox did not start: {detail}",
            remedy="Run `imail-tui sandbox` by itself to see all it says.",
            code="sandbox_failed",
        )


@contextlib.contextmanager
def running_sandbox(options: Sequence[str] = (), seconds: float = READY_SECONDS) -> Iterator[SandboxAddress]:
    """A sandbox for the length of a block; it is waited for so long."""
    process = SandboxProcess(options, seconds)
    try:
        yield process.start()
    finally:
        process.stop()


def _environment() -> dict[str, str]:
    # The sandbox has keys of its own; the user's must not travel to a child that does not need it.
    return {name: value for name, value in os.environ.items() if not name.startswith("IMAIL_API_KEY")}


def _first_line(stream: IO[str], seconds: float) -> str:
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=lambda: lines.put(stream.readline()), daemon=True).start()
    try:
        return lines.get(timeout=seconds)
    except queue.Empty:
        return ""
