import asyncio

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from imail_tui.model.keeping import Keeping
from imail_tui.model.problem import Problem
from imail_tui.ui.dialogs.key import KeyDialog, KeyQuestion, KeyRejected
from tests.hostile.corpus import FORBIDDEN, PAYLOADS
from tests.unit.ui.frame import text_of

KEY = "imk_test_0123456789ABCDEFGHJKMNPQRS"
REFUSAL = Problem("The server does not know this key.", "", status=401, request_id="req_01HZ")


class Lock:
    """Takes keys, or rejects them with a problem."""

    def __init__(self, rejects: Problem | None = None) -> None:
        self.rejects = rejects
        self.used: list[tuple[str, Keeping]] = []
        self.hold: asyncio.Event | None = None

    async def use(self, typed: str, keeping: Keeping) -> None:
        self.used.append((typed, keeping))
        if self.hold is not None:
            await self.hold.wait()
        if self.rejects is not None:
            raise KeyRejected(self.rejects)


def question(
    text: str = "Acme",
    *,
    live: bool = False,
    keeping: Keeping = Keeping.NOT,
    refusal: Problem | None = REFUSAL,
) -> KeyQuestion:
    return KeyQuestion(text, text, text, live, "imk_…9f3a", text, keeping, refusal)


class Asking:
    """A dialog on an empty app, and what it gave."""

    def __init__(self, dialog: KeyDialog) -> None:
        self.app = App[None]()
        self.dialog = dialog
        self.answers: list[bool | None] = []

    async def shown(self, pilot: Pilot[None]) -> str:
        if self.app.screen is not self.dialog:
            self.app.push_screen(self.dialog, self.answers.append)
        await pilot.pause()
        return text_of(self.app)

    async def give(self, pilot: Pilot[None], key: str) -> None:
        self.dialog.query_one(Input).value = key
        await pilot.press("enter")
        await pilot.pause()


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (60, 15)])
async def test_it_says_whose_key_and_why(size: tuple[int, int]) -> None:
    asking = Asking(KeyDialog(question("Acme", live=True), Lock().use))
    async with asking.app.run_test(size=size) as pilot:
        text = await asking.shown(pilot)
        for part in ("The server refuses the key", "Acme", "LIVE", "imk_…9f3a", "req_01HZ", "esc leaves"):
            assert part in text


async def test_a_key_is_hidden_used_and_forgotten() -> None:
    lock = Lock()
    asking = Asking(KeyDialog(question(), lock.use))
    async with asking.app.run_test() as pilot:
        await asking.shown(pilot)
        field = asking.dialog.query_one(Input)
        field.value = KEY
        await pilot.pause()
        assert KEY not in text_of(asking.app)
        await pilot.press("enter")
        await pilot.pause()
        assert asking.answers == [True]
        assert field.value == ""
    assert lock.used == [(KEY, Keeping.NOT)]


async def test_a_rejected_key_stays_with_the_reason() -> None:
    lock = Lock(Problem("This is a LIVE key.", "Give a test key.", request_id="req_02"))
    asking = Asking(KeyDialog(question(), lock.use))
    async with asking.app.run_test() as pilot:
        await asking.shown(pilot)
        await asking.give(pilot, KEY)
        text = text_of(asking.app)
        assert "This is a LIVE key. Give a test key." in text
        assert "req_02" in text
        lock.rejects = None
        await pilot.press("enter")
        await pilot.pause()
        assert asking.answers == [True]


async def test_leaving_while_a_key_is_checked_gives_nothing() -> None:
    lock = Lock()
    lock.hold = asyncio.Event()
    asking = Asking(KeyDialog(question(), lock.use))
    async with asking.app.run_test() as pilot:
        await asking.shown(pilot)
        await asking.give(pilot, KEY)
        assert "checking with" in text_of(asking.app)
        await pilot.press("escape")
        await pilot.pause()
        lock.hold.set()
        await pilot.pause()
        assert asking.answers == [None]


@pytest.mark.parametrize(
    ("first", "presses", "chosen"),
    [
        (Keeping.NOT, 0, Keeping.NOT),
        (Keeping.NOT, 1, Keeping.KEYRING),
        (Keeping.NOT, 2, Keeping.FILE),
        (Keeping.FILE, 0, Keeping.FILE),
        (Keeping.FILE, 1, Keeping.NOT),
        (Keeping.COMMAND, 1, Keeping.COMMAND),
    ],
)
async def test_where_it_is_kept_is_chosen_and_begins_as_before(
    first: Keeping, presses: int, chosen: Keeping
) -> None:
    lock = Lock()
    asking = Asking(KeyDialog(question("command pass", keeping=first), lock.use))
    async with asking.app.run_test() as pilot:
        text = await asking.shown(pilot)
        assert ("asks command pass again" in text) == (first is Keeping.COMMAND)
        for _ in range(presses):
            await pilot.press("f3")
        await asking.give(pilot, KEY)
    assert lock.used == [(KEY, chosen)]


async def test_without_a_refusal_it_only_offers() -> None:
    asking = Asking(KeyDialog(question(refusal=None), Lock().use))
    async with asking.app.run_test() as pilot:
        text = await asking.shown(pilot)
        assert "Another key for this workspace" in text
        assert "refuse" not in text


async def test_hostile_names_are_only_words() -> None:
    words = " ".join(PAYLOADS.values())
    lock = Lock(Problem(words, words, request_id=words))
    asked = question(words, keeping=Keeping.COMMAND, refusal=Problem(words, request_id=words))
    asking = Asking(KeyDialog(asked, lock.use))
    async with asking.app.run_test(size=(160, 50)) as pilot:
        text = await asking.shown(pilot)
        assert "broken [/foo]" in text
        assert not FORBIDDEN.search(text.replace("\n", ""))
        await asking.give(pilot, KEY)
        text = text_of(asking.app)
        assert "! broken [/foo]" in text
        assert not FORBIDDEN.search(text.replace("\n", ""))
