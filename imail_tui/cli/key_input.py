"""Taking a key from a person or a pipe, never from an argument: every user of the machine can see those."""

import getpass
import sys
import warnings
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
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def can_ask() -> bool:
    """Whether there is a person to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def hidden_line(prompt: str, remedy: str) -> str:
    """What a person types without its being shown. Raises KeyRefused where the terminal would show it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return getpass.getpass(prompt, stream=sys.stderr)
        except getpass.GetPassWarning:
            what = "This terminal would show what is typed."
            raise KeyRefused(Problem(what, remedy, code="usage")) from None
