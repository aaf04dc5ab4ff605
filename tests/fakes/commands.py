"""`imail-tui` commands for tests: the real program, in a process that need not import it first.

A parent process of ours imports the command line once and forks for each command. The child gets the
arguments, the environment and the standard files of that command, runs `main()` and ends as a command
does, with its exit code. What an interpreter is told when it starts (its encoding, its warnings) is fixed
when the parent starts: tests of that start an interpreter of their own.
"""

import atexit
import contextlib
import gc
import importlib
import io
import json
import os
import pkgutil
import subprocess
import sys
import tempfile
import termios
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import TypedDict

TIMEOUT = 60.0
"""Seconds a command may take."""


class _Order(TypedDict):
    argv: list[str]
    env: dict[str, str]
    cwd: str
    files: list[str]


_parent: subprocess.Popen[str] | None = None


def run_imail(
    *arguments: str, env: Mapping[str, str], given: str = "", cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run one command with exactly this environment and `given` on its standard input.

    Raises subprocess.TimeoutExpired.
    """
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("in", "out", "err")]
        files[0].write_text(given, "utf-8")
        code = _carry_out(arguments, env, cwd, [*map(str, files)])
        out, err = (file.read_text("utf-8") for file in files[1:])
    return subprocess.CompletedProcess(list(arguments), code, out, err)


def run_on_terminal(
    *arguments: str, env: Mapping[str, str], typed: str = "", columns: int = 120
) -> tuple[int, str]:
    """Run one command on a terminal of its own, with `typed` waiting to be read; exit code and what it shows.

    Raises subprocess.TimeoutExpired.
    """
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (40, columns))
    shown: list[bytes] = []
    with os.fdopen(ours, "r+b", buffering=0) as terminal:
        terminal.write(typed.encode())
        reader = threading.Thread(target=_drain, args=(terminal, shown))
        reader.start()
        try:
            code = _carry_out(arguments, env, None, [os.ttyname(theirs)] * 3)
        finally:
            os.close(theirs)
            reader.join()
    return code, b"".join(shown).decode().replace("\r\n", "\n")


def _drain(terminal: io.FileIO, shown: list[bytes]) -> None:
    # Reading from a terminal whose other side was closed fails.
    with contextlib.suppress(OSError):
        while chunk := terminal.read(4096):
            shown.append(chunk)


def _carry_out(arguments: Sequence[str], env: Mapping[str, str], cwd: Path | None, files: list[str]) -> int:
    """Have the parent run one command on three files; its exit code."""
    parent = _running_parent()
    assert parent.stdin is not None
    assert parent.stdout is not None
    order: _Order = {
        "argv": list(arguments),
        "env": dict(env),
        "cwd": str(cwd or Path.cwd()),
        "files": files,
    }
    parent.stdin.write(json.dumps(order) + "\n")
    parent.stdin.flush()
    with DefaultSelector() as selector:
        selector.register(parent.stdout, EVENT_READ)
        if not selector.select(TIMEOUT):
            _end_parent()
            raise subprocess.TimeoutExpired(list(arguments), TIMEOUT)
    return int(parent.stdout.readline())


def _running_parent() -> subprocess.Popen[str]:
    global _parent
    if _parent is None:
        _parent = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"PATH": os.environ["PATH"], "PYDANTIC_DISABLE_PLUGINS": "__all__"},
            cwd=Path(__file__).parents[2],
        )
        atexit.register(_end_parent)
    return _parent


def _end_parent() -> None:
    global _parent
    if _parent is not None:
        _parent.kill()
        _parent.wait()
        _parent = None


def _serve() -> bool:
    """Fork for each order; True in a child that shall run its command, False at the end of the parent."""
    _load_what_commands_load()
    for line in sys.stdin:
        order: _Order = json.loads(line)
        child = os.fork()
        if not child:
            _become(order)
            return True
        status = os.waitpid(child, 0)[1]
        print(os.waitstatus_to_exitcode(status), flush=True)
    return False


def _load_what_commands_load() -> None:
    """Import every command and what most of them use, once: a command of a test then begins at once."""
    import imail_tui.cli
    import imail_tui.services.session
    import imail_tui.ui.commands.registry
    from imail_tui.api.transport import trusted_certificates
    from imail_tui.model.campaigns import Campaign
    from imail_tui.model.inboxes import Inbox
    from imail_tui.model.leads import Lead
    from imail_tui.model.workspace import Workspace

    for module in pkgutil.iter_modules(imail_tui.cli.__path__):
        importlib.import_module(f"imail_tui.cli.{module.name}")
    trusted_certificates()
    for name in ("anyio._backends._asyncio", "httpcore", "imail_tui.services.opening"):
        importlib.import_module(name)
    for model in (Campaign, Inbox, Lead, Workspace):
        model.model_rebuild()
    # What is here by now stays for good; a child that looks at it while it ends would copy all of it.
    gc.freeze()


def _become(order: _Order) -> None:
    """Take on the arguments, environment and standard files of a command."""
    flags = (os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT] * 2)
    for number, (path, how) in enumerate(zip(order["files"], flags, strict=True)):
        opened = os.open(path, how)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = (
        io.TextIOWrapper(open(number, mode, closefd=False), "utf-8")  # noqa: SIM115
        for number, mode in enumerate(("rb", "wb", "wb"))
    )
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["cwd"])
    sys.argv = ["imail-tui", *order["argv"]]


if __name__ == "__main__" and _serve():
    from imail_tui.__main__ import main

    main()
