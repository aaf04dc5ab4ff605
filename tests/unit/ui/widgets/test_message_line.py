"""The line of hints and remarks in little room."""

import pytest
from textual.app import App, ComposeResult

from imail_tui.ui.widgets.message_line import MessageLine

HINTS = (("enter", "open"), ("a", "answer"), ("d", "done, next"), ("z", "snooze"), ("?", "help"))


class LineApp(App[None]):
    def compose(self) -> ComposeResult:
        yield MessageLine()


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (30, "enter open  a answer  ? help"),
        (46, "enter open  a answer  d done, next  ? help"),
        (80, "enter open  a answer  d done, next  z snooze  ? help"),
    ],
)
async def test_the_key_that_leads_to_all_others_is_never_cut_off(width: int, shown: str) -> None:
    app = LineApp()
    async with app.run_test(size=(width, 5)) as pilot:
        line = app.query_one(MessageLine)
        line.show_hints(HINTS)
        await pilot.pause()
        assert app.screen._compositor.render_strips()[0].text.strip() == shown
        line.say("long " * 12)
        await pilot.pause()
        assert line.size.height == -(-60 // (width - 2))
