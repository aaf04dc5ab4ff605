"""The Events screen while 5,000 events a second come in, beside a DataTable and a RichLog.

    uv run python -m tests.benchmarks.events_feed [EVENTS_A_SECOND]

All run in a terminal of 80x24. Ours gets its events as from a listener: another process writes the store. Key
to paint is from the press until the terminal shows its effect; CPU is the app's own.
"""

import json
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from imail_tui.store.event_store import EventStore
from imail_tui.store.paths import Paths
from tests.wire.terminal import TRUECOLOR, Terminal

SECONDS: Final = 10.0
BATCH_SECONDS: Final = 0.02
PRESSES: Final = 25
NOWHERE: Final = "http://127.0.0.1:9/v1"
KEY: Final = "imk_test_0123456789ABCDEFGHJKMNPQRS"
BEFORE: Final = 2_000
"""Events that are there at the start."""


@dataclass(frozen=True)
class Seen:
    """What one run showed."""

    paints: list[float]
    cpu: float
    wire: float

    def line(self, name: str, note: str = "") -> str:
        """For people."""
        ordered = sorted(self.paints)
        p95 = ordered[int(0.95 * (len(ordered) - 1))]
        return (
            f"{name:24} key to paint p50 {1000 * statistics.median(ordered):6.0f} ms,"
            f" p95 {1000 * p95:6.0f} ms; CPU {100 * self.cpu:4.0f} %; {self.wire / 1024:7.1f} KiB/s {note}"
        )


def bodies(start: int, count: int) -> list[bytes]:
    """Made-up events, one a millisecond."""
    found = []
    for number in range(start, start + count):
        second, thousandth = divmod(number, 1000)
        row = {
            "id": f"evt_{number:09}",
            "type": "email.delivered",
            "created_at": f"2026-03-02T10:{second // 60:02}:{second % 60:02}.{thousandth:03}Z",
            "data": {"lead": {"id": "led_1", "email": f"person{number}@client.example"}, "step_id": "first"},
        }
        found.append(json.dumps(row).encode())
    return found


def write(path: Path, rate: int, seconds: float, written: "multiprocessing.Queue[int]") -> None:
    """A listener's part: keep events at a rate."""
    store = EventStore.open(path)
    size, number, began = int(rate * BATCH_SECONDS), BEFORE, time.monotonic()
    while (past := time.monotonic() - began) < seconds:
        due = BEFORE + int(past * rate)
        while number < due:
            store.add(bodies(number, size), time.time())
            number += size
        time.sleep(BATCH_SECONDS / 4)
    store.close()
    written.put(number)


def cpu_of(pid: int) -> float:
    """CPU seconds a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def watch(terminal: Terminal, press: Callable[[int], tuple[str, Callable[[], bool]]]) -> Seen:
    """Press keys for a while and note what it costs."""
    terminal.idle_bytes(1.0)
    cpu, bytes_before, began = cpu_of(terminal.process.pid), terminal.written, time.monotonic()
    paints = []
    for number in range(PRESSES):
        key, is_shown = press(number)
        pressed = time.perf_counter()
        terminal.press(key)
        terminal.wait_for(is_shown, f"effect of press {number}", 30)
        paints.append(time.perf_counter() - pressed)
        terminal.idle_bytes(max(0.0, began + (number + 1) * SECONDS / PRESSES - time.monotonic()))
    spent = time.monotonic() - began
    used = cpu_of(terminal.process.pid) - cpu
    return Seen(paints, used / spent, (terminal.written - bytes_before) / spent)


def cursor_line(terminal: Terminal) -> int:
    """The line of the screen the cursor of the table is on."""
    return next((at for at, line in enumerate(terminal.text.splitlines()) if line.startswith("▌")), -1)


def ours(rate: int, *options: str) -> str:
    """The Events screen."""
    with tempfile.TemporaryDirectory() as folder:
        env: Mapping[str, str] = {
            **TRUECOLOR,
            "IMAIL_TUI_HOME": folder,
            "IMAIL_API_KEY": KEY,
            "IMAIL_BASE_URL": NOWHERE,
        }
        path = Paths.find(env).events_file("default", NOWHERE, "test")
        store = EventStore.open(path)
        store.add(bodies(0, BEFORE), time.time())
        store.close()
        written: multiprocessing.Queue[int] = multiprocessing.Queue()
        with Terminal([sys.executable, "-m", "imail_tui", *options], env=env) as terminal:
            terminal.wait_text("offline")
            terminal.press("6")
            terminal.wait_text("following")
            arguments = (path, rate, SECONDS + 6, written)
            writer = multiprocessing.Process(target=write, args=arguments)
            writer.start()
            terminal.wait_for(lambda: f"{BEFORE:,} " not in terminal.text.splitlines()[0], "first events")

            # Into the middle, where the cursor moves and the rows stand.
            terminal.press("jjjjjjjjjj")
            terminal.wait_for(lambda: cursor_line(terminal) == 12, "cursor in the middle", 30)

            def press(number: int) -> tuple[str, Callable[[], bool]]:
                down = number % 2 == 0
                before = cursor_line(terminal)
                return ("j" if down else "k"), lambda: cursor_line(terminal) == before + (1 if down else -1)

            seen = watch(terminal, press)
            total = written.get(timeout=60)
            writer.join()
            terminal.press("g")
            terminal.wait_text(f"{total:,}", 30)
        return seen.line(f"imail-tui {' '.join(options)}", f"({total:,} events, all shown)")


def peer(kind: str, rate: int) -> str:
    """A plain widget."""
    argv = [sys.executable, "-m", "tests.benchmarks.peer_feed", kind, str(rate)]
    with Terminal(argv) as terminal:
        terminal.wait_text("presses 0")
        seen = watch(
            terminal, lambda number: ("j", lambda: f"presses {number + 1}" in terminal.text.splitlines()[0])
        )
    return seen.line({"table": "DataTable", "log": "RichLog"}[kind])


def main() -> None:
    """Measure and print."""
    rate = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    print(f"{rate:,} events a second for {SECONDS:.0f} s; aims: p95 50 ms at 25 % of a core")
    print(ours(rate))
    print(ours(rate, "--low-bandwidth"))
    for kind in ("table", "log"):
        print(peer(kind, rate))


if __name__ == "__main__":
    main()
