"""The terminal: can the app be drawn here, and does copying reach the person?"""

import asyncio
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from imail_tui.services.doctor.finding import Finding, error, ok, skipped, warning

LEAST: Final = (60, 15)
COMFORTABLE: Final = (80, 24)
"""Columns and lines; below the first the app shows only that the window is too small."""
COPYING_TMUX: Final = (3, 2)
"""The first tmux whose `load-buffer -w` passes a copy on to the terminal."""
_TMUX_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Screen:
    """Where the output goes: `size` in columns and lines, None where there is no terminal."""

    size: tuple[int, int] | None
    encoding: str


async def check_terminal(environment: Mapping[str, str], screen: Screen) -> list[Finding]:
    """Kind and colours, encoding, size, tmux, and the kind of line."""
    kind = list(_kind(environment, screen))
    return [*kind, _encoding(screen), _size(screen), await _tmux(environment), _line(environment)]


def _kind(environment: Mapping[str, str], screen: Screen) -> Iterator[Finding]:
    term = environment.get("TERM", "")
    if screen.size is None:
        yield skipped("terminal", "The output is not a terminal; commands work, the app would not open.")
    elif term in ("", "dumb"):
        yield error(
            "terminal",
            f"TERM is {term or 'not set'}: the cursor cannot be moved.",
            "Set TERM, for instance to xterm-256color.",
        )
    else:
        yield ok("terminal", f"{term}, {_colours(environment, term)}")


def _colours(environment: Mapping[str, str], term: str) -> str:
    if "NO_COLOR" in environment:
        return "no colours (NO_COLOR is set)"
    if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit") or term.endswith("-direct"):
        return "16 million colours"
    return "256 colours" if "256color" in term else "16 colours"


def _encoding(screen: Screen) -> Finding:
    if screen.encoding.lower().replace("-", "") == "utf8":
        return ok("locale", "UTF-8")
    return warning(
        "locale",
        f"The locale's encoding is {screen.encoding or 'unknown'}: glyphs and many names cannot be shown.",
        "Set LC_ALL to a UTF-8 locale, for instance C.UTF-8.",
    )


def _size(screen: Screen) -> Finding:
    if screen.size is None:
        return skipped("size", "The output is not a terminal.")
    columns, lines = screen.size
    what = f"{columns}x{lines}"
    if columns < LEAST[0] or lines < LEAST[1]:
        return error("size", what, f"Make the window at least {LEAST[0]}x{LEAST[1]}.")
    if columns < COMFORTABLE[0] or lines < COMFORTABLE[1]:
        return warning("size", what, f"Everything fits from {COMFORTABLE[0]}x{COMFORTABLE[1]} on.")
    return ok("size", what)


async def _tmux(environment: Mapping[str, str]) -> Finding:
    if not environment.get("TMUX"):
        return ok("clipboard", "no tmux; copying uses the terminal's own clipboard sequence (OSC 52)")
    version = await _ask_tmux("-V")
    setting = await _ask_tmux("show-options", "-gsv", "set-clipboard")
    passthrough = await _ask_tmux("show-options", "-gwv", "allow-passthrough")
    if version is None or setting is None:
        return warning("clipboard", "tmux does not answer.", "Copied text may not arrive; check `tmux info`.")
    found = re.search(r"(\d+)\.(\d+)", version)
    if found and (int(found[1]), int(found[2])) < COPYING_TMUX:
        return warning("clipboard", f"{version} keeps copied text to itself.", "Update tmux to 3.2 or later.")
    if setting == "off":
        remedy = "Put `set -s set-clipboard external` into ~/.tmux.conf."
        return warning("clipboard", f"{version} does not pass copied text on (set-clipboard off).", remedy)
    return ok(
        "clipboard", f"{version}, set-clipboard {setting}, allow-passthrough {passthrough or 'unknown'}"
    )


async def _ask_tmux(*words: str) -> str | None:
    try:
        process = await asyncio.create_subprocess_exec(
            "tmux", *words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except OSError:
        return None
    try:
        async with asyncio.timeout(_TMUX_SECONDS):
            answer, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return None
    return answer.decode(errors="replace").strip() if process.returncode == 0 else None


def _line(environment: Mapping[str, str]) -> Finding:
    if "SSH_CONNECTION" in environment:
        return ok("line", "over SSH: the app uses few bytes by itself (16 colours, no motion)")
    return ok("line", "local; --low-bandwidth saves bytes on a slow one")
