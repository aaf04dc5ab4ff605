"""From a key to its letter on the terminal, in the body of a 20-step campaign, beside a plain text area.

    uv run python -m tests.benchmarks.builder_typing

Both run in terminals of one size and get the same letters at the pace of a fast typist. The campaign's
findings are on show, and are found anew while one types.
"""

import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from imail_tui.services.sandbox_process import SandboxAddress, running_sandbox
from tests.benchmarks.campaigns import full_campaign
from tests.journeys.workspace import WORLD, session_on
from tests.wire.terminal import TRUECOLOR, Terminal

LETTERS: Final = 200
PACE: Final = (0.03, 0.25)
"""Seconds between two letters: some come before the last one was judged, some after."""
SIZES: Final = ((80, 24), (160, 50))


async def keep_draft(sandbox: SandboxAddress, home: Path) -> None:
    """A draft of the campaign, left for the app to take up."""
    session = session_on(sandbox.url, sandbox.test_key, home)
    await session.drafting.keep(session.drafting.begin(full_campaign()))
    await session.close()


def delays(terminal: Terminal) -> list[float]:
    """Seconds from each letter to the screen that shows it."""
    rng = random.Random(1)
    found, text = [], ""
    for number in range(LETTERS):
        letter = " " if number % 6 == 5 else rng.choice("abcdefghijklmnopqrstuvwxyz")
        text = text.split(" ")[-1] + letter
        time.sleep(rng.uniform(*PACE))
        started = time.perf_counter()
        terminal.press(letter)
        if letter == " ":
            _wait_paint(terminal)
        else:
            terminal.wait_text(text)
        found.append(time.perf_counter() - started)
    return found


def _wait_paint(terminal: Terminal) -> None:
    before = terminal.written
    terminal.wait_for(lambda: terminal.written > before, "paint")


def ours(sandbox: SandboxAddress, size: tuple[int, int]) -> list[float]:
    """The builder's delays."""
    columns, lines = size
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        asyncio.run(keep_draft(sandbox, home))
        key = sandbox.test_key.reveal()
        env = {**TRUECOLOR, "IMAIL_TUI_HOME": folder, "IMAIL_BASE_URL": sandbox.url, "IMAIL_API_KEY": key}
        argv = [sys.executable, "-m", "tests.wire.apps.real_app"]
        with Terminal(argv, columns=columns, lines=lines, env=env) as terminal:
            terminal.wait_text("data now")
            terminal.press("2")
            terminal.wait_text("Campaigns  6")
            terminal.press("a")
            terminal.wait_text("left unsaved")
            terminal.press("Full\r")
            terminal.wait_text("20/20")
            terminal.press("G")
            terminal.wait_quiet()
            terminal.press("k\r\t")
            terminal.wait_text("mail, step 20")
            terminal.wait_quiet()
            return delays(terminal)


def peer(size: tuple[int, int]) -> list[float]:
    """The text area's."""
    columns, lines = size
    with Terminal(
        [sys.executable, "-m", "tests.benchmarks.peer_editor"], columns=columns, lines=lines
    ) as terminal:
        terminal.wait_quiet(1.0)
        return delays(terminal)


def main() -> None:
    """Measure and print."""
    print(f"{LETTERS} letters, aim: 95 of 100 within 50 ms")
    with running_sandbox(WORLD) as sandbox:
        for size in SIZES:
            found = {"builder": ours(sandbox, size), "text area": peer(size)}
            tails = {}
            for name, values in found.items():
                tails[name] = quantiles(values, n=20)[-1]
                print(
                    f"{size[0]}x{size[1]} {name:10} median {1000 * median(values):5.1f} ms, "
                    f"p95 {1000 * tails[name]:5.1f} ms, worst {1000 * max(values):5.1f} ms"
                )
            print(f"       p95 ratio {tails['builder'] / tails['text area']:.1f}")


if __name__ == "__main__":
    main()
