"""What the app asks of the terminal besides drawing: its clipboard."""

import asyncio
import os
import subprocess
from base64 import b64encode
from collections.abc import Mapping
from typing import Final

from textual.app import App

SENT: Final = "sent to terminal"
"""What a copy can honestly claim: whether the terminal took it is not known."""

COPY_LIMIT: Final = 74_000
"""Characters that go through OSC 52; longer sequences are dropped by common terminals in silence."""

_TMUX_SECONDS: Final = 2.0


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


def _write(app: App[None], sequence: str) -> None:
    # Textual has no public way to send a sequence of one's own; the driver orders it with what is drawn.
    driver = app._driver
    if driver is not None and not app.is_headless:
        driver.write(sequence)
        driver.flush()
