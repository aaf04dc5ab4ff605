"""From a key to its letter on the terminal while an import of 400,000 rows runs, beside the same without one.

    uv run python -m tests.benchmarks.import_typing

The server is the sandbox on the same machine, so the app, two processes that read the file, and the server
share its cores.
"""

import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from imail_tui.services.sandbox_process import running_sandbox
from tests.benchmarks.leads_import import write_file
from tests.journeys.workspace import WORLD
from tests.wire.terminal import TRUECOLOR, Terminal

ROWS: Final = 400_000
LETTERS: Final = 120
PACE: Final = (0.03, 0.2)


def delays(terminal: Terminal) -> list[float]:
    """Seconds from each letter in the filter of the inboxes to the screen that shows it."""
    rng = random.Random(1)
    found, text = [], ""
    for number in range(LETTERS):
        if number % 12 == 0:
            terminal.press("\x15")
            text = ""
            time.sleep(0.1)
        letter = rng.choice("qxzvwkj")
        text += letter
        time.sleep(rng.uniform(*PACE))
        started = time.perf_counter()
        terminal.press(letter)
        terminal.wait_text(text)
        found.append(time.perf_counter() - started)
    return found


def show(name: str, values: list[float]) -> float:
    """Print a line; the 95th percentile in seconds."""
    tail = quantiles(values, n=20)[-1]
    print(
        f"{name:16} median {1000 * median(values):5.1f} ms, p95 {1000 * tail:5.1f} ms, "
        f"worst {1000 * max(values):5.1f} ms",
        flush=True,
    )
    return tail


def main() -> None:
    """Measure and print."""
    print(f"{LETTERS} letters, aim: 95 of 100 within 100 ms")
    with running_sandbox(WORLD) as sandbox, tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "people.csv")
        write_file(file, ROWS)
        key = sandbox.test_key.reveal()
        env = {**TRUECOLOR, "IMAIL_TUI_HOME": folder, "IMAIL_BASE_URL": sandbox.url, "IMAIL_API_KEY": key}
        argv = [sys.executable, "-m", "tests.wire.apps.real_app"]
        with Terminal(argv, columns=120, lines=40, env=env) as terminal:
            terminal.wait_text("data now")
            terminal.press("/")
            alone = show("without", delays(terminal))
            terminal.press("\x15\x1b")
            terminal.wait_quiet()
            terminal.press("3")
            terminal.wait_text("Leads  300+")
            terminal.press(f"\x1b[200~{file}\x1b[201~")
            terminal.wait_text("columns imported")
            for key_pressed, text in (
                ("c", "400,000 to import"),
                ("i", "Enroll the leads"),
                ("\r", "What about leads"),
                ("\r", "Import 400,000 leads"),
                ("y", "esc leaves it running"),
            ):
                terminal.press(key_pressed)
                terminal.wait_text(text)
            terminal.press("\x1b")
            terminal.wait_text("Leads  ")
            terminal.press("1")
            terminal.wait_text("↑ import")
            terminal.press("/")
            beside = show("while importing", delays(terminal))
            terminal.wait_text("↑ import")
            print(f"p95 ratio {beside / alone:.1f}")


if __name__ == "__main__":
    main()
