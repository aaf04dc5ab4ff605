from typing import TypeVar

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from imail_tui.ui.dialogs.confirm import ConfirmDialog, Danger
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.dialogs.picker import Choice, PickerDialog, matching
from imail_tui.ui.dialogs.prompt import PromptDialog
from tests.hostile.corpus import FORBIDDEN, PAYLOADS
from tests.unit.ui.frame import styles_of, text_of

Answer = TypeVar("Answer")
UNANSWERED = "unanswered"
CHOICES = (
    Choice("launch", "Launch campaign", "L", "start sending", aliases=("go",)),
    Choice("pause", "Pause campaign", "P", "stop sending", impossible="it is not active"),
    Choice("quit", "Quit", "ctrl+q", "leave", aliases=("q",)),
)


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


async def answer_to(dialog: Dialog[Answer], *keys: str) -> Answer | str | None:
    """What the dialog gives after some keys."""
    answers: list[Answer | None] = []
    app = App[None]()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.push_screen(dialog, answers.append)
        await pilot.pause()
        await press(pilot, *keys)
    return answers[0] if answers else UNANSWERED


def danger(trigger: tuple[str, ...] = ("L",), live: bool | None = True) -> Danger:
    return Danger("Launch Spring?", "Launch", ("1,234 leads", "500 mails today"), live=live, trigger=trigger)


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (("enter",), False),
        (("escape",), False),
        (("n",), False),
        (("q",), False),
        (("L",), UNANSWERED),
        (("right", "enter"), True),
        (("tab", "enter"), True),
        (("right", "left", "enter"), False),
        (("y",), True),
    ],
)
async def test_danger_is_cancelled_unless_the_verb_is_chosen(
    keys: tuple[str, ...], answer: bool | str
) -> None:
    assert await answer_to(ConfirmDialog(danger()), *keys) == answer


@pytest.mark.parametrize(("trigger", "key"), [(("L",), "y"), (("y",), "c"), (("y", "c"), "f10")])
def test_the_key_that_confirms_is_never_the_one_that_asked(trigger: tuple[str, ...], key: str) -> None:
    assert danger(trigger).confirm_key == key


@pytest.mark.parametrize(("live", "word"), [(True, "LIVE"), (False, "TEST")])
async def test_danger_says_how_much_and_where(live: bool, word: str) -> None:
    app = App[None]()
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(ConfirmDialog(danger(live=live)))
        await pilot.pause()
        shown = text_of(app)
        assert "1,234 leads" in shown
        assert "500 mails today" in shown
        assert f"{word} workspace" in shown
        assert "▌Cancel" in shown


async def test_a_prompt_gives_what_was_typed_and_holds_on_to_what_is_wrong() -> None:
    def check(text: str) -> str | None:
        return None if text.isdigit() else "a number, please"

    assert await answer_to(PromptDialog("How many?", check=check), "4", "2", "enter") == "42"
    assert await answer_to(PromptDialog("How many?", check=check), "x", "enter") == UNANSWERED
    assert await answer_to(PromptDialog("How many?", text="7"), "enter") == "7"
    assert await answer_to(PromptDialog("How many?"), "4", "escape") is None


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (("enter",), "launch"),
        (("down", "down", "enter"), "quit"),
        (("down", "enter"), UNANSWERED),
        (("q", "enter"), "quit"),
        (("x", "x", "enter"), UNANSWERED),
        (("escape",), None),
    ],
)
async def test_a_picker_gives_the_choice_but_not_an_impossible_one(
    keys: tuple[str, ...], answer: str | None
) -> None:
    assert await answer_to(PickerDialog("Commands", CHOICES), *keys) == answer


async def test_a_picker_starts_where_it_is_told() -> None:
    assert await answer_to(PickerDialog("Commands", CHOICES, at="quit"), "enter") == "quit"


@pytest.mark.parametrize(
    ("typed", "first"),
    [("go", "launch"), (":q", "quit"), ("cmp", "launch"), ("PAUSE", "pause"), ("", "launch")],
)
def test_letters_find_and_exact_words_come_first(typed: str, first: str) -> None:
    assert matching(CHOICES, typed)[0].id == first


def test_what_does_not_occur_is_not_found() -> None:
    assert matching(CHOICES, "zzz") == []


async def test_hostile_text_in_every_slot() -> None:
    app = App[None]()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        for number, payload in enumerate(PAYLOADS.values()):
            dialogs: tuple[Dialog[bool] | Dialog[str], ...] = (
                ConfirmDialog(Danger(payload, "Delete", (payload, payload), live=True)),
                PromptDialog(payload, text=payload, note=payload),
                PickerDialog(
                    payload, [Choice("a", payload, payload, payload), Choice("b", "x", impossible=payload)]
                ),
            )
            # What is shown passes one door for all payloads: each is tried in one dialog.
            app.push_screen(dialogs[number % len(dialogs)])
            await pilot.pause()
            shown = text_of(app).replace("\n", "")
            assert not FORBIDDEN.search(shown), payload
            assert "@click" not in str([style.meta for style in styles_of(app)])
            app.pop_screen()


async def test_a_prompt_that_refuses_shows_why_as_text() -> None:
    app = App[None]()
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(PromptDialog("Name", check=lambda text: f"not {text}"))
        await pilot.pause()
        app.screen.query_one(Input).value = "[/foo]"
        await press(pilot, "enter")
        assert "! not [/foo]" in text_of(app)
