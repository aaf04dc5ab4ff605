"""Help pages: plain lines that fit the terminal, the same for every command.

No frames: a page is read in a pager, searched with grep and spoken by screen readers.
"""

import inspect
import re
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions

_LABELS: Final = 26
"""Cells of names before the words about them, at most; longer names stand in a line of their own."""
_ONE: Final = {"INBOXES": "INBOX", "REPLIES": "REPLY", "LEADS": "LEAD", "VALUES": "VALUE", "FILES": "FILE"}
"""What one of several arguments is called."""
_METAVARS: Final = {"STR": "TEXT", "INT": "N", "FLOAT": "N", "DATETIME": "TIME", "PATH": "FILE"}


class HelpLines:
    """Prints a page as lines; cyclopts calls it for each part."""

    def __call__(self, console: "Console", options: "ConsoleOptions", panel: "HelpPanel") -> None:
        """One list: of commands, arguments or options."""
        del options
        rows = [(_label(entry), _words(entry)) for entry in panel.entries]
        if not rows:
            return
        width = max((len(label) for label, _ in rows if len(label) <= _LABELS), default=_LABELS)
        lines = [f"{panel.title}:"]
        for label, words in rows:
            wrapped = _wrapped(words, max(20, console.width - width - 5)) or [""]
            if len(label) > width:
                lines.append(f"  {label}")
                label = ""
            lines.append(f"  {label:<{width}}  {wrapped[0]}".rstrip())
            lines += [" " * (width + 4) + line for line in wrapped[1:]]
        _print(console, [*lines, ""])

    def render_usage(self, console: "Console", options: "ConsoleOptions", usage: object) -> None:
        """The line that says what to type."""
        del options
        words = " ".join(str(usage).split()).removeprefix("Usage: ")
        _print(console, [*textwrap.wrap(f"Usage: {words}", console.width, subsequent_indent="  "), ""])

    def render_description(self, console: "Console", options: "ConsoleOptions", description: object) -> None:
        """What it does. Paragraphs are filled; indented lines are examples, to be copied as they are."""
        del options
        text = getattr(description, "primary_renderable", None) or description
        lines: list[str] = []
        for paragraph in str(text).strip().split("\n\n"):
            if lines:
                lines.append("")
            plain = [line for line in paragraph.splitlines() if not line.startswith(" ")]
            lines += _wrapped(" ".join(plain), console.width)
            lines += [line for line in paragraph.splitlines() if line.startswith(" ")]
        _print(console, [*lines, ""])


def usage_of(words: Sequence[str], command: Callable[..., object]) -> str:
    """What to type for a command, such as `imail-tui leads pause [OPTIONS] LEAD…`."""
    parts = ["imail-tui", *words]
    options = [each for each in inspect.signature(command).parameters.values() if _is_option(each)]
    if options:
        parts.append("[OPTIONS]")
    parts += [
        f"--{each.name.replace('_', '-')} TEXT" for each in options if each.default is inspect.Parameter.empty
    ]
    return " ".join([*parts, *arguments_of(command)])


def arguments_of(command: Callable[..., object]) -> list[str]:
    """The arguments of a command as a person reads them: `[FILE]` may be left out, `LEAD…` be several."""
    told: list[str] = []
    for each in inspect.signature(command).parameters.values():
        name = each.name.upper().replace("_", "-")
        if each.kind is each.VAR_POSITIONAL:
            told.append(f"{_ONE[name]}…")
        elif each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD):
            told.append(name if each.default is each.empty else f"[{name}]")
    return told


def takes_connection(command: Callable[..., object]) -> bool:
    """Whether a command talks to imail, or looks at what was asked of it."""
    return "connection" in inspect.signature(command).parameters


def _is_option(each: inspect.Parameter) -> bool:
    return each.kind is each.KEYWORD_ONLY and each.name != "connection"


def _label(entry: "HelpEntry") -> str:
    names = [*entry.shorts, *entry.names]
    metavar = _METAVARS.get(entry.metavar or "", entry.metavar)
    if metavar is not None and metavar.endswith("..."):
        kind = metavar.removesuffix("...")
        metavar = _METAVARS.get(kind, kind)
    if entry.positional_label:
        return _ONE.get(entry.positional_label, entry.positional_label)
    return ", ".join(names) + (f" {metavar}" if metavar and metavar != "CHOICE" else "")


def _words(entry: "HelpEntry") -> str:
    text = getattr(entry.description, "primary_renderable", None) or entry.description
    words = re.sub(r"\s+", " ", str(text or "")).strip()
    notes = []
    if entry.choices:
        notes.append(f"One of {', '.join(entry.choices)}.")
    if entry.env_var:
        notes.append(f"Also {', '.join(entry.env_var)}.")
    if entry.default is not None:
        notes.append(f"Without it: {entry.default}.")
    return " ".join([words, *notes]).strip()


def _wrapped(text: str, width: int) -> list[str]:
    """Names of options stay in one piece."""
    return textwrap.wrap(text, width, break_on_hyphens=False)


def _print(console: "Console", lines: Sequence[str]) -> None:
    console.print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)
