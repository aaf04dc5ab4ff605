"""The one list widget of the app: lines over a window of a source, however long the source is."""

from collections.abc import Collection, Sequence
from typing import ClassVar, Final, TypeAlias

from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip

from imail_tui.ui.widgets import table_messages
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.diffed_lines import DiffedLines
from imail_tui.ui.widgets.rows import ListedRows, Row, RowSource
from imail_tui.ui.widgets.table_lines import RowState, SortMark, TableLines
from imail_tui.ui.widgets.viewport import Viewport

_WHEEL_ROWS: Final = 3


class LineTable(DiffedLines, can_focus=True):
    """A table of rows with a cursor that stays on its row, marks, and a mark for what changed.

    The header is the first line. All text of rows and the empty text may be foreign.
    """

    LOOK_PREFIX = "line-table--"

    DEFAULT_CSS = """
    LineTable {
        height: 1fr;
        width: 1fr;
        .line-table--header { text-style: bold; color: $text-muted; }
        .line-table--cursor { text-style: reverse; }
        .line-table--cursor-blurred { text-style: bold; }
        .line-table--changed { text-style: bold; color: $text-accent; }
        .line-table--track { color: $text-muted; }
        .line-table--good { color: $text-success; }
        .line-table--watch { color: $text-warning; }
        .line-table--stop { color: $text-error; }
        .line-table--muted { color: $text-muted; }
        .line-table--strong { text-style: bold; }
    }
    LineTable:ansi {
        .line-table--header { text-style: bold; color: ansi_default; }
        .line-table--muted { text-style: dim; color: ansi_default; }
        .line-table--track { color: ansi_default; }
        .line-table--changed { color: ansi_default; }
    }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-table--header",
        "line-table--cursor",
        "line-table--cursor-blurred",
        "line-table--changed",
        "line-table--track",
        "line-table--good",
        "line-table--watch",
        "line-table--stop",
        "line-table--muted",
        "line-table--strong",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "down", show=False, id="table.down"),
        Binding("up,k", "move(-1)", "up", show=False, id="table.up"),
        Binding("home,g", "first", "first row", show=False, id="table.first"),
        Binding("end,G", "last", "last row", show=False, id="table.last"),
        Binding("pagedown", "page(1)", "page down", show=False, id="table.page-down"),
        Binding("pageup", "page(-1)", "page up", show=False, id="table.page-up"),
        Binding("ctrl+d", "half_page(1)", "half a page down", show=False, id="table.half-down"),
        Binding("ctrl+u", "half_page(-1)", "half a page up", show=False, id="table.half-up"),
        Binding("space", "mark", "mark", show=False, id="table.mark"),
        Binding("enter", "open", "open", show=False, id="table.open"),
    ]

    Highlighted: TypeAlias = table_messages.Highlighted
    Opened: TypeAlias = table_messages.Opened
    Marked: TypeAlias = table_messages.Marked
    NeedMore: TypeAlias = table_messages.NeedMore
    EndWanted: TypeAlias = table_messages.EndWanted
    SortPicked: TypeAlias = table_messages.SortPicked

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        empty: str = "Nothing here.",
        marks: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """`empty` stands in place of rows and says how to get some; `marks`: whether rows can be marked."""
        super().__init__(id=id, classes=classes)
        self._columns = tuple(columns)
        self._empty = empty
        self._source: RowSource = ListedRows()
        self._view = Viewport()
        self._cursor_id: str | None = None
        self._window: tuple[Row, ...] | None = None
        self._window_place = (0, 0)  # top and height of the view it was fetched for
        self.can_mark = marks
        self._marks: frozenset[str] = frozenset()
        self._changed: frozenset[str] = frozenset()
        self._sort: SortMark | None = None
        self._asked_at = -1
        self._layout: TableLines | None = None

    # What screens ask and say

    @property
    def cursor_id(self) -> str | None:
        """Id of the row under the cursor."""
        return self._cursor_id

    @property
    def cursor_index(self) -> int:
        """Place of the cursor in the whole list, from 0."""
        return self._view.cursor

    @property
    def total(self) -> int:
        """Rows of the source when it was last looked at."""
        return self._view.total

    @property
    def marks(self) -> frozenset[str]:
        """Ids of the marked rows, whether on screen or not."""
        return self._marks

    @marks.setter
    def marks(self, ids: Collection[str]) -> None:
        self._marks = frozenset(ids)
        self.repaint()

    def show(self, source: RowSource) -> None:
        """Show another source. The cursor stays on its row if the source has it, else goes to the first."""
        self._source = source
        self._asked_at = -1
        if self._cursor_id is None or source.position(self._cursor_id) is None:
            self._view = Viewport(height=self._view.height)
        self.refresh_rows()

    def refresh_rows(self, changed_ids: Collection[str] | None = None) -> None:
        """Look at the source again and repaint the lines that differ.

        Rows in `changed_ids` carry the mark of a change until the cursor has been on them or the next set is
        given. The cursor stays on its row and on its line of the screen; if the row is gone, on its place.
        """
        if changed_ids is not None:
            self._changed = frozenset(changed_ids) - {self._cursor_id}
        place = self._source.position(self._cursor_id) if self._cursor_id is not None else None
        self._view = self._view.settled(self._source.total(), self._view.cursor if place is None else place)
        self._window = None
        self._after_move()

    def select(self, row_id: str) -> bool:
        """Put the cursor on a row; False if the source does not have it."""
        place = self._source.position(row_id)
        if place is None:
            return False
        self._go(self._view.moved_to(place))
        return True

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Set the columns; rows stay as they are."""
        self._columns = tuple(columns)
        self._layout = None
        self.repaint()

    def select_at(self, place: int) -> None:
        """Put the cursor on the row at a place, from 0."""
        self._go(self._view.moved_to(place))

    def show_sort(self, sort: SortMark | None) -> None:
        """Set the arrow in the header; sorting is the source's work. Free when it stands there already."""
        if sort != self._sort:
            self._sort = sort
            self.repaint()

    def show_empty(self, text: str) -> None:
        """Set the text that stands in place of rows; free when it stands there already."""
        if text != self._empty:
            self._empty = text
            self.repaint()

    # Keys and pointer

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows."""
        self._go(self._view.moved_to(self._view.cursor + rows))

    def action_first(self) -> None:
        """Move the cursor to the first row."""
        self._go(self._view.moved_to(0))

    def action_last(self) -> None:
        """Move the cursor to the last row."""
        self.post_message(self.EndWanted(self))
        self._go(self._view.moved_to(self._view.total - 1))

    def action_page(self, pages: int) -> None:
        """Move the window and the cursor by whole windows."""
        self._go(self._view.paged(pages))

    def action_half_page(self, direction: int) -> None:
        """Move the cursor by half a window."""
        self.action_move(direction * max(1, self._view.height // 2))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Marking is no key of a table whose rows are acted on one by one."""
        return self.can_mark if action == "mark" else super().check_action(action, parameters)

    def action_mark(self) -> None:
        """Mark or unmark the row and go on to the next."""
        if self._cursor_id is None:
            return
        self._marks ^= {self._cursor_id}
        self.post_message(self.Marked(self, self._marks))
        self._view = self._view.moved_to(self._view.cursor + 1)
        self._after_move()

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if self._cursor_id is not None:
            self.post_message(self.Opened(self, self._cursor_id))

    def on_click(self, event: events.Click) -> None:
        """Move to a row, open the cursor's row, or pick a column to sort by."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y == 0:
            column = self._layout.column_at(offset.x) if self._layout else None
            if column is not None and column.sortable:
                self.post_message(self.SortPicked(self, column.key))
            return
        row = self._view.top + offset.y - 1
        if row == self._view.cursor:
            self.action_open()
        elif row < self._view.total:
            self._go(self._view.moved_to(row))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move the cursor some rows down."""
        event.stop()
        self.action_move(_WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move the cursor some rows up."""
        event.stop()
        self.action_move(-_WHEEL_ROWS)

    # Painting

    def on_resize(self) -> None:
        """Fit the window to the new height."""
        self._view = self._view.resized(max(0, self.size.height - 1))
        self._after_move()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Show whether keys move the cursor."""
        super().watch_has_focus(has_focus)
        self.repaint()

    def _go(self, view: Viewport) -> None:
        if view != self._view:
            self._view = view
            self._after_move(by_person=True)

    def _after_move(self, *, by_person: bool = False) -> None:
        """Bring everything in line with the viewport: rows, cursor id, lines, and who has to know."""
        row = self._row(self._view.cursor)
        before, self._cursor_id = self._cursor_id, row.id if row else None
        self._changed -= {self._cursor_id}
        self.repaint()
        if before != self._cursor_id:
            self.post_message(self.Highlighted(self, self._cursor_id, by_person=by_person))
        view = self._view
        if 0 < view.total != self._asked_at and view.height and view.cursor >= view.total - view.height:
            self._asked_at = view.total
            self.post_message(self.NeedMore(self))

    def _row(self, index: int) -> Row | None:
        """A row of the window, which is fetched anew when it does not hold what is on screen."""
        view = self._view
        place = (view.top, view.height)
        if self._window is None or self._window_place != place:
            self._window = tuple(self._source.window(view.top, max(1, view.height)))
            self._window_place = place
        line = index - view.top
        return self._window[line] if 0 <= line < len(self._window) else None

    def build_lines(self, width: int, height: int) -> list[Strip]:
        """The header, the rows on screen or the empty text."""
        if self._layout is None or self._layout.width != width:
            self._layout = TableLines(self._columns, width, self.look)
        layout, view = self._layout, self._view
        lines = [layout.header(self._sort)]
        if not view.total:
            lines.extend(layout.empty(self._empty))
        for line in range(min(height - 1, view.total - view.top)):
            row = self._row(view.top + line)
            if row is not None:
                lines.append(layout.row(row, self._state(row, line)))
        return lines

    def _state(self, row: Row, line: int) -> RowState:
        return RowState(
            cursor=row.id == self._cursor_id,
            focused=self.has_focus,
            marked=row.id in self._marks,
            changed=row.id in self._changed,
            track=line == self._view.track_line,
        )
