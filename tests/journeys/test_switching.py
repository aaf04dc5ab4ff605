"""Going from one workspace to another without a restart."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from imail_tui.services.feed import FeedState
from imail_tui.services.opening import Start, find_start, open_found
from imail_tui.services.sandbox_process import SandboxAddress
from imail_tui.services.session import Session
from imail_tui.services.workspaces import Workspaces
from imail_tui.store.key_notes import KeyNote, write_note
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile, save_profile
from imail_tui.store.secrets import keep_key
from imail_tui.ui.app import ImailApp
from imail_tui.ui.dialogs.picker import PickerDialog
from imail_tui.ui.options import UiOptions
from imail_tui.ui.screens.base import AreaScreen
from tests.hostile.corpus import FORBIDDEN, PAYLOADS

from .workspace import SIZES, filter_by, shown, until, until_gone, until_shown

TEST, LIVE = "acme-test", "acme-live"


@pytest.fixture
def start(sandbox: SandboxAddress, tmp_path: Path) -> Start:
    """Two profiles on one server: the two ledgers of a workspace, each with its key in a file."""
    environment = {"IMAIL_TUI_HOME": str(tmp_path)}
    paths = Paths.find(environment)
    for name, key in ((TEST, sandbox.test_key), (LIVE, sandbox.live_key)):
        profile = Profile(name, sandbox.url)
        save_profile(paths, profile)
        keep_key(paths, profile, key, in_file=True)
    return find_start(environment, TEST, None)


@asynccontextmanager
async def app_from(start: Start, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[None]]:
    """The app as the command line opens it."""
    app = ImailApp(open_found(start), workspaces=Workspaces(start), options=UiOptions(status_seconds=None))
    async with app.run_test(size=size, notifications=True) as pilot:
        yield pilot


def session_of(pilot: Pilot[None]) -> Session:
    app = pilot.app
    assert isinstance(app, ImailApp)
    assert isinstance(app.session, Session)
    return app.session


async def switch_to(pilot: Pilot[None], name: str) -> None:
    """By the palette, as a person would; pasting, because each letter costs a test a tenth of a second."""
    await pilot.press("colon")
    await until(pilot, lambda: isinstance(pilot.app.screen, PickerDialog), "palette")
    pilot.app.screen.query_one(Input).value = "workspace"
    await pilot.press("enter")
    await until_shown(pilot, "Switch workspace", "Add a workspace")
    pilot.app.screen.query_one(Input).value = name
    await pilot.press("enter")


@pytest.mark.parametrize("size", SIZES)
async def test_there_and_back_each_as_it_was_left(start: Start, size: tuple[int, int]) -> None:
    async with app_from(start, size) as pilot:
        await until_shown(pilot, "Inboxes  24", "TEST")
        await filter_by(pilot, "status:disc")
        await pilot.press("2", "1")
        await switch_to(pilot, LIVE)
        await until_shown(pilot, "LIVE", "Inboxes")
        assert "status:disc" not in shown(pilot)
        await pilot.press("7")
        await until_shown(pilot, LIVE, "LIVE: real mail")
        await pilot.press("w")
        await until_shown(pilot, "Switch workspace", "open now")
        await pilot.press(*TEST, "enter")
        await until_shown(pilot, "status:disc", "1 matching", "TEST")
        await switch_to(pilot, LIVE)
        await until_shown(pilot, "Settings", "LIVE: real mail")


async def test_the_other_workspace_shows_its_cache_before_it_asks_the_server(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app_from(start) as pilot:
        await until_shown(pilot, "Inboxes  24", "TEST")
        await switch_to(pilot, LIVE)
        await until_shown(pilot, "LIVE", "Inboxes  24")
        await switch_to(pilot, TEST)
        await until_shown(pilot, "TEST")
        asked = asyncio.Event()

        async def never(self: Session) -> None:
            await asked.wait()

        monkeypatch.setattr(Session, "connect", never)
        await switch_to(pilot, LIVE)
        await until_shown(pilot, "LIVE", "Inboxes  24", "haldenpike.example")


async def test_nothing_of_the_workspace_before_goes_on(start: Start) -> None:
    async with app_from(start) as pilot:
        await until_shown(pilot, "Inboxes  24")
        await pilot.press("3")
        await until_shown(pilot, "Leads  300+")
        left: list[Session] = []
        for name in (LIVE, TEST, LIVE):
            left.append(session_of(pilot))
            await switch_to(pilot, name)
            await until_shown(pilot, " LIVE " if name == LIVE else " TEST ")
        await until(pilot, lambda: writers() == 1, "end of the writers of what was left")
        assert {session.feed.state for session in left} == {FeedState.OFF}
        here = session_of(pilot)
        assert {screen.session for screen in areas_of(pilot)} == {here}
        await until(pilot, lambda: all(worker.is_finished for worker in pilot.app.workers), "rest")
        assert not [task for task in asyncio.all_tasks() if "Feed._run" in str(task.get_coro())][1:]


def writers() -> int:
    """Threads that write a cache."""
    return sum(thread.name.startswith("cache") for thread in threading.enumerate())


def areas_of(pilot: Pilot[None]) -> list[AreaScreen]:
    """The screens of areas that exist now, shown or not."""
    stacks = pilot.app._screen_stacks.values()
    return [screen for stack in stacks for screen in stack if isinstance(screen, AreaScreen)]


async def test_what_cannot_be_opened_leaves_everything_as_it_is(start: Start) -> None:
    async with app_from(start) as pilot:
        await until_shown(pilot, "Inboxes  24")
        before = session_of(pilot)
        await pilot.press("colon", *"workspace", "enter")
        await until_shown(pilot, "Switch workspace")
        start.paths.settings_file.write_text("[profiles.acme-live\n")
        await pilot.press(*LIVE, "enter")
        await until_shown(pilot, "Expected ']' at the end", "Inboxes  24", "TEST")
        assert session_of(pilot) is before


async def add(pilot: Pilot[None], name: str, server: str) -> None:
    """As far as the question for the key."""
    await switch_to(pilot, "Add")
    await until_shown(pilot, "what shall its profile be called?")
    pilot.app.screen.query_one(Input).value = "two words"
    await pilot.press("enter")
    await until_shown(pilot, "A name has")
    pilot.app.screen.query_one(Input).value = name
    await pilot.press("enter")
    await until_shown(pilot, f"Server of {name}", "https://api.imail.now/v1")
    pilot.app.screen.query_one(Input).value = server
    await pilot.press("enter")
    await until_shown(pilot, "API key")


async def test_a_workspace_is_added_with_its_key(start: Start, sandbox: SandboxAddress) -> None:
    async with app_from(start) as pilot:
        await until_shown(pilot, "Inboxes  24", "TEST")
        await add(pilot, "third", sandbox.url)
        pilot.app.screen.query_one("#key", Input).value = sandbox.live_key.reveal()
        await pilot.press("enter")
        await until_shown(pilot, "LIVE", "Inboxes  24")
        assert session_of(pilot).profile.name == "third"
        await switch_to(pilot, TEST)
        await until_shown(pilot, "TEST", "Inboxes  24")


async def test_who_adds_a_workspace_can_change_their_mind(start: Start, sandbox: SandboxAddress) -> None:
    async with app_from(start) as pilot:
        await until_shown(pilot, "Inboxes  24", "TEST")
        before = session_of(pilot)
        for _ in range(2):
            await add(pilot, "third", sandbox.url)
            await pilot.press("escape")
            await until_shown(pilot, "Inboxes  24", "TEST")
        assert session_of(pilot) is before


async def test_hostile_names_of_workspaces_are_only_words(start: Start) -> None:
    names = [payload for payload in PAYLOADS.values() if payload == payload.encode(errors="ignore").decode()]
    for number, payload in enumerate(names):
        profile = Profile(f"hostile{number}", "https://example.com/v1")
        save_profile(start.paths, profile)
        write_note(start.paths, profile, KeyNote("keyring", "live", payload, "wsp_1"))
    async with app_from(start, (160, 50)) as pilot:
        await until_shown(pilot, "Inboxes  24")
        await pilot.press("colon", *"workspace", "enter")
        await until_shown(pilot, "Switch workspace", "hostile0")
        for _ in range(len(names) // 12 + 1):
            assert not FORBIDDEN.search(shown(pilot).replace("\n", ""))
            await pilot.press("pagedown")
        await pilot.press("escape")
        await until_gone(pilot, "Switch workspace")
