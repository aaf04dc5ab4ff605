"""The page beside a list: it scrolls by itself and paints what differs."""

from textual.app import App, ComposeResult
from textual.geometry import Region

from imail_tui.ui.widgets.detail_pane import DetailPane
from imail_tui.ui.widgets.safe_static import styled

LINES = [f"line {number}" for number in range(50)]


class Watched(DetailPane):
    """Notes what is painted."""

    def __init__(self) -> None:
        self.painted: list[Region] = []
        super().__init__()

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> "Watched":
        self.painted += regions
        super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        return self


class PaneApp(App[None]):
    def compose(self) -> ComposeResult:
        yield Watched()


async def test_only_cells_that_differ_are_painted() -> None:
    app = PaneApp()
    async with app.run_test(size=(40, 10)) as pilot:
        pane = app.query_one(Watched)
        pane.show(styled("\n".join(LINES)))
        await pilot.pause()
        pane.painted.clear()
        pane.show(styled("\n".join(LINES)))
        assert pane.painted == [], "the same page costs nothing"
        pane.show(styled("\n".join([*LINES[:3], "line X", *LINES[4:]])))
        assert [(region.y, region.height) for region in pane.painted] == [(3, 1)]
        assert pane.painted[0].width <= 2
        pane.painted.clear()
        # A combining mark belongs to the letter before it, which has to be painted with it.
        pane.show(styled("\n".join([*LINES[:3], "line X\u0301", *LINES[4:]])))
        assert [(region.y, region.x <= 5) for region in pane.painted] == [(3, True)]
        pane.painted.clear()
        pane.show(styled("\n".join([*LINES, "below what is in sight"])))
        assert all(region.y in (3, 9) or region.x >= 38 for region in pane.painted)


async def test_it_scrolls_with_the_keys_of_a_list_and_stays_in_its_bounds() -> None:
    app = PaneApp()
    async with app.run_test(size=(40, 10)) as pilot:
        pane = app.query_one(Watched)
        pane.show(styled("\n".join(LINES)))
        pane.focus()
        await pilot.press("k", "j", "space", "G", "j")
        assert pane.render_line(9).text.startswith("line 49")
        await pilot.press("k", "pageup")
        assert pane.render_line(9).text.startswith("line 39")
        # A shorter page has nothing below to show.
        pane.show(styled("short\n" * 3))
        assert pane.render_line(0).text.startswith("short")
        await pilot.resize_terminal(20, 30)
        pane.show(styled("\n".join(LINES)))
        await pilot.press("G", "g")
        assert pane.render_line(0).text.startswith("line 0")
