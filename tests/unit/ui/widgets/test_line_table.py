from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input

from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Cell, ListedRows, Row
from imail_tui.ui.widgets.table_lines import SortMark
from imail_tui.ui.widgets.table_messages import TableMessage
from tests.hostile.corpus import FORBIDDEN, PAYLOADS

COLUMNS = (
    Column("name", "Name", 10, weight=1),
    Column("state", "State", 8, priority=1),
    Column("sent", "Sent", 6, align="right", sortable=True),
)


class Window(ListedRows):
    """Rows that remember which windows were asked for."""

    def __init__(self, rows: Sequence[Row]) -> None:
        super().__init__(rows)
        self.asked: list[tuple[int, int]] = []

    def window(self, start: int, count: int) -> Sequence[Row]:
        self.asked.append((start, count))
        return super().window(start, count)


class Million:
    """A source that has no rows until it is asked for them."""

    def total(self) -> int:
        return 1_000_000

    def window(self, start: int, count: int) -> Sequence[Row]:
        assert count < 100
        return [row(str(index)) for index in range(start, min(start + count, 1_000_000))]

    def position(self, row_id: str) -> int | None:
        return int(row_id)


def row(row_id: str, name: str | None = None, state: Cell | str = "on") -> Row:
    return Row(row_id, {"name": name or f"row {row_id}", "state": state, "sent": "7"})


def rows(count: int, first: int = 0) -> list[Row]:
    return [row(str(index)) for index in range(first, first + count)]


class TableApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.table = LineTable(COLUMNS, empty="No rows yet.\nPress n to make one.", marks=True)
        self.heard: list[TableMessage] = []

    def compose(self) -> ComposeResult:
        yield self.table
        yield Input()

    def on_line_table_highlighted(self, message: LineTable.Highlighted) -> None:
        self.heard.append(message)

    def on_line_table_opened(self, message: LineTable.Opened) -> None:
        self.heard.append(message)

    def on_line_table_marked(self, message: LineTable.Marked) -> None:
        self.heard.append(message)

    def on_line_table_need_more(self, message: LineTable.NeedMore) -> None:
        self.heard.append(message)

    def on_line_table_sort_picked(self, message: LineTable.SortPicked) -> None:
        self.heard.append(message)

    def said(self, kind: type[TableMessage]) -> list[TableMessage]:
        return [message for message in self.heard if type(message) is kind]


@asynccontextmanager
async def running(
    source: ListedRows | Million | None = None, size: tuple[int, int] = (60, 14)
) -> AsyncIterator[tuple[TableApp, Pilot[None]]]:
    app = TableApp()
    async with app.run_test(size=size, notifications=True) as pilot:
        if source is not None:
            app.table.show(source)
        await pilot.pause()
        yield app, pilot


def lines(table: LineTable) -> list[str]:
    return [table.render_line(y).text for y in range(table.size.height)]


def cursor_line(table: LineTable) -> int:
    return next(y for y, line in enumerate(lines(table)) if line.startswith("▌"))


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Lines of tables that were sent for repainting."""
    seen: list[int] = []
    original = LineTable.refresh

    def refresh(self: LineTable, *regions: Any, **options: Any) -> LineTable:
        seen.extend(region.y for region in regions)
        return original(self, *regions, **options)

    monkeypatch.setattr(LineTable, "refresh", refresh)
    return seen


async def test_header_rows_and_cursor() -> None:
    async with running(Window(rows(3))) as (app, _):
        shown = lines(app.table)
        assert shown[0].split() == ["Name", "State", "Sent"]
        assert shown[1].split() == ["▌", "row", "0", "on", "7"]
        assert shown[2].split() == ["row", "1", "on", "7"]
        assert not shown[4].strip()
        assert {len(line) for line in shown} == {60}


async def test_only_what_is_on_screen_is_fetched() -> None:
    source = Window(rows(5_000))
    async with running(source) as (app, pilot):
        height = app.table.size.height - 1
        await pilot.press("j", "j", "k")
        assert set(source.asked) == {(0, height)}
        source.asked.clear()
        await pilot.press("G")
        assert source.asked == [(5_000 - height, height)]


async def test_a_source_that_gives_less_than_it_promised_is_asked_once() -> None:
    class Hollow(Window):
        def total(self) -> int:
            return 50

    source = Hollow([])
    async with running(source) as (app, _):
        assert len(source.asked) == 1
        assert app.table.cursor_id is None


async def test_keys_move_the_cursor() -> None:
    async with running(Million()) as (app, pilot):
        table = app.table
        height = table.size.height - 1
        for key, place in [
            ("j", 1),
            ("down", 2),
            ("k", 1),
            ("up", 0),
            ("up", 0),
            ("ctrl+d", height // 2),
            ("ctrl+u", 0),
            ("pagedown", height - 1),
            ("pageup", 0),
            ("G", 999_999),
            ("j", 999_999),
            ("g", 0),
            ("end", 999_999),
            ("home", 0),
        ]:
            await pilot.press(key)
            assert table.cursor_index == place, key
            assert table.cursor_id == str(place)


async def test_a_step_repaints_two_lines(painted: list[int]) -> None:
    async with running(Million()) as (_, pilot):
        painted.clear()
        await pilot.press("j")
        assert painted == [1, 2]


async def test_refresh_repaints_only_what_differs(painted: list[int]) -> None:
    async with running(ListedRows(rows(9))) as (app, pilot):
        painted.clear()
        app.table.refresh_rows()
        assert painted == []
        changed = rows(9)
        changed[4] = row("4", "renamed")
        app.table.show(ListedRows(changed))
        assert painted == [5]
        app.table.refresh_rows({"6"})
        assert painted == [5, 7]
        await pilot.pause()
        assert lines(app.table)[7].startswith(" * row 6")


async def test_the_cursor_stays_on_its_row_and_line_when_rows_come_above() -> None:
    async with running(ListedRows(rows(100))) as (app, pilot):
        await pilot.press(*"jjjjj")
        before = lines(app.table)
        app.table.show(ListedRows([*rows(3, first=500), *rows(100)]))
        assert app.table.cursor_id == "5"
        assert app.table.cursor_index == 8
        assert [line[:20] for line in lines(app.table)[1:]] == [line[:20] for line in before[1:]]


async def test_a_row_that_is_gone_leaves_the_cursor_on_its_place() -> None:
    source = Window(rows(4))
    async with running(source) as (app, pilot):
        await pilot.press("G")
        app.table.show(ListedRows(rows(4, first=50)))
        assert app.table.cursor_id == "50", "another source without the row starts at its top"
    shrinking = _Shrinking(rows(4))
    async with running(shrinking) as (app, pilot):
        await pilot.press("G")
        shrinking.drop()
        app.table.refresh_rows()
        await pilot.pause()
        assert app.table.cursor_id == "2"
        last = app.said(LineTable.Highlighted)[-1]
        assert isinstance(last, LineTable.Highlighted)
        assert last.row_id == "2"


class _Shrinking(ListedRows):
    def __init__(self, given: list[Row]) -> None:
        super().__init__(given)
        self.given = given

    def drop(self) -> None:
        ListedRows.__init__(self, self.given[:-1])


async def test_rows_that_no_command_acts_on_together_cannot_be_marked() -> None:
    async with running(ListedRows(rows(9))) as (app, pilot):
        app.table.can_mark = False
        await pilot.press("space")
        assert (app.table.marks, app.table.cursor_id) == (frozenset(), "0")


async def test_marks_stay_with_their_rows() -> None:
    async with running(ListedRows(rows(9))) as (app, pilot):
        await pilot.press("space", "space")
        assert app.table.marks == {"0", "1"}
        assert app.table.cursor_id == "2"
        assert lines(app.table)[1].startswith(" • row 0")
        await pilot.press("k", "space")
        assert app.table.marks == {"0"}
        marked = app.said(LineTable.Marked)[-1]
        assert isinstance(marked, LineTable.Marked)
        assert marked.marks == {"0"}
        app.table.marks = ()
        assert lines(app.table)[1].startswith("   row 0")


async def test_a_change_is_marked_until_the_cursor_has_been_there() -> None:
    async with running(ListedRows(rows(9))) as (app, pilot):
        app.table.refresh_rows({"1", "2"})
        assert lines(app.table)[2].startswith(" * ")
        await pilot.press("j", "k")
        assert [line[:3] for line in lines(app.table)[1:4]] == ["▌  ", "   ", " * "]


async def test_messages_tell_the_row() -> None:
    async with running(ListedRows(rows(3))) as (app, pilot):
        await pilot.press("j", "enter")
        await pilot.pause()
        highlighted = [m.row_id for m in app.heard if isinstance(m, LineTable.Highlighted)]
        opened = [m.row_id for m in app.heard if isinstance(m, LineTable.Opened)]
        assert highlighted == ["0", "1"]
        assert opened == ["1"]
        assert app.heard[0].control is app.table


async def test_more_is_asked_for_once_for_each_length() -> None:
    async with running(ListedRows(rows(100))) as (app, pilot):
        assert app.said(LineTable.NeedMore) == []
        await pilot.press("G", "k", "j")
        assert len(app.said(LineTable.NeedMore)) == 1
        app.table.show(ListedRows(rows(105)))
        await pilot.pause()
        assert len(app.said(LineTable.NeedMore)) == 2


async def test_an_empty_list_says_how_to_fill_it() -> None:
    async with running() as (app, pilot):
        shown = [line.strip() for line in lines(app.table)]
        assert shown[1:3] == ["No rows yet.", "Press n to make one."]
        app.table.show_empty("Nothing matches [/foo]\x1b[2J")
        assert lines(app.table)[1].strip() == "Nothing matches [/foo]␛[2J"
        await pilot.press("j", "space", "enter", "pagedown")
        assert app.table.cursor_id is None


async def test_the_header_shows_the_order_and_a_click_picks_it() -> None:
    async with running(ListedRows(rows(3))) as (app, pilot):
        app.table.show_sort(SortMark("sent", descending=True))
        assert "Sent ▼" in lines(app.table)[0]
        await pilot.click(app.table, offset=(55, 0))
        picked = app.said(LineTable.SortPicked)
        assert [m.key for m in picked if isinstance(m, LineTable.SortPicked)] == ["sent"]
        await pilot.click(app.table, offset=(5, 0))
        assert len(app.said(LineTable.SortPicked)) == 1


async def test_a_click_moves_and_a_second_one_opens() -> None:
    async with running(ListedRows(rows(3))) as (app, pilot):
        await pilot.click(app.table, offset=(5, 3))
        assert app.table.cursor_id == "2"
        assert app.said(LineTable.Opened) == []
        await pilot.click(app.table, offset=(5, 3))
        assert len(app.said(LineTable.Opened)) == 1


async def test_select_goes_to_a_row_by_id() -> None:
    async with running(Million()) as (app, _):
        assert app.table.select("123456")
        assert app.table.cursor_id == "123456"
        assert cursor_line(app.table) > 0
    async with running(ListedRows(rows(3))) as (app, _):
        assert not app.table.select("nobody")


async def test_the_cursor_is_reversed_with_focus_and_keeps_its_marker_without() -> None:
    async with running(ListedRows(rows(3))) as (app, pilot):

        def styles() -> list[bool]:
            return [bool(s.style and s.style.reverse) for s in app.table.render_line(1)]

        assert styles() == [True]
        await pilot.press("tab")
        assert not any(styles())
        assert lines(app.table)[1].startswith("▌")


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark", "ansi-light"])
async def test_a_theme_repaints_the_lines(theme: str) -> None:
    async with running(ListedRows([row("a"), row("b", state=Cell("lost", "stop"))])) as (app, pilot):
        before = [app.table.render_line(y) for y in range(3)]
        app.theme = theme
        await pilot.pause()
        after = [app.table.render_line(y) for y in range(3)]
        assert [line.text for line in before] == [line.text for line in after]
        assert all(a != b for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (40, 10), (3, 2), (1, 1)])
async def test_hostile_cells_at_every_size(size: tuple[int, int]) -> None:
    hostile = [row(str(n), payload, Cell(payload, "stop")) for n, payload in enumerate(PAYLOADS.values())]
    async with running(ListedRows(hostile), size) as (app, pilot):
        for key in ("G", "g", "pagedown", "space", "enter"):
            await pilot.press(key)
            for y in range(app.table.size.height):
                strip = app.table.render_line(y)
                assert not FORBIDDEN.search(strip.text)
                assert strip.cell_length == app.table.size.width
                assert not any(segment.style and segment.style.meta for segment in strip)
