import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from imail_tui.domain.listing import SPECS, Sort
from imail_tui.ui.screens.sorting import read_sort, sort_text
from tests.unit.ui.frame import (
    FakeSession,
    ListedService,
    MailApp,
    MailScreen,
    running,
    settled,
    text_of,
)

SPEC = SPECS["inboxes"]


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


def mail(app: MailApp) -> MailScreen:
    screen = app.screen
    assert isinstance(screen, MailScreen)
    return screen


def is_filter_shown(app: MailApp) -> bool:
    return mail(app).query_one("#filter", Input).display


async def test_a_filter_is_typed_in_place_stays_visible_and_escape_clears_it() -> None:
    app = MailApp()
    async with running(app) as pilot:
        assert not is_filter_shown(app)
        await press(pilot, "slash", *"box03", "enter")
        assert mail(app).table.has_focus
        assert is_filter_shown(app)
        assert "1 matching" in text_of(app)
        assert "box03" in text_of(app).splitlines()[0]
        assert "box01" not in text_of(app)
        await press(pilot, "escape")
        assert not is_filter_shown(app)
        assert "box01" in text_of(app)


async def test_letters_go_to_the_filter_and_not_to_commands() -> None:
    app = MailApp()
    async with running(app) as pilot:
        await press(pilot, "slash", *"pqy7:?")
        assert mail(app).query_one("#filter", Input).value == "pqy7:?"
        assert mail(app).paused == []


async def test_the_list_follows_the_typing_after_a_rest() -> None:
    app = MailApp()
    async with running(app) as pilot:
        await press(pilot, "slash", *"box04")
        while "1 matching" not in text_of(app):
            await pilot.pause(0.02)
        assert mail(app).table.total == 1


async def test_filter_and_sort_survive_a_restart() -> None:
    app = MailApp()
    async with running(app) as pilot:
        await press(pilot, "slash", *"box0", "enter", "s", "down", "enter")
        assert "by status ▲" in text_of(app)
    again = MailApp(app.mail)
    async with running(again) as pilot:
        assert "by status ▲" in text_of(again)
        assert mail(again).query_one("#filter", Input).value == "box0"
        assert "5 matching" in text_of(again)


async def test_the_same_column_again_turns_the_order_round() -> None:
    app = MailApp()
    async with running(app) as pilot:
        await press(pilot, "s", "enter")
        assert "by email ▼" in text_of(app)
        assert mail(app).table.cursor_id == "ibx_0"
        await press(pilot, "g")
        assert mail(app).table.cursor_id == "ibx_4"


async def test_a_change_is_drawn_in_place_and_the_cursor_stays_on_its_row() -> None:
    app = MailApp()
    async with running(app) as pilot:
        await press(pilot, "j", "j")
        app.mail.inboxes.stored.insert(
            0, {"id": "ibx_new", "email": "aaa@example.com", "status": "connected"}
        )
        app.mail.inboxes.changed.emit(frozenset({"ibx_new"}))
        while "aaa@example.com" not in text_of(app):
            await pilot.pause(0.02)
        assert mail(app).table.cursor_id == "ibx_2"
        assert " * aaa@example.com" in text_of(app)
        assert text_of(app).startswith(" Inboxes  6")


async def test_the_server_searches_where_not_everything_is_here() -> None:
    app = MailApp()
    async with running(app) as pilot:
        await press(pilot, "slash", *"box", "enter")
        assert app.mail.inboxes.searched == []
        app.mail.inboxes.complete = False
        await press(pilot, "slash", *"es two", "enter")
        assert app.mail.inboxes.searched == ["boxes two"]


async def test_empty_lists_say_why() -> None:
    app = MailApp(FakeSession(ListedService()))
    async with running(app) as pilot:
        assert "No inboxes yet." in text_of(app)
        await press(pilot, "enter", "p")
        assert "Pause: the inbox is not connected." in text_of(app)
        await press(pilot, "slash", "x", "enter")
        assert "Nothing matches the filter; esc clears it." in text_of(app)


async def test_marks_are_counted_and_escape_takes_them_away() -> None:
    app = MailApp()
    async with running(app) as pilot:
        await press(pilot, "space", "space")
        assert "5, 2 marked" in text_of(app)
        assert mail(app).subject().marked == {"ibx_0", "ibx_1"}
        await press(pilot, "escape")
        assert "marked" not in text_of(app)


async def test_y_copies_the_row() -> None:
    app = MailApp()
    async with running(app) as pilot:
        await press(pilot, "j", "y")
        assert "box01@example.com: sent to terminal" in text_of(app)


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("status ▼", Sort("status", descending=True)),
        ("status ▲", Sort("status")),
        (None, SPEC.order),
        ("", SPEC.order),
        ("no_such_field ▼", SPEC.order),
        ("\x1b]0;owned\x07", SPEC.order),
    ],
)
def test_a_kept_order_is_read_or_replaced_by_the_lists_own(text: str | None, sort: Sort) -> None:
    assert read_sort(text, SPEC) == sort
    assert read_sort(sort_text(sort), SPEC) == sort
