"""The request log on screen: what was asked appears by itself, is found, opened and copied."""

import os
import sys
from asyncio.subprocess import DEVNULL, create_subprocess_exec
from pathlib import Path

import pytest
from textual.pilot import Pilot

from imail_tui.model.secret import Secret
from imail_tui.services.sandbox_process import SandboxAddress
from imail_tui.services.session import Session
from imail_tui.ui import terminal
from imail_tui.ui.screens.settings import request_log
from imail_tui.ui.screens.settings.screen import SettingsScreen
from imail_tui.ui.widgets.line_table import LineTable

from .workspace import SIZES, app_on, filter_by, session_on, shown, until, until_gone, until_shown


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_log, "LOOK_SECONDS", 0.1)


async def open_log(pilot: Pilot[None]) -> None:
    await until_shown(pilot, "Inboxes  24")
    await pilot.press("7")
    await until_shown(pilot, "Connection")
    await pilot.press("l")
    await until_shown(pilot, "Request log", "/workspace")


def table(pilot: Pilot[None]) -> LineTable:
    return pilot.app.screen.query_one(LineTable)


@pytest.mark.parametrize("size", SIZES)
async def test_what_was_asked_is_there_and_grows_while_one_looks(
    session: Session, size: tuple[int, int]
) -> None:
    async with app_on(session, size) as pilot:
        await open_log(pilot)
        lines = shown(pilot).splitlines()
        for word in ("UTC", "Result", "Status", "Method", "Path", "ms", "Left"):
            assert word in lines[1]
        assert any("✓ ok" in line and "200" in line and "GET" in line for line in lines)
        before = table(pilot).total
        await session.campaigns.refresh(urgent=True)
        await until(pilot, lambda: table(pilot).total > before, "longer list")
        await until_shown(pilot, "/campaigns")
        assert table(pilot).cursor_index > 0, "the cursor stays on its row"
        await pilot.press("escape")
        await until_shown(pilot, "Connection")
        assert isinstance(pilot.app.screen, SettingsScreen)


async def test_the_requests_of_other_processes_are_there_too(
    session: Session, sandbox: SandboxAddress, tmp_path: Path
) -> None:
    async with app_on(session, (160, 50)) as pilot:
        await open_log(pilot)
        # The session's state is in another directory than a home's: the command writes to the same one.
        home = tmp_path / "home"
        home.mkdir()
        (home / "state").symlink_to(tmp_path / "state")
        process = await create_subprocess_exec(
            *(sys.executable, "-m", "imail_tui", "stats", "--days", "7"),
            env={
                "PATH": os.environ["PATH"],
                "IMAIL_TUI_HOME": str(home),
                "IMAIL_BASE_URL": sandbox.url,
                "IMAIL_API_KEY": sandbox.test_key.reveal(),
            },
            stdout=DEVNULL,
        )
        assert await process.wait() == 0
        await until_shown(pilot, "/analytics")


async def test_a_filter_a_page_and_the_request_id(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []

    async def copy_text(_app: object, text: str, _env: object = None) -> str:
        copied.append(text)
        return terminal.SENT

    monkeypatch.setattr(terminal, "copy_text", copy_text)
    async with app_on(session, (80, 24)) as pilot:
        await open_log(pilot)
        await filter_by(pilot, "status:2xx path:/inb method:get")
        await until_shown(pilot, "1 matching")
        assert "/workspace" not in shown(pilot)
        await pilot.press("enter")
        await until_shown(pilot, "GET /inboxes", "request id", "tokens left", "TEST")
        await pilot.press("y")
        await until_shown(pilot, "sent to terminal")
        (request_id,) = copied
        assert request_id.startswith("req_")
        assert request_id in shown(pilot)
        await pilot.press("escape", "escape")
        await until_shown(pilot, "/workspace")
        await filter_by(pilot, "status:5xx")
        await until_shown(pilot, "Nothing matches")


async def test_a_server_that_is_away_leaves_errors_without_an_id(tmp_path: Path) -> None:
    session = session_on("http://127.0.0.1:9/v1", Secret("imk_test_0123456789ABCDEFGHJKMNPQRS"), tmp_path)
    async with app_on(session, (80, 24)) as pilot:
        await until_shown(pilot, "offline")
        await pilot.press("7", "l")
        await until_shown(pilot, "✗ error", "not sent", "/workspace")
        await pilot.press("enter")
        await until_shown(pilot, "the server gave none")


async def test_who_comes_back_from_another_area_sees_the_lines_of_the_meantime(session: Session) -> None:
    async with app_on(session, (80, 24)) as pilot:
        await open_log(pilot)
        await pilot.press("1")
        await until_gone(pilot, "Request log")
        await session.campaigns.refresh(urgent=True)
        await pilot.press("7")
        await until_shown(pilot, "Request log", "/campaigns")


async def test_a_log_that_cannot_be_kept_says_so_until_it_can(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "state" / "requests"
    folder.parent.mkdir(exist_ok=True)
    folder.write_bytes(b"a file where a directory belongs")
    async with app_on(session, (80, 24)) as pilot:
        await until_shown(pilot, "Inboxes  24")
        await pilot.press("7", "l")
        await until_shown(pilot, "Nothing was asked", "is not being kept")
        folder.unlink()
        await session.campaigns.refresh(urgent=True)
        await until_shown(pilot, "/campaigns")
        await until_gone(pilot, "is not being kept")
