import timeit
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import ControlType, Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.color import Color
from textual.filter import LineFilter
from textual.strip import Strip
from textual.widgets import DataTable, Input, Label, RichLog, Static, TextArea

from imail_tui.ui.widgets.line_filter import ForeignTextFilter
from tests.hostile.corpus import FORBIDDEN, PAYLOADS

BLACK = Color(0, 0, 0)


def filtered(*segments: Segment) -> list[Segment]:
    return ForeignTextFilter().apply(list(segments), BLACK)


@given(st.lists(st.text(st.one_of(st.characters(), st.sampled_from("\x1b\x9b\u202e\u200b\x00")))))
def test_lines_come_out_harmless_and_as_long_as_before(texts: list[str]) -> None:
    segments = [Segment(text) for text in texts]
    clean = filtered(*segments)
    assert not any(FORBIDDEN.search(segment.text) for segment in clean)
    assert sum(s.cell_length for s in clean) == sum(s.cell_length for s in segments)


def test_textuals_own_output_is_left_alone() -> None:
    line = [
        Segment("┌─ title ─┐", Style(bold=True)),
        Segment("ordinary", Style(color="red", meta={"@click": "app.help"})),
        Segment("\x1b[1;1H", None, [(ControlType.CURSOR_MOVE_TO, 0, 0)]),
        Segment("👩🏽\u200d💻 株式会社 é"),
    ]
    assert ForeignTextFilter().apply(line, BLACK) is line


def test_links_are_removed_from_the_style_only() -> None:
    [segment] = filtered(Segment("bank.test", Style(bold=True, link="http://evil.test/\x1b]0;x\x07")))
    assert segment.text == "bank.test"
    assert segment.style is not None
    assert segment.style.link is None
    assert segment.style.bold


class LeakyApp(App[None]):
    """Widgets of Textual's own, given text that did not pass the door."""

    def __init__(self, payload: str) -> None:
        super().__init__()
        self.payload = payload

    def compose(self) -> ComposeResult:
        yield Static(self.payload, markup=False)
        yield Label(self.payload, markup=False)
        yield Input(self.payload, select_on_focus=False)
        yield TextArea(self.payload)
        yield RichLog(markup=False)
        yield DataTable[str]()

    def on_mount(self) -> None:
        self.query_one(RichLog).write(self.payload)

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), ForeignTextFilter()]


@pytest.mark.parametrize(
    "name",
    ["clipboard, ST", "title, BEL", "C1 CSI", "bidi override", "NUL, DEL, BS", "tags", "lone surrogate"],
)
async def test_it_catches_what_other_widgets_let_through(name: str) -> None:
    app = LeakyApp(PAYLOADS[name])
    async with app.run_test(size=(60, 30), notifications=True) as pilot:
        app.notify(PAYLOADS[name], markup=False)
        await pilot.pause()
        strips: list[Strip] = app.screen._compositor.render_strips()
        assert len(strips) == 30
        assert not any(FORBIDDEN.search(strip.text) for strip in strips)


def test_a_full_screen_costs_less_than_a_millisecond() -> None:
    line = [Segment("▌ inbox-1@example.com", Style(reverse=True)), Segment("● active"), Segment(" " * 40)] * 2
    line_filter = ForeignTextFilter()
    seconds = min(timeit.repeat(lambda: line_filter.apply(line, BLACK), number=24, repeat=50))
    assert seconds < 1e-3
