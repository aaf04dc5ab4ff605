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
