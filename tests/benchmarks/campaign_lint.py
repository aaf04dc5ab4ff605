"""`imail-tui campaigns lint` of a 20-step file beside `imail-tui --version`, process start and all.

    uv run python -m tests.benchmarks.campaign_lint [rounds]

Rounds are interleaved; the first of each fills the caches and does not count. Aim: at most twice as long.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from imail_tui.domain.campaign_files.writing import new_file
from tests.benchmarks.campaigns import full_campaign

ROUNDS = 20
PROGRAM = Path(sys.executable).with_name("imail-tui")


def seconds(*words: str) -> float:
    """Seconds that a command takes."""
    started = time.perf_counter()
    subprocess.run([PROGRAM, *words], capture_output=True, check=False)
    return time.perf_counter() - started


def main() -> None:
    """Print both medians and the ratio."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "full.yaml"
        file.write_text(new_file(full_campaign()))
        pairs = [(seconds("--version"), seconds("campaigns", "lint", str(file))) for _ in range(rounds + 1)]
    version, lint = (1000 * median(values) for values in zip(*pairs[1:], strict=True))
    print(f"--version {version:.0f} ms, campaigns lint {lint:.0f} ms, ratio {lint / version:.2f} (aim: 2)")


if __name__ == "__main__":
    main()
