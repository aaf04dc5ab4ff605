"""Every screen and every dialog: readable without colour, in 80x24, and through any change of size."""

import importlib
import pkgutil
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from textual.pilot import Pilot

import imail_tui.ui
from imail_tui.services.session import Session
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.options import UiOptions
from imail_tui.ui.screens.frame import FrameScreen
from imail_tui.ui.screens.welcome.screen import WelcomeScreen
from imail_tui.ui.widgets.line_table import LineTable

from .legible import faults_of_colour, faults_of_focus, faults_of_room
from .places import places
from .workspace import app_on, until

ELSEWHERE: Final = {WelcomeScreen.__name__}
"""Needs an app without a session."""
STORMY: Final = 0.4
"""Share of the places that go through other sizes: each of them paints everything anew."""


def all_screens() -> set[str]:
    """The names of every screen and dialog of the app; those that others are made from are none."""
    for module in pkgutil.walk_packages(imail_tui.ui.__path__, "imail_tui.ui."):
        importlib.import_module(module.name)
    ends = (*_ends(FrameScreen), *_ends(Dialog))
    return {each.__name__ for each in ends if each.__module__.startswith("imail_tui")}


def _ends(base: type) -> Iterator[type]:
    below: list[type] = base.__subclasses__()
    if not below:
        yield base
    for each in below:
        yield from _ends(each)


async def storm(pilot: Pilot[None], rng: random.Random, sizes: int) -> Iterator[str]:
    """Any sizes and back: what has the keys keeps them, and the cursor stays on its row."""
    before, screen = pilot.app.size, pilot.app.screen
    focused, row = screen.focused, _row(pilot)
    for _ in range(sizes):
        size = rng.randint(20, 200), rng.randint(5, 60)
        await pilot.resize_terminal(*size)
        assert pilot.app.is_running, size
    await pilot.resize_terminal(*before)
    await until(pilot, lambda: screen.focused is focused, f"keys at {focused} again")
    after = pilot.app.screen
    changed: list[tuple[str, object, object]] = [("screen", screen, after)]
    now = _row(pilot)
    # What was loaded meanwhile may have other rows.
    if row != now and any(table.select(row) for table in after.query(LineTable) if row is not None):
        changed.append(("row", row, now))
    return (f"{what} {old} became {new}" for what, old, new in changed if old != new)


def _row(pilot: Pilot[None]) -> str | None:
    return next((table.cursor_id for table in pilot.app.screen.query(LineTable)), None)


async def test_every_place_without_colour_in_little_room_and_at_any_size(
    session: Session, tmp_path: Path
) -> None:
    rng = random.Random(7)
    visited: set[str] = set()
    faults: list[str] = []
    async with app_on(session, (80, 24), UiOptions(status_seconds=None, no_color=True)) as pilot:
        async for name in places(pilot, session, tmp_path):
            visited.add(type(pilot.app.screen).__name__)
            await pilot.pause()
            found = [*faults_of_colour(pilot), *faults_of_room(pilot)]
            found += [*await faults_of_focus(pilot), *await storm(pilot, rng, 1)]
            faults += [f"{name}: {fault}" for fault in found]
    assert not faults, "\n".join(faults)
    assert all_screens() - visited == ELSEWHERE, "each has its place in the walk"
