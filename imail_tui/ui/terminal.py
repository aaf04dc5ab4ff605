"""What the app asks of the terminal besides drawing: clipboard, editor, title, and how slow the line is."""

import asyncio
import os
import shlex
import subprocess
import tempfile
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from textual.app import App

from imail_tui.domain.text import one_line
from imail_tui.model.problem import Problem

SENT: Final = "sent to terminal"
"""What a copy can honestly claim: whether the terminal took it is not known."""

COPY_LIMIT: Final = 74_000
"""Characters that go through OSC 52; longer sequences are dropped by common terminals in silence."""

_TMUX_SECONDS: Final = 2.0
_TITLE_LIMIT: Final = 60


class EditorFailed(Exception):
    """The editor did not run or gave the text up; `problem` says how."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem


async def copy_text(app: App[None], text: str, env: Mapping[str, str] | None = None) -> str:
    """Send text towards the person's clipboard and say in a few words what became of it.

    Inside tmux its own buffer takes it and passes it on (`-w`); elsewhere OSC 52 does. A local clipboard tool
    is never used: over SSH it would fill the clipboard of the server.
    """
    env = os.environ if env is None else env
    if env.get("TMUX") and await _to_tmux(text):
        return SENT
    if len(text) > COPY_LIMIT:
        return "too long for the terminal's clipboard"
    _write(app, f"\x1b]52;c;{b64encode(text.encode('utf-8', 'replace')).decode()}\x07")
    return SENT


async def _to_tmux(text: str) -> bool:
    try:
        process = await asyncio.create_subprocess_exec(
            "tmux",
            "load-buffer",
            "-w",
            "-",
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return False
    try:
        async with asyncio.timeout(_TMUX_SECONDS):
            await process.communicate(text.encode("utf-8", "replace"))
    except TimeoutError:
        process.kill()
        await process.wait()
    return process.returncode == 0


def edit_text(
    app: App[None], text: str, *, suffix: str = ".txt", env: Mapping[str, str] | None = None
) -> str:
    """Let the person edit a text in `$VISUAL` or `$EDITOR` (else vi) and give what they saved.

    The app is suspended meanwhile; the file is theirs alone and is removed. Raises EditorFailed.
    """
    env = os.environ if env is None else env
    command = shlex.split(env.get("VISUAL") or env.get("EDITOR") or "vi")
    with tempfile.TemporaryDirectory(prefix="imail-") as folder:
        path = Path(folder, f"text{suffix}")
        path.write_text(text, encoding="utf-8")
        try:
            with app.suspend():
                status = subprocess.run([*command, str(path)], check=False).returncode  # noqa: S603
        except OSError as error:
            raise EditorFailed(_editor_problem(f"{command[0]} did not start: {error.strerror}")) from None
        if status:
            raise EditorFailed(_editor_problem(f"{command[0]} ended with status {status}"))
        return path.read_text(encoding="utf-8", errors="replace")


def _editor_problem(what: str) -> Problem:
    return Problem(what, remedy="Nothing was changed. Set VISUAL or EDITOR to your editor.", code="editor")


def set_title(app: App[None], title: str) -> None:
    """Set the terminal's window title; the text may be foreign."""
    _write(app, f"\x1b]0;{one_line(title, limit=_TITLE_LIMIT)}\x07")


def _write(app: App[None], sequence: str) -> None:
    # Textual has no public way to send a sequence of one's own; the driver orders it with what is drawn.
    driver = app._driver
    if driver is not None and not app.is_headless:
        driver.write(sequence)
        driver.flush()
