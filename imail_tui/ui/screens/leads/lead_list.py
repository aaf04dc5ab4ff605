"""The list of leads: what of a million is here, how it is looked for, and what columns it has."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from textual import on, work

from imail_tui.domain.filters import Filter, parse_filter
from imail_tui.domain.leads.headers import CUSTOM
from imail_tui.domain.leads.searching import question_of, reversed_order, with_campaign_ids
from imail_tui.domain.listing import Sort
from imail_tui.domain.shown import count
from imail_tui.model.leads import Lead
from imail_tui.services.leads import Found, Leads
from imail_tui.services.session import Session
from imail_tui.ui.options import UiOptions
from imail_tui.ui.ports import RowWindow
from imail_tui.ui.screens.leads.rows import (
    GAP,
    LeadRows,
    all_columns,
    column_words,
    columns_text,
    lead_row,
    read_columns,
)
from imail_tui.ui.screens.listing import ListScreen
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Row, RowSource

_SAMPLE = 300
"""Rows looked through for the names of custom fields."""


class LeadList(ListScreen[Lead]):
    """Leads as far as they are loaded from either end; the rest is a key or search away."""

    session: Session

    def __init__(self, session: Session, options: UiOptions | None = None) -> None:
        self._columns = self._kept_columns(session, options)
        self._found: Found | None = None
        self._ending = False
        super().__init__(session, options)

    @property
    def service(self) -> Leads:
        """The leads."""
        return self.session.leads

    def _kept_columns(self, session: Session, options: UiOptions | None) -> tuple[Column, ...]:
        """What was chosen here, else what the settings say."""
        kept = session.ui_state.recall(f"{self.AREA.id}.columns")
        watch = options.settings if options is not None else None
        set_ = watch.now.columns.get(self.AREA.id) if watch is not None else None
        return read_columns(kept or (columns_text(set_) if set_ else None))

    def show_settings(self) -> None:
        """The columns that were kept meanwhile."""
        self._columns = self._kept_columns(self.session, self.options)
        self.table.show_columns(self._columns)

    @property
    def columns(self) -> Sequence[Column]:
        """Those a person chose."""
        return self._columns

    def row(self, record: Lead) -> Row:
        """One line."""
        return lead_row(record, self.session.now())

    def rows_of(self, window: RowWindow) -> RowSource:
        """The window, with a line where leads are missing."""
        return LeadRows(window, self.row, self.service, self._gap, lambda: self._missing(window))

    def read_filter(self, text: str) -> Filter:
        """The conditions of a line; campaigns are meant by a part of their name."""
        wanted = parse_filter(text)
        if not any(term.field == "campaign" for term in wanted.terms):
            return wanted
        return with_campaign_ids(wanted, {each.id: each.name for each in self.session.campaigns.all()})

    def title_note(self) -> str:
        """How many of how many there are, and how many are marked or in which order they stand."""
        marks = len(self.table.marks)
        return self._counted() + (f", {marks} marked" if marks else self.order_note())

    def _counted(self) -> str:
        window, total = self._window, self.service.server_total
        rows = window.total if window is not None else 0
        if self.service.complete:
            return f"{count(rows)} matching" if self._filter else count(rows)
        if not self._filter:
            return f"{count(rows)}+" + (f" loaded of {count(total)}" if total is not None else "")
        if self._found is None or self._found.wanted != self._filter:
            return f"{count(rows)} matching of those loaded"
        if self._found.more:
            return f"{count(rows)} of more matching"
        return f"{count(rows)} matching"

    def nothing_matches(self) -> str:
        """Whether the server was asked."""
        if self.service.complete or (self._found is not None and self._found.wanted == self._filter):
            return "Nothing matches the filter, here or on the server; esc clears it."
        return "Nothing loaded here matches; enter asks the server, esc clears the filter."

    @property
    def _order(self) -> str | None:
        """The server's name of the order on show; None: only loaded rows are in it."""
        return self.service.order(self._sort)

    def _gap(self, window: RowWindow) -> int | None:
        """The place before which leads are missing."""
        if self.service.complete or self._filter or self._order is None:
            return None
        edge = self.service.edge(self._order)
        place = window.position(edge) if edge is not None else None
        return None if place is None else place + 1

    def _missing(self, window: RowWindow) -> int | None:
        total = self.service.server_total
        return None if total is None or total <= window.total else total - window.total

    async def refresh_area(self) -> None:
        """Fetch the rows; a filter that was left is looked for on the server too."""
        await super().refresh_area()
        if self._filter and self._found is None:
            self._search_server()

    def _show_rows(self) -> None:
        super()._show_rows()
        order = self._order
        if order is None or self.lacking or self._filter or self.service.age() is None:
            return
        if self.service.edge(order) is None:
            self._read(order)

    def _flush(self) -> None:
        """Draw what changed; a cursor on the line of missing leads goes to the first that came."""
        place = self.table.cursor_index if self.table.cursor_id == GAP else None
        super()._flush()
        if place is not None and not self._ending:
            self.table.select_at(place)

    @on(LineTable.Marked)
    def unmark_line(self) -> None:
        """The line of missing leads is no lead."""
        self.table.marks -= {GAP}

    # Loading

    def load_more(self) -> None:
        """Fetch the next page, of a search too."""
        if self.lacking or self.service.complete or self._ending:
            return
        if self._filter:
            if self._found is not None and self._found.wanted == self._filter and self._found.more:
                self._search(self._filter)
        elif self._order is not None:
            self.load_near_gap()

    @on(LineTable.Highlighted)
    def load_near_gap(self) -> None:
        """Fetch the next page from the side the cursor comes from."""
        window, order = self._window, self._order
        if window is None or order is None or self._ending or self.lacking:
            return
        gap = self._gap(window)
        if gap is None:
            return
        distance, near = self.table.cursor_index - gap, max(1, self.table.size.height)
        if -near <= distance <= 0:
            self._read(order)
        elif 0 < distance <= near and self.service.edge(reversed_order(order)) is not None:
            self._read(reversed_order(order))

    @work(group="more", exclusive=True, exit_on_error=False)
    async def _read(self, order: str) -> None:
        with self._no_news():
            await self.service.read_on(order)

    @contextmanager
    def _no_news(self) -> Iterator[None]:
        """Rows that are loaded meanwhile carry no mark of a change."""
        self._filling = True
        try:
            yield
            self._flush()
        finally:
            self._filling = False

    @on(LineTable.EndWanted)
    def go_to_end(self) -> None:
        """The last rows there are: the server is asked from its other end."""
        if self.service.complete or self._filter or self.lacking:
            return
        order = self._order
        if order is None:
            self.say(f"The last of the leads loaded here; the server cannot sort by {self._sort.field}.")
        elif self.service.edge(reversed_order(order)) is None:
            self._ending = True
            self._read_end(reversed_order(order))

    @work(group="more", exclusive=True, exit_on_error=False)
    async def _read_end(self, order: str) -> None:
        try:
            with self._no_news():
                await self.service.read_on(order)
            self.table.select_at(self.table.total - 1)
        finally:
            self._ending = False

    def _sort_by(self, sort: Sort) -> None:
        super()._sort_by(sort)
        if self._order is None and not self.service.complete:
            fields = "email, created and updated"
            self.say(f"Only the leads loaded here are sorted so; the server sorts by {fields}.")

    def _search_server(self) -> None:
        if not self._filter or self.service.complete or self.lacking:
            return
        question = question_of(self._filter)
        if not question:
            self.say("Only the leads loaded here are looked through: the server cannot search by that.")
        elif self._found is None or self._found.wanted != self._filter:
            self._found = None
            self._search(self._filter)

    @work(group="search", exclusive=True, exit_on_error=False)
    async def _search(self, wanted: Filter) -> None:
        with self._no_news():
            self._found = await self.service.find(wanted, self._found)

    @work(group="columns", exclusive=True, exit_on_error=False)
    async def action_choose_columns(self) -> None:
        """Choose what the list shows."""
        from imail_tui.ui.dialogs.several import SeveralDialog

        names = {column.key.removeprefix(CUSTOM) for column in self._columns if column.key.startswith(CUSTOM)}
        rows = self._window.rows(0, _SAMPLE) if self._window is not None else []
        for row in rows:
            custom = row.get("custom")
            names |= custom.keys() if isinstance(custom, dict) else set()
        known = {column_words(column): column for column in all_columns(names)}
        now = [column_words(column) for column in self._columns]
        chosen = await self.app.push_screen_wait(SeveralDialog("Which columns?", tuple(known), now))
        if chosen is not None:
            self._columns = tuple(known[words] for words in chosen)
            self.session.ui_state.remember(
                f"{self.AREA.id}.columns", columns_text([column.key for column in self._columns])
            )
            self.table.show_columns(self._columns)
