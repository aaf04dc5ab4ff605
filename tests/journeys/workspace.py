"""The whole app on a real sandbox: how a journey starts, waits and looks."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from imail_tui.model.secret import Secret
from imail_tui.services.session import Session, open_session
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import FoundKey
from imail_tui.ui.app import ImailApp
from imail_tui.ui.options import UiOptions
from imail_tui.ui.widgets.line_table import LineTable
from tests.patience import PATIENCE

SIZES: Final = [(80, 24), (160, 50)]
"""The smallest common terminal, where list and detail take turns, and a wide one with both."""

WORLD: Final = (
    "--frozen",
    "--seed",
    "7",
    "--start",
    "2026-03-02T10:00:00Z",
    "--rate",
    "60000",
    "--burst",
    "60000",
)


def session_on(url: str, key: Secret, home: Path, *, feed_seconds: float | None = None) -> Session:
    """A session whose files are below `home`."""
    paths = Paths(home / "config", home / "data", home / "state", home / "run")
    return open_session(paths, Profile("journey", url), FoundKey(key, "journey"), feed_seconds=feed_seconds)


@asynccontextmanager
async def app_on(
    session: Session, size: tuple[int, int], options: UiOptions | None = None
) -> AsyncIterator[Pilot[None]]:
    """The app over a session, closed with it."""
    app = ImailApp(session, options=options or UiOptions(status_seconds=None))
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            yield pilot
    finally:
        await session.close()


def shown(pilot: Pilot[None]) -> str:
    """What the terminal shows, as lines."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


async def until(pilot: Pilot[None], condition: Callable[[], bool], what: str) -> None:
    """Let the app work until a condition holds; AssertionError with the screen if it does not in time.

    Looks often at first, then less: each look paints the whole screen, and what waits for an answer shall not
    take the time of those who give it.
    """
    deadline, pause = time.monotonic() + PATIENCE, 0.02
    while not condition():
        assert pilot.app.is_running, f"the app ended before {what}"
        assert time.monotonic() < deadline, f"no {what}:\n{shown(pilot)}"
        await asyncio.sleep(pause)
        pause = min(pause * 1.7, 0.2)


def at_once(pilot: Pilot[None], *keys: str) -> None:
    """Keys that are all there before the first is looked at; a text is spelled out: *"text"."""
    for key in keys:
        assert key.isidentifier() or len(key) == 1 or "+" in key, key
        character = key if len(key) == 1 else None
        pilot.app.post_message(events.Key(_character_to_key(key) if character else key, character))


async def until_shown(pilot: Pilot[None], *texts: str) -> None:
    """Let the app work until the screen shows all of the texts."""
    await until(pilot, lambda: all(text in shown(pilot) for text in texts), repr(texts))


async def until_gone(pilot: Pilot[None], text: str) -> None:
    """Let the app work until the screen no longer shows the text."""
    await until(pilot, lambda: text not in shown(pilot), f"screen without {text!r}")


async def filter_by(pilot: Pilot[None], text: str) -> None:
    """Type a filter into the list on show and come back to its rows."""
    await pilot.press("slash", *text, "enter")
    await until(pilot, lambda: isinstance(pilot.app.focused, LineTable), "table with the keys")
    await until_shown(pilot, "matching")
