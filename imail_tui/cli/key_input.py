"""Taking a key from a person or a pipe, never from an argument: every user of the machine can see those."""

import contextlib
import getpass
import signal
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.services.accounts import key_in_file
from imail_tui.services.key_check import KeyRefused, typed_key

LONGEST = 4096
"""Characters read of a piped line."""


def ask_key(prompt: str, key_file: str | None) -> Secret:
    """The key from a hidden prompt, the file, or ("-") standard input. Raises KeyRefused, KeyFailed."""
    if key_file is not None and key_file != "-":
        return key_in_file(Path(key_file).expanduser())
    if can_ask():
        return typed_key(hidden_line(prompt, "Pipe it in with --key-file -."))
    if key_file is None:
        remedy = "Pipe it in with --key-file -, or name a private file."
        raise KeyRefused(Problem("There is no terminal to ask for the key on.", remedy, code="usage"))
    return typed_key(sys.stdin.readline(LONGEST))


def agreed(question: str) -> bool:
    """Whether a person at the terminal says yes; enter alone is no."""
    return answer(f"{question} [y/N] ").lower() in ("y", "yes")


def answer(question: str) -> str:
    """The line a person types, without blanks around it; "" at the end of the input."""
    print(question, end="", file=sys.stderr, flush=True)
    with _interruptible():
        return sys.stdin.readline().strip()


def can_ask() -> bool:
    """Whether there is a person to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def hidden_line(prompt: str, remedy: str) -> str:
    """What a person types without its being shown. Raises KeyRefused where the terminal would show it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            with _interruptible():
                return getpass.getpass(prompt, stream=sys.stderr)
        except getpass.GetPassWarning:
            what = "This terminal would show what is typed."
            raise KeyRefused(Problem(what, remedy, code="usage")) from None


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Let ctrl+c end the wait for a line: a running event loop would only make a note of it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
