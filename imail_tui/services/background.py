"""Going on in the background once a command has started."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from imail_tui.store.files import make_private_dir

Started = Callable[[Path, str], None]
"""Called when a command has started: where it prints to from then on if it is in the background, and what to
say."""


def run_in_background(run: Callable[[Started], int]) -> str | int:
    """Run a command in a process that outlives this one.

    Gives what it says when it has started, or its exit code if it ends before.

    A fork, so what this process was given (a key in the environment, an answer) is handed to nobody by
    arguments or environment. Until it has started it speaks to this terminal.
    """
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        os.setsid()

        def started(log: Path, said: str) -> None:
            _print_to(log)
            os.write(
                writing, f"{said}, in the background as process {os.getpid()}. It prints to {log}.".encode()
            )
            os.close(writing)

        return run(started)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    if said:
        return said
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _print_to(log: Path) -> None:
    make_private_dir(log.parent)
    nothing = os.open(os.devnull, os.O_RDONLY)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    sys.stdout.flush()
    sys.stderr.flush()
    for ours, standard in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(ours, standard)
    for ours in (nothing, output):
        os.close(ours)
