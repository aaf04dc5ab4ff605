"""An area that is a list of records with a page of detail for each."""

from collections.abc import Sequence
from typing import ClassVar, Final, Generic, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input

from imail_tui.domain.filters import EVERYTHING, Filter, parse_filter
from imail_tui.domain.listing import SPECS, ListSpec, Sort
from imail_tui.domain.shown import count
from imail_tui.model.status import Link
from imail_tui.ui.commands.command import CommandGroup, Subject
from imail_tui.ui.commands.screen import LIST_COMMANDS
from imail_tui.ui.options import UiOptions
from imail_tui.ui.ports import FrameSession, ListService, RowWindow
from imail_tui.ui.screens.base import AreaScreen
from imail_tui.ui.screens.filter_line import FilterLine
from imail_tui.ui.screens.sorting import choose_sort, read_sort, sort_text
from imail_tui.ui.screens.window_rows import WindowRows
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.detail_pane import DetailPane
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Row, RowSource
from imail_tui.ui.widgets.table_lines import SortMark

T = TypeVar("T")

FILTER_SECONDS: Final = 0.12
"""Rest after the last letter before the list is filtered."""

NOT_FETCHED: Final = "Not fetched yet."
FETCHING: Final = "Fetching …"

FLUSH_SECONDS: Final = 0.25
LOW_BANDWIDTH_FLUSH_SECONDS: Final = 3.0
"""How long changes are gathered before the list is drawn again."""


class ListScreen(AreaScreen, Generic[T]):
    """A list and, beside it or instead of it, the page of the row under the cursor.

    A subclass names `AREA`, `COLUMNS`, `EMPTY` and its `GROUP`, and gives `service`, `row`, `detail` and
    `copied`. The key of a sortable column is the name of a field of the service's `ListSpec`.
    """

    GROUP: ClassVar[CommandGroup | None] = LIST_COMMANDS
    HINTED = (("enter", "open"),)
    AUTO_FOCUS: ClassVar[str | None] = "LineTable"
    COLUMNS: ClassVar[Sequence[Column]]
    PAGE_ENTERS: ClassVar[bool] = False
    """Whether enter on the page goes on from there; `DetailPane.Entered` tells."""
    MARKS: ClassVar[bool] = False
    """Whether commands act on marked rows."""
    EMPTY: ClassVar[str]
    """What stands in an empty list: how to fill it."""

    def __init__(self, session: FrameSession, options: UiOptions | None = None) -> None:
        super().__init__(session, options)
        self._window: RowWindow | None = None
        self._filter = EVERYTHING
        self._sort = read_sort(session.ui_state.recall(self._name_of("sort")), self.spec)
        self._open_id: str | None = None
        self._filling = self.service.age() is None
        self._pending: set[str] = set()
        self._flush_timer: Timer | None = None
        self._filter_timer: Timer | None = None

    # What a subclass gives

    @property
    def service(self) -> ListService[T]:
        """The records."""
        raise NotImplementedError

    def row(self, record: T) -> Row:
        """A record as a line of the table."""
        raise NotImplementedError

    def detail(self, record: T) -> Content:
        """A record as a page, from what is at hand; called whenever the cursor moves."""
        raise NotImplementedError

    def copied(self, record: T) -> str:
        """What copying the record means: its address, its text."""
        raise NotImplementedError

    def read_filter(self, text: str) -> Filter:
        """The conditions a filter line means."""
        return parse_filter(text)

    @property
    def columns(self) -> Sequence[Column]:
        """The columns on show."""
        return self.COLUMNS

    def rows_of(self, window: RowWindow) -> RowSource:
        """What the table shows of a window."""
        return WindowRows(window, self.row, self.service)

    def record_shown(self, record: T) -> None:
        """The page of a record came into view: the place to start a worker for more of it."""

    @property
    def spec(self) -> ListSpec:
        """What the records can be sorted and filtered by."""
        return SPECS[self.service.kind]

    # What it can ask

    @property
    def table(self) -> LineTable:
        """The list."""
        return self.query_one(LineTable)

    @property
    def record(self) -> T | None:
        """The record whose page is open, else the one under the cursor.

        An open page keeps its record even where the list lets go of it: a reply that was just read leaves
        the list of unread ones.
        """
        record_id = self._open_id if self.detail_open else self.table.cursor_id
        return None if record_id is None else self.service.get(record_id)

    @property
    def detail_open(self) -> bool:
        """Whether the person is reading the page rather than the list."""
        return self.has_class("-detail")

    def show_detail(self) -> None:
        """Draw the page of the row under the cursor again; free when nothing in it changed."""
        record = self.record
        page = Content() if record is None else self.detail(record)
        self.query_one(DetailPane).show(page)

    def subject(self) -> Subject:
        """The record under the cursor and the marked rows."""
        return Subject(
            record=self.record,
            marked=self.table.marks,
            link=self.session.status.link,
            filtered=bool(self._filter),
            capabilities=self.session.capabilities,
            lacking=self.lacking,
        )

    def data_age(self) -> float | None:
        """Age of the rows."""
        return self.service.age()

    def to_copy(self) -> str:
        """The record under the cursor."""
        record = self.record
        return "" if record is None else self.copied(record)

    # Frame

    def compose_title_end(self) -> ComposeResult:
        """The filter, as it was left."""
        text = self.session.ui_state.recall(self._name_of("filter")) or ""
        self._filter = self.read_filter(text)
        yield FilterLine(text)

    def compose_body(self) -> ComposeResult:
        """The list and the page."""
        with Horizontal():
            yield LineTable(self.columns, empty="", marks=self.MARKS)
            yield DetailPane(id="detail", enters=self.PAGE_ENTERS)

    def on_mount(self) -> None:
        """Show what the cache has and listen for changes."""
        self._show_rows()
        self._stop_listening = self.service.changed.subscribe(self._rows_changed)

    def on_unmount(self) -> None:
        """Let go of the window."""
        self._stop_listening()
        if self._window is not None:
            self._window.close()

    async def refresh_area(self) -> None:
        """Fetch the rows."""
        await self.service.refresh(urgent=True)
        self._flush()
        self._filling = False

    @on(LineTable.NeedMore)
    def near_end(self) -> None:
        """The cursor nears the end."""
        self.load_more()

    def load_more(self) -> None:
        """Fetch the next page."""
        if not self.service.complete and not self.lacking:
            self._load_more()

    @work(group="more", exclusive=True, exit_on_error=False)
    async def _load_more(self) -> None:
        await self.service.load_more()
        self._flush()

    def _rows_changed(self, ids: frozenset[str]) -> None:
        self._pending |= ids
        if self._flush_timer is None:
            seconds = LOW_BANDWIDTH_FLUSH_SECONDS if self.options.low_bandwidth else FLUSH_SECONDS
            self._flush_timer = self.set_timer(seconds, self._flush)

    def _flush(self) -> None:
        """Draw what changed since the last time: only lines that differ are painted."""
        if self._flush_timer is not None:
            self._flush_timer.stop()
            self._flush_timer = None
        if not self.query(LineTable):
            # A change may come in while the screen is taken apart.
            return
        changed, self._pending = self._pending, set()
        if self._window is not None:
            self._window.refresh()
            # Rows that fill an empty list are no news.
            self.table.refresh_rows(None if self._filling else changed or None)
        self._show_empty()
        self.show_title()
        self.show_detail()
        self.show_status()

    def _show_rows(self) -> None:
        old, self._window = self._window, self.service.window(self._filter, self._sort)
        self.table.show(self.rows_of(self._window))
        self.table.show_sort(SortMark(self._sort.field, self._sort.descending))
        self._show_empty()
        if old is not None:
            old.close()
        self.show_title()

    def show_notice(self) -> None:
        """The notice, and why the list is empty."""
        super().show_notice()
        self._show_empty()

    def empty_text(self) -> str:
        """What stands in a list without a filter that has no rows: how to fill it."""
        return self.EMPTY

    def nothing_matches(self) -> str:
        """What stands in a list whose filter lets nothing through."""
        if self._filter.words and not self.service.complete:
            return "Nothing loaded here matches; enter asks the server, esc clears the filter."
        return "Nothing matches the filter; esc clears it."

    @property
    def filtered(self) -> bool:
        """Whether a person narrowed the list."""
        return bool(self._filter)

    def _show_empty(self) -> None:
        if self.filtered:
            text = self.nothing_matches()
        elif self.lacking:
            text = "There is nothing to show on this server."
        else:
            # What was never fetched is not known to be empty.
            away = self.session.status.link not in (Link.UNKNOWN, Link.ONLINE)
            unknown = NOT_FETCHED if away else FETCHING
            text = unknown if self.service.age() is None else self.empty_text()
        self.table.show_empty(text)

    def title_note(self) -> str:
        """How many rows, and their order."""
        total = count(self.table.total)
        more = "" if self.service.complete else "+"
        marked = f", {len(self.table.marks)} marked" if self.table.marks else ""
        shown = f"{total} matching" if self._filter else f"{total}{more}"
        return f"{shown}{marked}{self.order_note()}"

    def order_note(self) -> str:
        """The order in words; left out where the filter that is being typed needs the room."""
        typing = self.query_one(FilterLine).has_focus and not self.has_class("-wide")
        return "" if typing else f"  by {sort_text(self._sort)}"

    # Detail

    @on(LineTable.Highlighted)
    def show_highlighted(self, event: LineTable.Highlighted) -> None:
        """Show the page of the row the cursor came to; an open page stays unless a person moves the cursor.

        Rows that come in while the page is being opened have moved nothing for anybody.
        """
        if event.by_person and self.table.has_focus:
            self.remove_class("-detail")
        self.show_detail()
        record = self.record
        if record is not None and self.has_class("-wide") and not self.detail_open:
            self.record_shown(record)

    @on(LineTable.Opened)
    def action_open_detail(self) -> None:
        """Go to the page: in place of the list where there is no room for both."""
        record_id = self.table.cursor_id
        # Not `record`: where a page is open already, that is the one before.
        record = None if record_id is None else self.service.get(record_id)
        if record is not None:
            self._open_id = record_id
            self.add_class("-detail")
            pane = self.query_one(DetailPane)
            if not pane.has_focus:  # `focus` would paint all of it
                pane.focus()
            self.record_shown(record)

    @on(LineTable.Marked)
    def count_marks(self) -> None:
        """Say how many rows are marked."""
        self.show_title()

    @work(group="undo", exit_on_error=False)
    async def action_undo(self) -> None:
        """Take the latest act back."""
        self.say(await self.session.undo.undo() or "There is nothing to undo.")
        self._flush()

    def action_unmark(self) -> None:
        """Take all marks away."""
        self.table.marks = ()
        self.show_title()

    def action_back(self) -> None:
        """One level back: the problem, the page, the marks, the filter."""
        if self.problem is not None:
            super().action_back()
        elif self.detail_open:
            self.remove_class("-detail")
            self.table.focus()
        elif self.table.marks:
            self.action_unmark()
        elif self._filter:
            self.action_clear_filter()
        else:
            super().action_back()

    def reveal(self, record_id: str, words: str = "") -> None:
        """Open a record's page, whatever is filtered; `words` find one that is not kept here."""
        if not self.table.select(record_id):
            self._filter_by("")
        if self.table.select(record_id):
            # The table's own message comes later and would take the page away again.
            self.call_after_refresh(self.action_open_detail)
        elif words:
            self._filter_by(words)
            self._search_server()
        else:
            self.say("It is not among the rows kept here.")

    def show_filtered(self, text: str) -> None:
        """The list under a filter line."""
        self.remove_class("-detail")
        self._filter_by(text)
        self.table.focus()

    def _filter_by(self, text: str) -> None:
        self.query_one(FilterLine).value = text
        self._apply_filter()

    # Filter and sort

    def action_filter(self) -> None:
        """Type a filter."""
        self.remove_class("-detail")
        self.query_one(FilterLine).open()
        self.call_after_refresh(self.show_title)

    def action_clear_filter(self) -> None:
        """Show all rows."""
        self.query_one(FilterLine).action_clear()

    @on(Input.Changed, "#filter")
    def filter_soon(self) -> None:
        """Filter when the person pauses."""
        if self._filter_timer is not None:
            self._filter_timer.stop()
        self._filter_timer = self.set_timer(FILTER_SECONDS, self._apply_filter)

    @on(FilterLine.Left)
    def leave_filter(self, event: FilterLine.Left) -> None:
        """Go to the rows; enter also lets the server search where not all rows are here."""
        self._apply_filter()
        self.table.focus()
        self.call_after_refresh(self.show_title)
        if event.asked:
            self._search_server()

    def _search_server(self) -> None:
        if self._filter.words and not self.service.complete and not self.lacking:
            self._search(self._filter)

    @work(group="search", exclusive=True, exit_on_error=False)
    async def _search(self, wanted: Filter) -> None:
        await self.service.search(" ".join(wanted.words))
        self._flush()

    def _apply_filter(self) -> None:
        line = self.query_one(FilterLine)
        wanted = self.read_filter(line.value)
        line.display = bool(line.value) or line.has_focus
        if wanted != self._filter:
            self._filter = wanted
            self.session.ui_state.remember(self._name_of("filter"), line.value)
            self._show_rows()

    @work(group="sort", exclusive=True, exit_on_error=False)
    async def action_sort(self) -> None:
        """Choose the column to sort by."""
        chosen = await choose_sort(self.app, self.columns, self.spec, self._sort)
        if chosen is not None:
            self._sort_by(chosen)

    @on(LineTable.SortPicked)
    def sort_by_title(self, event: LineTable.SortPicked) -> None:
        """Sort by the column whose title was clicked."""
        same = event.key == self._sort.field
        self._sort_by(self._sort.reversed() if same else Sort(event.key))

    def _sort_by(self, sort: Sort) -> None:
        self._sort = sort
        self.session.ui_state.remember(self._name_of("sort"), sort_text(sort))
        self._show_rows()

    def _name_of(self, thing: str) -> str:
        return f"{self.AREA.id}.{thing}"
