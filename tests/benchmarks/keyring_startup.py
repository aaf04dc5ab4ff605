"""Start-up over secret stores that misbehave: exec to a complete first paint in a 120x40 terminal.

    uv run python -m tests.benchmarks.keyring_startup [rounds]

Two starts: one from a warm cache with the key in the secret store (its peer: the key in the environment),
and the very first one, where nobody knows yet whether there is a key (its peer: the null backend). Rounds
are interleaved, so that a slow moment of the machine strikes all. Aim: within 10 % of the peer.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from keyring.backends.fail import Keyring as MissingKeyring
from keyring.backends.null import Keyring as NullKeyring

from imail_tui.services.sandbox_process import SandboxAddress, running_sandbox
from tests.benchmarks.startup import APP, WORLD, seconds_to, warm_up
from tests.fakes.keyrings import (
    HangingKeyring,
    LockedKeyring,
    SlowKeyring,
    WorkingKeyring,
    backend_environment,
)

ROUNDS = 10
BACKENDS: dict[str, type[object]] = {
    "working": WorkingKeyring,
    "slow (2 s)": SlowKeyring,
    "hanging": HangingKeyring,
    "locked": LockedKeyring,
    "missing": MissingKeyring,
}
FIRST_SIGHT = "opens the sandbox"
"""The last line of the screen that a start without a key shows."""


def known_key(sandbox: SandboxAddress, root: Path) -> tuple[str, dict[str, dict[str, str]]]:
    """What the first paint must show, and the environment of each case; the peer is the first."""
    env = {"IMAIL_TUI_HOME": str(root / "home")}
    working = {**env, **backend_environment(WorkingKeyring, root / "keyring")}
    subprocess.run(
        [*APP, "auth", "add", "work", "--base-url", sandbox.url, "--key-file", "-"],
        input=sandbox.test_key.reveal(),
        text=True,
        env={"PATH": os.environ["PATH"], **working},
        check=True,
        capture_output=True,
    )
    shown = warm_up(working)
    given = {**working, "IMAIL_API_KEY": sandbox.test_key.reveal()}
    stores = {
        name: {**env, **backend_environment(backend, root / "keyring")} for name, backend in BACKENDS.items()
    }
    return shown, {"key in the environment": given, **stores}


def first_start(root: Path) -> dict[str, dict[str, str]]:
    """The environment of each case of a first start; the peer is the first."""
    env = {"IMAIL_TUI_HOME": str(root / "empty")}
    stores: dict[str, type[object]] = {"null": NullKeyring, **BACKENDS}
    return {
        name: {**env, **backend_environment(backend, root / "empty keyring")}
        for name, backend in stores.items()
    }


def measure(title: str, shown: str, cases: Mapping[str, dict[str, str]], rounds: int) -> None:
    """Print median, spread and ratio of each case."""
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, env in cases.items():
            times[name].append(seconds_to(APP, shown, env))
    print(title)
    peer = next(iter(times.values()))
    for name, measured in times.items():
        median, fastest = statistics.median(measured), min(measured)
        ratios = f"{median / statistics.median(peer):.2f} (fastest {fastest / min(peer):.2f})"
        print(f"  {name:<24} median {median:.3f} s   {fastest:.3f}–{max(measured):.3f} s   ratio {ratios}")


def main() -> None:
    """Measure both starts."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with running_sandbox(WORLD) as sandbox, tempfile.TemporaryDirectory() as root:
        shown, cases = known_key(sandbox, Path(root))
        measure("warm cache, key in the secret store", shown, cases, rounds)
        measure("very first start", FIRST_SIGHT, first_start(Path(root)), rounds)
    print(f"aim: ratios of at most 1.10 ({os.cpu_count()} cores, {rounds} rounds)")


if __name__ == "__main__":
    main()
