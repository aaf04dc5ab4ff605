import time

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from imail_tui.api.errors import ServerError, Unreachable
from imail_tui.model.problem import Problem
from imail_tui.model.status import Link, Status
from imail_tui.ui import themes
from imail_tui.ui.areas import AREAS
from imail_tui.ui.dialogs.confirm import ConfirmDialog
from imail_tui.ui.dialogs.picker import PickerDialog
from imail_tui.ui.options import UiOptions
from imail_tui.ui.screens.base import AreaScreen
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.status_line import StatusLine
from tests.hostile.corpus import FORBIDDEN
from tests.patience import PATIENCE
from tests.unit.ui.frame import (
    STATUS,
    FakeSession,
    ListedService,
    MailApp,
    MailScreen,
    frame,
    inboxes,
    running,
    settled,
    text_of,
)

OFFLINE = Unreachable(Problem("the server cannot be reached", code="offline"))


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (60, 15)])
async def test_the_frame_is_title_body_hints_status(size: tuple[int, int]) -> None:
    app = MailApp()
    async with running(app, size):
        lines = text_of(app).splitlines()
        assert lines[0].startswith(" Inboxes  5")
        assert "box00@example.com" in lines[2]
        assert lines[-1].startswith(" Acme Outbound · TEST · ▮")
        assert ("/ filter" in lines[-2]) == (size[1] >= 20)


async def test_beside_the_list_where_there_is_room_and_instead_of_it_where_there_is_not() -> None:
    app = MailApp()
    async with running(app, (80, 24)) as pilot:
        assert "page of" not in text_of(app)
        await press(pilot, "enter")
        assert "page of box00" in text_of(app)
        assert "box01" not in text_of(app)
        await press(pilot, "escape")
        assert "box01" in text_of(app)
        await pilot.resize_terminal(120, 24)
        await settled(pilot)
        assert "page of box00" in text_of(app)
        assert "box01" in text_of(app)


@pytest.mark.parametrize("size", [(59, 24), (80, 14), (40, 10)])
async def test_a_small_terminal_is_told_so(size: tuple[int, int]) -> None:
    app = MailApp()
    async with running(app, size) as pilot:
        assert text_of(app).strip().startswith("Too small: imail-tui needs 60x15")
        assert "box00" not in text_of(app)
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert "box00" in text_of(app)


async def test_number_keys_go_to_the_areas_and_the_last_one_is_remembered() -> None:
    app = MailApp()
    async with running(app) as pilot:
        await press(pilot, "7")
        assert isinstance(app.screen, AreaScreen)
        assert app.screen.AREA is AREAS[6]
        assert "imk_…9f3a" in text_of(app)
        await press(pilot, "1")
        assert isinstance(app.screen, MailScreen)
        assert app.mail.ui_state.recall("area") == "inboxes"


async def test_the_session_is_connected_followed_and_closed() -> None:
    app = MailApp()
    async with running(app):
        assert (app.mail.feed.started, app.mail.resumed) == (True, True)
    assert app.mail.closed


async def test_a_session_that_cannot_connect_says_so_and_is_followed_all_the_same() -> None:
    app = MailApp(FakeSession(ListedService(inboxes(2)), connect_fails=OFFLINE))
    async with running(app):
        assert "! the server cannot be reached" in text_of(app)
        assert app.mail.feed.started


async def test_the_status_line_follows_the_session_and_repaints_only_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = MailApp()
    async with running(app) as pilot:
        line = app.screen.query_one(StatusLine)
        painted: list[str] = []
        monkeypatch.setattr(line, "refresh", lambda *regions, **options: painted.append(line.text))
        app.mail.becomes(STATUS)
        app.show_status()
        await settled(pilot)
        assert painted == []
        app.mail.becomes(Status(workspace="Acme", mode="live", link=Link.OFFLINE))
        await settled(pilot)
        assert len(painted) == 1
        assert "LIVE" in line.text
        assert "offline, retrying" in line.text


async def test_a_problem_stands_in_the_line_until_the_same_work_succeeds() -> None:
    service = ListedService(inboxes(3))
    service.fails = ServerError(Problem("it broke", "Try again.", status=500, request_id="req_01HZ"))
    app = MailApp(FakeSession(service))
    async with running(app) as pilot:
        assert "! it broke Try again.  req_01HZ" in text_of(app)
        await press(pilot, "y")
        assert "req_01HZ: sent to terminal" in text_of(app)
        assert frame(app).problem is not None
        await press(pilot, "r")
        assert frame(app).problem is None
        assert "/ filter" in text_of(app)


async def test_escape_takes_a_problem_away() -> None:
    app = MailApp()
    async with running(app) as pilot:
        frame(app).show_problem(Problem("stale"))
        await press(pilot, "escape")
        assert "stale" not in text_of(app)


async def test_a_mistake_of_ours_ends_the_app_without_key_and_control_characters(
    capsys: pytest.CaptureFixture[str],
) -> None:
    app = MailApp()

    async def break_it() -> None:
        async with running(app) as pilot:
            await pilot.press("b")
            await pilot.pause()

    with pytest.raises(RuntimeError, match="in a message"):
        await break_it()
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert "action_broken" in told
    assert "0123456789" not in told
    assert "imk_live_…CRET" in told
    assert "\x1b]" not in told
    assert "\x07" not in told


async def test_an_impossible_command_answers_with_the_reason() -> None:
    app = MailApp()
    async with running(app) as pilot:
        await press(pilot, "j", "j", "p")
        assert "Pause: the inbox is not connected." in text_of(app)
        await press(pilot, "k", "p")
        screen = app.screen
        assert isinstance(screen, MailScreen)
        assert screen.paused == ["ibx_1"]


async def test_the_palette_finds_runs_and_greys_commands() -> None:
    app = MailApp()
    async with running(app) as pilot:
        await press(pilot, "j", "j", "colon", "p", "a", "u", "s")
        assert isinstance(app.screen, PickerDialog)
        assert "the inbox is not connected" in text_of(app)
        await press(pilot, "enter")
        assert "! Pause: the inbox is not connected" in text_of(app)
        await press(pilot, "escape", "k", "ctrl+p", *"pause", "enter")
        screen = app.screen
        assert isinstance(screen, MailScreen)
        assert screen.paused == ["ibx_1"]


@pytest.mark.parametrize(("typed", "area"), [("settings", "settings"), (":settings", "settings")])
async def test_a_word_after_the_colon_goes_to_an_area(typed: str, area: str) -> None:
    app = MailApp()
    async with running(app) as pilot:
        await press(pilot, "colon")
        app.screen.query_one(Input).value = typed
        await press(pilot, "enter")
        assert app.current_mode == area


async def test_colon_q_quits() -> None:
    app = MailApp()
    async with running(app) as pilot:
        await press(pilot, "colon", "q", "enter")
        assert not app.is_running or app._exit


async def test_quitting_asks_only_if_something_would_be_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    app = MailApp()
    async with running(app) as pilot:
        monkeypatch.setattr(MailScreen, "unsaved", lambda self: "a reply to jo@example.com")
        await press(pilot, "ctrl+q")
        assert isinstance(app.screen, ConfirmDialog)
        assert "a reply to jo@example.com" in text_of(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, MailScreen)
        await press(pilot, "ctrl+c")
        assert "ctrl+q leaves the app." in text_of(app)


async def test_help_lists_the_keys_from_the_focus_up_and_runs_them() -> None:
    app = MailApp()
    async with running(app) as pilot:
        await press(pilot, "question_mark")
        help_text = text_of(app)
        assert "Keys in the list" in help_text
        # What this place alone has comes first, what all places have last.
        assert help_text.index("Pause  ") < help_text.index("down j") < help_text.index("escape q")
        await press(pilot, *"pause", "enter")
        screen = app.screen
        assert isinstance(screen, MailScreen)
        assert screen.paused == ["ibx_0"]


async def test_keys_can_be_remapped_and_are_shown_as_remapped() -> None:
    keymap = {"mail.pause": "f5", "app.help": "f9", "list.unmark": "U"}
    app = MailApp(options=UiOptions(keymap=keymap, status_seconds=None))
    async with running(app) as pilot:
        assert "f5 pause" in text_of(app)
        assert "f9 help" in text_of(app)
        screen = app.screen
        assert isinstance(screen, MailScreen)
        await press(pilot, "p", "f5", "space", "U")
        assert screen.paused == ["ibx_0"]
        assert screen.table.marks == frozenset()
        await press(pilot, "f9", *"pause")
        assert "f5" in text_of(app)


async def test_a_theme_applies_at_once_and_is_kept() -> None:
    app = MailApp()
    async with running(app) as pilot:
        await press(pilot, "7", "t", "down", "enter")
        assert app.theme == themes.LIGHT
        assert "theme        Light" in text_of(app)
        assert app.mail.ui_state.recall("theme") == themes.LIGHT
    again = MailApp(app.mail)
    async with running(again):
        assert again.theme == themes.LIGHT


async def test_a_toast_is_text_and_said_once() -> None:
    app = MailApp()
    async with running(app, (100, 30)) as pilot:
        for _ in range(3):
            app.mail.noticed.emit(Problem("broken [/foo] [@click=app.quit]x[/]", "Do \x1b]0;owned\x07 it."))
        await settled(pilot)
        shown = text_of(app)
        assert shown.count("broken [/foo]") == 1
        assert not FORBIDDEN.search(shown.replace("\n", ""))


async def test_the_table_has_the_keys_at_the_start() -> None:
    app = MailApp()
    async with running(app):
        assert isinstance(app.focused, LineTable)


async def test_a_toast_goes_and_may_come_again() -> None:
    app = MailApp()
    async with running(app) as pilot:
        for _ in range(2):
            app.notify("the cache was rebuilt", timeout=0.05)
            assert app._toasts == {"the cache was rebuilt"}
            deadline = time.monotonic() + PATIENCE
            while app._toasts:
                assert time.monotonic() < deadline, "the toast stays"
                await pilot.pause(0.02)


async def test_the_budget_hears_that_somebody_is_there() -> None:
    app = MailApp()
    async with running(app) as pilot:
        assert app.mail.attended == 0
        await press(pilot, "j")
        # A key that nobody used comes back up to the app.
        assert app.mail.attended >= 1
