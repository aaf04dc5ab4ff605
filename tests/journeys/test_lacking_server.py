"""A server without replies and analytics: the app says so there, and everything else works."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from imail_tui.cli.exits import Exit
from imail_tui.services.sandbox_process import SandboxAddress
from imail_tui.ui.screens.frame import FrameScreen
from imail_tui.ui.screens.listing import ListScreen
from tests.fakes.lacking_server import LackingServer, lacking_server

from .test_command_line import Shell
from .workspace import SIZES, app_on, session_on, shown, until, until_gone, until_shown

LACKS = ("/replies", "/replies/*", "/threads/*", "/analytics", "/inboxes/{inbox_id}/history")
ASKED_FOR_WHAT_IS_MISSING = ("/replies", "/threads", "/analytics", "/history")


@pytest.fixture
def server(sandbox: SandboxAddress) -> Iterator[LackingServer]:
    with lacking_server(sandbox.url, *LACKS) as running:
        yield running


@pytest.mark.parametrize("size", SIZES)
async def test_areas_say_what_is_missing_and_the_rest_works(
    server: LackingServer, sandbox: SandboxAddress, tmp_path: Path, size: tuple[int, int]
) -> None:
    session = session_on(server.url, sandbox.test_key, tmp_path)
    async with app_on(session, size) as pilot:
        await until(pilot, lambda: session.capabilities.known, "document that was read")
        await until_shown(pilot, "Inboxes  24", "Not on this server: an inbox's last days")
        server.asked.clear()
        await pilot.press("4")
        await until_shown(pilot, "This server has no replies", "GET /replies", "Still works", "campaigns")
        assert "No replies yet" not in shown(pilot)
        await pilot.press("r")
        await until_shown(pilot, "Refresh: this server has none of it.")
        await pilot.press("l")
        await until_shown(pilot, "Label…: this server has no PATCH /replies/{id}.")
        await pilot.press("5")
        await until_shown(pilot, "This server has no analytics", "GET /analytics")
        await pilot.press("t")
        await until_shown(pilot, "Range…: this server has no GET /analytics.")
        await pilot.press("2")
        await until_shown(pilot, "Campaigns  ", "by ")
        assert "This server" not in shown(pilot)
        await until(pilot, lambda: _has_rows(pilot.app.screen), "campaigns")
        await pilot.press("1", "down", "enter")
        await until_shown(pilot, "Minimum gap")
        screen = pilot.app.screen
        assert isinstance(screen, FrameScreen)
        assert screen.problem is None
        assert not [line for line in server.asked if any(part in line for part in ASKED_FOR_WHAT_IS_MISSING)]


async def test_an_area_comes_alive_when_the_server_gets_it(
    server: LackingServer, sandbox: SandboxAddress, tmp_path: Path
) -> None:
    session = session_on(server.url, sandbox.test_key, tmp_path)
    async with app_on(session, (160, 50)) as pilot:
        await until(pilot, lambda: session.capabilities.known, "document that was read")
        await pilot.press("4")
        await until_shown(pilot, "This server has no replies")
        server.gone.clear()
        await session.connect()
        await until_gone(pilot, "This server has no replies")
        await until_shown(pilot, "Replies  All  180+")


def _has_rows(screen: object) -> bool:
    return isinstance(screen, ListScreen) and screen.table.total > 0


async def test_a_command_says_what_the_server_lacks_and_others_work(
    server: LackingServer, sandbox: SandboxAddress, tmp_path: Path
) -> None:
    session = session_on(server.url, sandbox.test_key, tmp_path)
    await session.connect()
    await session.offers_settled()
    await session.close()
    server.asked.clear()
    shell = Shell(replace(sandbox, url=server.url), tmp_path)
    lacking = await asyncio.to_thread(shell.run, "stats")
    assert lacking.returncode == Exit.NOT_FOUND
    assert "GET /analytics is not in its OpenAPI" in lacking.stderr
    assert "GET /analytics" not in server.asked
    listed = await asyncio.to_thread(shell.run, "inboxes", "list")
    assert (listed.returncode, len(listed.stdout.splitlines())) == (Exit.OK, 25)
