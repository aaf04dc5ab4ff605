import asyncio
from dataclasses import dataclass, field

import pytest
from textual.widgets import Input

from imail_tui.model.problem import Problem
from imail_tui.services.key_check import KeyRefused
from imail_tui.ui.app import ImailApp
from imail_tui.ui.options import UiOptions
from imail_tui.ui.screens.welcome.screen import WelcomeScreen
from tests.hostile.corpus import FORBIDDEN, PAYLOADS
from tests.unit.ui.frame import FakeSession, running, settled, text_of

KEY = "imk_test_0123456789abcdef"


@dataclass
class Door:
    """A way in that opens, or refuses with a problem."""

    refuses: Problem | None = None
    base_url: str = "https://api.example.com/v1"
    typed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    sandboxes: int = 0
    no_keyring: Problem | None = None
    holds_key: bool = False
    closed: bool = False
    search: asyncio.Event | None = None
    "Until it is set, the search for a key kept earlier goes on."

    async def find_kept(self) -> FakeSession | None:
        if self.search is not None:
            await self.search.wait()
        return self._open() if self.holds_key else None

    async def use_key(self, typed: str) -> FakeSession:
        self.typed.append(typed)
        return self._open()

    async def keep(self, typed: str, *, in_file: bool) -> str:
        if not in_file and self.no_keyring is not None:
            raise KeyRefused(self.no_keyring)
        self.kept.append(f"{typed} in a file" if in_file else typed)
        return "somewhere"

    async def start_sandbox(self) -> FakeSession:
        self.sandboxes += 1
        return self._open()

    def close(self) -> None:
        self.closed = True

    def _open(self) -> FakeSession:
        if self.refuses is not None:
            raise KeyRefused(self.refuses)
        session = FakeSession()
        session.ui_state.remember("area", "settings")
        return session


def app_at(door: Door) -> ImailApp:
    return ImailApp(onboarding=door, options=UiOptions(status_seconds=None))


async def test_one_key_press_opens_the_sandbox() -> None:
    door = Door()
    app = app_at(door)
    async with running(app, (80, 24)) as pilot:
        assert isinstance(app.screen, WelcomeScreen)
        assert "Surge tier" in text_of(app)
        await pilot.press("f2")
        await settled(pilot)
        assert door.sandboxes == 1
        assert app.current_mode == "settings"
        assert "Acme Outbound" in text_of(app)


async def test_a_key_is_checked_before_anything_else_and_is_never_shown() -> None:
    door = Door()
    app = app_at(door)
    async with running(app) as pilot:
        field = app.screen.query_one("#key", Input)
        field.value = KEY
        await pilot.pause()
        assert KEY not in text_of(app)
        await pilot.press("enter")
        await settled(pilot)
        assert door.typed == [KEY]
        assert door.kept == []
        assert app.current_mode == "settings"
        assert field.value == ""


async def test_a_key_is_kept_only_when_asked() -> None:
    door = Door()
    app = app_at(door)
    async with running(app) as pilot:
        assert "not kept" in text_of(app)
        app.screen.query_one("#key", Input).value = KEY
        await pilot.press("f3")
        await settled(pilot)
        assert "kept in this machine's keyring" in text_of(app)
        await pilot.press("enter")
        await settled(pilot)
        assert door.kept == [KEY]


async def test_where_there_is_no_keyring_the_file_is_a_choice_of_its_own() -> None:
    door = Door(no_keyring=Problem("no secret store is running here", "Choose."))
    app = app_at(door)
    async with running(app) as pilot:
        app.screen.query_one("#key", Input).value = KEY
        await pilot.press("f3", "enter")
        await settled(pilot)
        assert "! no secret store is running here Choose." in text_of(app)
        assert (isinstance(app.screen, WelcomeScreen), door.kept) == (True, [])
        await pilot.press("f3")
        await settled(pilot)
        assert "kept in a file that only you can read" in text_of(app)
        await pilot.press("enter")
        await settled(pilot)
        assert door.kept == [f"{KEY} in a file"]
        assert app.current_mode == "settings"


async def test_a_key_kept_earlier_opens_the_app_by_itself() -> None:
    door = Door(holds_key=True, search=asyncio.Event())
    app = app_at(door)
    async with app.run_test(notifications=True) as pilot:
        await pilot.pause()
        assert "looking for a key kept earlier" in text_of(app)
        assert door.search is not None
        door.search.set()
        await settled(pilot)
        assert app.current_mode == "settings"


async def test_without_a_kept_key_the_search_ends_quietly() -> None:
    app = app_at(Door())
    async with running(app) as pilot:
        await settled(pilot)
        assert "looking" not in text_of(app)
        assert isinstance(app.screen, WelcomeScreen)


async def test_a_search_that_fails_says_why_at_the_field() -> None:
    app = app_at(Door(Problem("the secret store is locked", "Unlock it."), holds_key=True))
    async with running(app) as pilot:
        await settled(pilot)
        assert "the secret store is locked Unlock it." in text_of(app)


async def test_who_types_is_not_carried_away_by_a_key_that_is_found() -> None:
    door = Door(holds_key=True, search=asyncio.Event())
    app = app_at(door)
    async with app.run_test(notifications=True) as pilot:
        await pilot.pause()
        await pilot.press("i")
        assert door.search is not None
        door.search.set()
        await pilot.pause()
        assert "looking" not in text_of(app)
        assert isinstance(app.screen, WelcomeScreen)


async def test_a_refusal_stands_at_the_field_with_what_to_do() -> None:
    problem = Problem("the server does not know this key", "Check it.", status=401, request_id="req_01HZ")
    app = app_at(Door(problem))
    async with running(app) as pilot:
        app.screen.query_one("#key", Input).value = KEY
        await pilot.press("enter")
        await settled(pilot)
        assert "! the server does not know this key Check it.  req_01HZ" in text_of(app)
        assert isinstance(app.screen, WelcomeScreen)


@pytest.mark.parametrize("key", ["1", "7"])
async def test_there_is_no_area_without_a_session(key: str) -> None:
    app = app_at(Door())
    async with running(app) as pilot:
        app.set_focus(None)
        await pilot.press(key)
        await settled(pilot)
        assert isinstance(app.screen, WelcomeScreen)


async def test_hostile_words_of_a_server_are_only_words() -> None:
    door = Door()
    app = app_at(door)
    async with running(app) as pilot:
        for payload in PAYLOADS.values():
            door.refuses = Problem(payload, payload, payload, request_id=payload)
            door.base_url = payload
            await pilot.press("enter")
            await settled(pilot)
            assert not FORBIDDEN.search(text_of(app).replace("\n", ""))
