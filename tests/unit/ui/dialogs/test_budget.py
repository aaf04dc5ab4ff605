import time

import pytest
from textual.app import App

from imail_tui.model.status import BudgetDetail
from imail_tui.ui.dialogs import budget as budget_dialog
from imail_tui.ui.dialogs.budget import BudgetDialog
from tests.hostile.corpus import FORBIDDEN, PAYLOADS
from tests.patience import PATIENCE
from tests.unit.ui.frame import text_of


def detail(left: float = 200.0, place: str = "/run/budget.db") -> BudgetDetail:
    return BudgetDetail(left, 240.0, 100 / 60, place=place)


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (60, 15)])
async def test_everything_is_on_the_page(size: tuple[int, int]) -> None:
    app = App[None]()
    async with app.run_test(size=size) as pilot:
        app.push_screen(BudgetDialog(detail))
        await pilot.pause()
        text = text_of(app)
        for part in ("200 of 240", "100 a minute", "waiting", "last 429", "/run/budget.db", "esc closes"):
            assert part in text


async def test_it_looks_again_while_it_is_open_and_only_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget_dialog, "LOOK_SECONDS", 0.02)
    levels = iter(range(100, 200))
    looks: list[int] = []

    def look() -> BudgetDetail:
        looks.append(next(levels, 200))
        return detail(looks[-1])

    app = App[None]()
    async with app.run_test() as pilot:
        app.push_screen(BudgetDialog(look))
        deadline = time.monotonic() + PATIENCE
        while "103 of 240" not in text_of(app) and len(looks) < 50:
            assert time.monotonic() < deadline
            await pilot.pause(0.005)
        await pilot.press("escape")
        await pilot.pause()
        seen = len(looks)
        await pilot.pause(0.1)
        assert len(looks) == seen > 3


async def test_a_hostile_path_is_only_words() -> None:
    app = App[None]()
    async with app.run_test(size=(160, 50)) as pilot:
        app.push_screen(BudgetDialog(lambda: detail(place=" ".join(PAYLOADS.values()))))
        await pilot.pause()
        text = text_of(app)
        assert "broken [/foo]" in text
        assert not FORBIDDEN.search(text.replace("\n", ""))
