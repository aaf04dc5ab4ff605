"""`imail-tui demo` on a real terminal: it lives, and leaves nothing behind, however it ends."""

import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tests.wire.terminal import TRUECOLOR, Terminal, modes_left_on

DEMO = (sys.executable, "-m", "imail_tui", "demo", "--seed", "7", "--no-tour")


def children_of(pid: int) -> list[int]:
    """Process ids of the direct children."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def is_running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("ascii")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[tuple[Terminal, int]]:
    """A demo with data on screen, and the process id of its sandbox."""
    env = {**TRUECOLOR, "TMPDIR": str(tmp_path), "HOME": str(tmp_path)}
    with Terminal(DEMO, env=env) as terminal:
        terminal.wait_text("Inboxes  24")
        (sandbox,) = children_of(terminal.process.pid)
        yield terminal, sandbox


def wait_gone(pid: int, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while is_running(pid):
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.05)


def test_the_workspace_changes_in_front_of_one(demo: tuple[Terminal, int]) -> None:
    terminal, _ = demo
    terminal.press("6")
    terminal.wait_text("Events")
    terminal.wait_for(lambda: re.search(r"Events  \d+", terminal.text) is not None, "number of events")
    before = terminal.text
    terminal.wait_for(lambda: terminal.text != before, "change")


def test_leaving_ends_app_and_sandbox_and_restores_the_terminal(demo: tuple[Terminal, int]) -> None:
    terminal, sandbox = demo
    terminal.press("\x11")
    assert terminal.wait_exit() == 0
    wait_gone(sandbox)
    assert modes_left_on(bytes(terminal.raw)) == set()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_no_sandbox_survives_the_app(demo: tuple[Terminal, int], how: signal.Signals) -> None:
    terminal, sandbox = demo
    os.kill(terminal.process.pid, how)
    wait_gone(sandbox)
