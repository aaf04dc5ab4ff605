"""What holds on every screen: areas, help, palette, themes, sizes; and the areas that are no lists."""

import asyncio
from pathlib import Path

import pytest

from imail_tui.services.sandbox_process import SandboxAddress
from imail_tui.services.session import Session
from imail_tui.ui.app import ImailApp
from imail_tui.ui.areas import AREAS

from .workspace import SIZES, app_on, filter_by, session_on, shown, until, until_gone, until_shown


@pytest.mark.parametrize("size", SIZES)
async def test_every_area_opens_on_its_key_and_shows_real_data(
    session: Session, size: tuple[int, int]
) -> None:
    first_data = ("24", "6", "300+", "180+", "sent", "Events", "Halden Pike Outbound")
    async with app_on(session, size) as pilot:
        await until_shown(pilot, "Halden Pike Outbound")
        for area, data in zip(AREAS, first_data, strict=True):
            await pilot.press(area.key)
            await until_shown(pilot, area.title, data, "TEST")


async def test_help_lists_the_keys_of_the_place(session: Session) -> None:
    async with app_on(session, (160, 50)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "Replies  All  180+")
        await pilot.press("question_mark")
        await until_shown(pilot, "Keys in")
        await pilot.press(*"label: int")
        await until_shown(pilot, "Label: interested")
        await pilot.press("escape")
        await until_gone(pilot, "Label: interested")


async def test_the_palette_finds_areas_and_says_why_something_is_impossible(session: Session) -> None:
    async with app_on(session, (160, 50)) as pilot:
        await until_shown(pilot, "Inboxes  24")
        await pilot.press("colon", *"campaigns", "enter")
        await until_shown(pilot, "Campaigns  6")
        await filter_by(pilot, "status:completed")
        await until_shown(pilot, "1 matching")
        await pilot.press("ctrl+p", *"launch")
        await until_shown(pilot, "the campaign is completed")
        await pilot.press("escape")
        # The next key may be faster than the area it is for.
        assert isinstance(pilot.app, ImailApp)
        going = asyncio.create_task(pilot.app.action_go("leads"))
        await asyncio.sleep(0)
        pilot.app.action_palette()
        await until_shown(pilot, "Commands", "Take out of a campaign")
        await going


async def test_a_theme_applies_at_once(session: Session) -> None:
    async with app_on(session, (80, 24)) as pilot:
        await until_shown(pilot, "Inboxes  24")
        before = pilot.app.theme
        await pilot.press("7")
        await until_shown(pilot, "Settings")
        await pilot.press("t", *"light", "enter")
        await until(pilot, lambda: pilot.app.theme != before, "other theme")


async def test_a_terminal_of_40x10_says_it_is_too_small(session: Session) -> None:
    async with app_on(session, (40, 10)) as pilot:
        await until_shown(pilot, "Too small")
        await pilot.resize_terminal(80, 24)
        await until_shown(pilot, "Inboxes  24")
        assert "Too small" not in shown(pilot)


async def test_live_and_test_are_told_apart_in_words(sandbox: SandboxAddress, tmp_path: Path) -> None:
    live = session_on(sandbox.url, sandbox.live_key, tmp_path)
    async with app_on(live, (80, 24)) as pilot:
        await until_shown(pilot, "LIVE", "Inboxes  24")
