"""`imail-tui` commands in this very process: half the price of one of their own, for tests that run many."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from imail_tui.cli.root import run


class _Output(io.TextIOWrapper):
    def __init__(self, *, terminal: bool) -> None:
        super().__init__(io.BytesIO(), "utf-8", write_through=True)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    def text(self) -> str:
        raw = self.buffer
        assert isinstance(raw, io.BytesIO)
        return raw.getvalue().decode()


def run_here(
    *arguments: str, env: Mapping[str, str], given: str = "", columns: int | None = None
) -> subprocess.CompletedProcess[str]:
    """Run one command with exactly this environment; with `columns` what it prints goes to a terminal.

    There is nobody to ask either way: `given` is all that standard input has.
    """
    out, err = _Output(terminal=columns is not None), _Output(terminal=columns is not None)
    size = {} if columns is None else {"COLUMNS": str(columns), "LINES": "24", "TERM": "xterm-256color"}
    with _instead(out, err, given, {**env, **size}):
        try:
            code = run(arguments)
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
    return subprocess.CompletedProcess(list(arguments), code or 0, out.text(), err.text())


@contextmanager
def _instead(out: _Output, err: _Output, given: str, env: Mapping[str, str]) -> Iterator[None]:
    files, before = (sys.stdin, sys.stdout, sys.stderr), dict(os.environ)
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(given.encode()), "utf-8"), out, err
    os.environ.clear()
    os.environ.update(env)
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = files
        os.environ.clear()
        os.environ.update(before)
