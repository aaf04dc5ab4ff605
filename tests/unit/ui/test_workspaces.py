"""Going to another workspace, without any server."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from imail_tui.model.problem import Problem
from imail_tui.model.status import Link
from imail_tui.services.key_check import KeyRefused
from imail_tui.services.known_profiles import KnownProfile
from imail_tui.services.opening import NotOpened
from imail_tui.store.profiles import Profile as StoredProfile
from imail_tui.ui import themes
from imail_tui.ui.app import ImailApp
from imail_tui.ui.dialogs.confirm import ConfirmDialog
from imail_tui.ui.dialogs.key import KeyDialog
from imail_tui.ui.options import UiOptions
from imail_tui.ui.screens.base import AreaScreen
from imail_tui.ui.screens.settings.screen import SettingsScreen
from imail_tui.ui.screens.welcome.screen import WelcomeScreen
from tests.unit.ui.frame import STATUS, FakeSession, Profile, frame, running, settled, text_of

REFUSAL = Problem("The server does not know this key.", status=401, request_id="req_01HZ")


@dataclass
class Door:
    """A way in whose key is always good."""

    session: FakeSession
    base_url: str = "https://api.example.com/v1"
    closed: bool = False

    async def find_kept(self) -> FakeSession | None:
        return None

    async def use_key(self, typed: str) -> FakeSession:
        del typed
        return self.session

    async def keep(self, typed: str, *, in_file: bool) -> str:
        raise KeyRefused(Problem(f"{typed} is not kept {in_file}"))

    async def start_sandbox(self) -> FakeSession:
        return self.session

    def close(self) -> None:
        self.closed = True


def session_of(name: str, mode: str = "test") -> FakeSession:
    """A session that was left at its settings."""
    session = FakeSession(status=replace(STATUS, workspace=f"Workspace {name}", mode=mode))
    session.profile = Profile(name)
    session.ui_state.remember("area", "settings")
    return session


@dataclass
class Places:
    """Two profiles, `one` and `two`; `fails` is why `two` cannot be opened, `keyless` leads to a way in."""

    default_server: str = "https://api.imail.now/v1"
    fails: Problem | None = None
    keyless: bool = False
    opened: list[FakeSession] = field(default_factory=list)
    doors: list[Door] = field(default_factory=list)

    def known(self) -> Sequence[KnownProfile]:
        return [KnownProfile(StoredProfile(name), is_default=False) for name in ("one", "two")]

    def open(self, name: str) -> FakeSession | None:
        if self.fails is not None:
            raise NotOpened(self.fails)
        if self.keyless:
            return None
        self.opened.append(session_of(name, "live"))
        return self.opened[-1]

    def way_in(self, name: str) -> Door:
        return self.way_to_add(name, "")

    def way_to_add(self, name: str, server: str) -> Door:
        del server
        self.doors.append(Door(session_of(name)))
        return self.doors[-1]

    def name_fault(self, name: str) -> str | None:
        return None if name.isalnum() else "That is no name."

    def server_fault(self, server: str) -> str | None:
        return None if server.startswith("http") else "That is no server."


def app_with(places: Places | None) -> tuple[ImailApp, FakeSession]:
    session = session_of("one")
    return ImailApp(session, workspaces=places, options=UiOptions(status_seconds=None)), session


async def choose(pilot: Pilot[None], words: str) -> None:
    await pilot.press("w")
    await pilot.pause()
    await pilot.press(*words, "enter")
    await settled(pilot)


async def test_the_other_session_takes_over_and_this_one_ends() -> None:
    places = Places()
    app, session = app_with(places)
    async with running(app) as pilot:
        await choose(pilot, "two")
        (other,) = places.opened
        assert app.session is other
        assert isinstance(app.screen, SettingsScreen)
        text = text_of(app)
        assert "Workspace two" in text
        assert "LIVE" in text.splitlines()[-1]
        assert (session.closed, other.closed, other.feed.started) == (True, False, True)
        assert {screen.session for screen in app.screens() if isinstance(screen, AreaScreen)} == {other}
        session.becomes(replace(STATUS, workspace="somebody else"))
        assert "somebody else" not in text_of(app)
    assert other.closed


async def test_each_workspace_has_its_own_theme() -> None:
    places = Places()
    app, session = app_with(places)
    session.ui_state.remember("theme", themes.LIGHT)
    app = ImailApp(session, workspaces=places, options=UiOptions(status_seconds=None))
    async with running(app) as pilot:
        assert app.theme == themes.LIGHT
        await choose(pilot, "two")
        assert app.theme == themes.DARK


async def test_what_cannot_be_opened_is_said_and_nothing_else_happens() -> None:
    places = Places(fails=Problem("The settings cannot be read.", "Correct the line."))
    app, session = app_with(places)
    async with running(app) as pilot:
        await choose(pilot, "two")
        assert "! The settings cannot be read. Correct the line." in text_of(app)
        assert app.session is session
        assert not session.closed


async def test_the_open_one_cannot_be_chosen() -> None:
    app, session = app_with(Places())
    async with running(app) as pilot:
        await choose(pilot, "one")
        assert "open now" in text_of(app)
        await pilot.press("escape")
        await settled(pilot)
        assert app.session is session


async def test_it_asks_only_if_something_would_be_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    places = Places()
    app, session = app_with(places)
    async with running(app) as pilot:
        monkeypatch.setattr(SettingsScreen, "unsaved", lambda self: "a reply to jo@example.com")
        await choose(pilot, "two")
        assert isinstance(app.screen, ConfirmDialog)
        assert "a reply to jo@example.com" in text_of(app)
        await pilot.press("enter")
        await settled(pilot)
        assert (app.session, places.opened) == (session, [])
        await choose(pilot, "two")
        await pilot.press("y")
        await settled(pilot)
        assert app.session is places.opened[0]


async def test_without_a_key_it_asks_for_one_and_esc_goes_back() -> None:
    places = Places(keyless=True)
    app, session = app_with(places)
    async with running(app) as pilot:
        await choose(pilot, "two")
        assert "API key" in text_of(app)
        assert app.session is session
        await pilot.press("escape")
        await settled(pilot)
        assert "Workspace one" in text_of(app)
        await app.workers.wait_for_complete([each for each in app.workers if each.group == "leave"])
        await choose(pilot, "two")
        app.screen.query_one("#key", Input).value = "imk_test_0123456789ABCDEF"
        await pilot.press("enter")
        await settled(pilot)
        assert app.session is places.doors[1].session
        assert not any(isinstance(screen, WelcomeScreen) for screen in app.screens())
    assert (session.closed, [door.closed for door in places.doors]) == (True, [True, True])


async def test_at_the_question_for_a_key_there_is_no_other_way_out() -> None:
    places = Places(keyless=True)
    app, _ = app_with(places)
    async with running(app) as pilot:
        await choose(pilot, "two")
        app.set_focus(None)
        await pilot.press("1")
        await settled(pilot)
        assert isinstance(app.screen, WelcomeScreen)
        await app.run_action("workspace")
        await settled(pilot)
        assert "Esc first goes back" in text_of(app)


async def test_a_name_and_a_server_are_asked_for_a_new_one() -> None:
    places = Places()
    app, _ = app_with(places)
    async with running(app) as pilot:
        await choose(pilot, "add")
        await pilot.press(*"a b", "enter")
        await settled(pilot)
        assert "That is no name." in text_of(app)
        app.screen.query_one(Input).value = "three"
        await pilot.press("enter")
        await settled(pilot)
        assert "https://api.imail.now/v1" in text_of(app)
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, WelcomeScreen)
        assert places.doors[0].session.profile.name == "three"


async def test_a_run_without_workspaces_says_so() -> None:
    app, _ = app_with(None)
    async with running(app) as pilot:
        await pilot.press("w")
        await settled(pilot)
        assert "There is only one workspace in this run." in text_of(app)


async def test_a_wanted_key_is_asked_for_once_and_given_up_when_there_is_one() -> None:
    app, session = app_with(None)
    async with running(app) as pilot:
        session.becomes(replace(STATUS, link=Link.UNAUTHORIZED, problem=REFUSAL))
        for _ in range(2):
            session.key_guard.wanted.emit(REFUSAL)
            await pilot.pause(0.4)
        assert [type(screen) for screen in app.screen_stack].count(KeyDialog) == 1
        assert "req_01HZ" in text_of(app)
        session.becomes(STATUS)
        session.key_guard.replaced.emit("The key was replaced.")
        await settled(pilot)
        assert not isinstance(app.screen, KeyDialog)
        assert "The key was replaced." in text_of(app)


async def test_a_key_that_was_missing_is_fetched_with_again() -> None:
    app, session = app_with(None)
    async with running(app) as pilot:
        frame(app).show_problem(REFUSAL)
        session.becomes(replace(STATUS, link=Link.UNAUTHORIZED, problem=REFUSAL))
        session.becomes(STATUS)
        await settled(pilot)
        assert frame(app).problem is None
        frame(app).show_problem(Problem("something else"))
        session.becomes(replace(STATUS, link=Link.UNAUTHORIZED, problem=REFUSAL))
        session.becomes(STATUS)
        await settled(pilot)
        assert frame(app).problem == Problem("something else")


async def test_the_budget_is_a_page() -> None:
    app, _ = app_with(None)
    async with running(app) as pilot:
        await pilot.press("b")
        await settled(pilot)
        assert "180 of 240" in text_of(app)
        await pilot.press("escape")
        await settled(pilot)
        assert isinstance(app.screen, SettingsScreen)
