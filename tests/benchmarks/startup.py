"""Start-up: exec to a complete first paint in a 120x40 terminal, from a warm cache.

    uv run python -m tests.benchmarks.startup [rounds]

The peer in the same run is the smallest Textual app with a table of 100 rows (`peer_table.py`). Rounds are
interleaved, so that a slow moment of the machine strikes both. Aim: a median of at most 1.5 times the peer's.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from imail_tui.services.sandbox_process import SandboxAddress, running_sandbox
from tests.wire.terminal import TRUECOLOR, Terminal

COLUMNS, LINES = 120, 40
ROUNDS = 10
WORLD = ("--frozen", "--seed", "7", "--start", "2026-03-02T10:00:00Z")
APP = (sys.executable, "-m", "imail_tui")
PEER = (sys.executable, "-m", "tests.benchmarks.peer_table")


def seconds_to(argv: Sequence[str], shown: str, env: Mapping[str, str]) -> float:
    """Seconds from exec until `shown` is on the screen."""
    started = time.perf_counter()
    with Terminal(argv, env={**TRUECOLOR, **env}, columns=COLUMNS, lines=LINES) as terminal:
        terminal.wait_text(shown, 60)
        return time.perf_counter() - started


def app_environment(sandbox: SandboxAddress, home: Path) -> dict[str, str]:
    """Where the app finds its server, its key and its files."""
    return {
        "IMAIL_TUI_HOME": str(home),
        "IMAIL_BASE_URL": sandbox.url,
        "IMAIL_API_KEY": sandbox.test_key.reveal(),
    }


def warm_up(env: Mapping[str, str]) -> str:
    """Let the app fill its cache; gives an address that its first paint must show."""
    with Terminal(APP, env={**TRUECOLOR, **env}, columns=COLUMNS, lines=LINES) as terminal:
        terminal.wait_text("@", 60)
        terminal.wait_quiet(1.0, 60)
        shown = next(word for word in terminal.text.split() if "@" in word)
        terminal.press("\x11")
        terminal.wait_exit()
    return shown


def main() -> None:
    """Print both medians, their spread and the ratio."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with running_sandbox(WORLD) as sandbox, tempfile.TemporaryDirectory() as home:
        env = app_environment(sandbox, Path(home))
        shown = warm_up(env)
        ours, peers = [], []
        for _ in range(rounds):
            ours.append(seconds_to(APP, shown, env))
            peers.append(seconds_to(PEER, "row 30", {}))
    for name, times in (("imail-tui", ours), ("peer: DataTable, 100 rows", peers)):
        print(f"{name:<28} median {statistics.median(times):.3f} s   {min(times):.3f}–{max(times):.3f} s")
    ratio = statistics.median(ours) / statistics.median(peers)
    print(f"{'ratio':<28} {ratio:.2f}   (aim: at most 1.5; {os.cpu_count()} cores, {rounds} rounds)")


if __name__ == "__main__":
    main()
