"""What the app asks of the terminal besides drawing: its clipboard."""

import asyncio
import os
import subprocess
from base64 import b64encode
from collections.abc import Mapping
from typing import Final
from weakref import WeakSet

from textual.app import App

from imail_tui.domain.notification import notification
from imail_tui.domain.text import clip, one_line

SENT: Final = "sent to terminal"
"""What a copy can honestly claim: whether the terminal took it is not known."""

COPY_LIMIT: Final = 74_000
"""Characters that go through OSC 52; longer sequences are dropped by common terminals in silence."""

_TMUX_SECONDS: Final = 2.0
_SAVE_TITLE, _RESTORE_TITLE = "\x1b[22;2t", "\x1b[23;2t"
_TITLE_CELLS: Final = 60
_TITLED: Final[WeakSet[App[None]]] = WeakSet()


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


def notify(app: App[None], text: str, env: Mapping[str, str]) -> None:
    """A notification by the terminal itself (OSC 9), where it knows how; the text may be foreign."""
    _write(app, notification(text, in_tmux=bool(env.get("TMUX"))))


def set_title(app: App[None], text: str) -> None:
    """Another title for the terminal; the one before comes back with `restore_title`. May be foreign."""
    if app not in _TITLED:
        _TITLED.add(app)
        _write(app, _SAVE_TITLE)
    _write(app, f"\x1b]2;{clip(one_line(text), _TITLE_CELLS)}\x07")


def restore_title(app: App[None]) -> None:
    """The title there was before ours, if any."""
    if app in _TITLED:
        _TITLED.discard(app)
        _write(app, _RESTORE_TITLE)


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


def _write(app: App[None], sequence: str) -> None:
    # Textual has no public way to send a sequence of one's own; the driver orders it with what is drawn.
    driver = app._driver
    if driver is not None and not app.is_headless:
        driver.write(sequence)
        driver.flush()
