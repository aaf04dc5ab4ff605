import pytest

from imail_tui.services.undo import KEPT, Act, UndoList


async def test_acts_are_taken_back_latest_first() -> None:
    undo = UndoList()
    told: list[str] = []

    def act(name: str) -> Act:
        async def inverse() -> str:
            told.append(name)
            return f"{name} undone"

        return Act(name, inverse)

    for number in range(KEPT + 1):
        undo.add(act(str(number)))
    assert len(undo.titles) == KEPT
    assert undo.titles[0] == str(KEPT)
    assert await undo.undo() == f"{KEPT} undone"
    assert told == [str(KEPT)]


async def test_one_that_fails_can_be_tried_again() -> None:
    undo = UndoList()
    fails = [True]

    async def inverse() -> str:
        if fails.pop():
            fails.append(False)
            raise OSError("the line broke")
        return "undone"

    undo.add(Act("x", inverse))
    with pytest.raises(OSError, match="the line broke"):
        await undo.undo()
    assert undo.titles == ("x",)
    assert await undo.undo() == "undone"
    assert await undo.undo() is None


async def test_any_act_can_be_chosen_and_what_stays_for_good_says_why() -> None:
    undo = UndoList()
    told: list[int] = []
    undo.changed.subscribe(told.append)

    async def inverse() -> str:
        return "first undone"

    undo.add(Act("first", inverse))
    undo.add(Act("second", inverse))
    undo.note("sent", "mail that has left stays sent")
    assert [(done.title, done.why_not) for done in undo.entries] == [
        ("sent", "mail that has left stays sent"),
        ("second", ""),
        ("first", ""),
    ]
    assert await undo.undo(undo.entries[0].id) is None
    assert await undo.undo(undo.entries[2].id) == "first undone"
    assert undo.titles == ("second",)
    undo.clear()
    assert undo.entries == ()
    assert told == [1, 2, 2, 1, 0]
