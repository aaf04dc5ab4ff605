"""The leads: who is written to; searching all of them, changing them, and importing a file."""

from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.content import Content

from imail_tui.domain.filters import Filter, parse_filter
from imail_tui.domain.leads.headers import CUSTOM
from imail_tui.domain.leads.searching import question_of, reversed_order, with_campaign_ids
from imail_tui.domain.listing import Sort
from imail_tui.domain.operations import GET_LEAD, LIST_CAMPAIGNS, LIST_EVENTS, LIST_REPLIES, LIST_SUPPRESSIONS
from imail_tui.domain.shown import ago, count, plural
from imail_tui.model.leads import Lead
from imail_tui.services.leads import Found, Leads
from imail_tui.services.session import Session
from imail_tui.ui import areas
from imail_tui.ui.areas import REPLIES
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.commands.leads import COMMANDS
from imail_tui.ui.going import GoTo
from imail_tui.ui.options import UiOptions
from imail_tui.ui.ports import RowWindow
from imail_tui.ui.screens.leads.around import LeadAround
from imail_tui.ui.screens.leads.page import lead_page
from imail_tui.ui.screens.leads.rows import (
    COLUMNS,
    GAP,
    LeadRows,
    all_columns,
    column_words,
    columns_text,
    lead_row,
    read_columns,
)
from imail_tui.ui.screens.listing import ListScreen
from imail_tui.ui.screens.sorting import sort_text
from imail_tui.ui.typeahead import opening
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.detail_pane import DetailPane
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Row, RowSource

if TYPE_CHECKING:
    from imail_tui.ui.screens.leads.acting import LeadActing

_SAMPLE = 300
"""Rows looked through for the names of custom fields."""


class LeadsScreen(ListScreen[Lead]):
    """Leads of the workspace, as far as they are loaded from either end; the rest is a key or search away."""

    AREA = areas.LEADS
    GROUP: ClassVar[CommandGroup | None] = COMMANDS
    COLUMNS = COLUMNS
    PAGE_ENTERS = True
    EMPTY = "No leads yet. i imports a file, a writes one by hand."

    session: Session

    def __init__(self, session: Session, options: UiOptions | None = None) -> None:
        self._columns = read_columns(session.ui_state.recall(f"{self.AREA.id}.columns"))
        self._found: Found | None = None
        self._ending = False
        self._around = LeadAround(session)
        super().__init__(session, options)

    def on_mount(self) -> None:
        """Tell of imports that did not come to their end; have the names of campaigns."""
        if self.session.ever_imported:
            self._tell_open_imports()
        if self.session.campaigns.age() is None and self.session.capabilities.has(LIST_CAMPAIGNS):
            self._fetch_campaigns()

    @work(group="open-imports", exclusive=True, exit_on_error=False)
    async def _tell_open_imports(self) -> None:
        count_ = await self.session.imports.left_open()
        if count_:
            self.say(f"{plural(count_, 'import')} did not come to an end: I shows them.")

    @work(group="campaigns", exclusive=True, exit_on_error=False)
    async def _fetch_campaigns(self) -> None:
        await self.session.campaigns.refresh()
        self.show_detail()

    # The list

    @property
    def service(self) -> Leads:
        """The leads."""
        return self.session.leads

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
        """How many of how many there are, how many are marked, and the order."""
        marked = f", {len(self.table.marks)} marked" if self.table.marks else ""
        return f"{self._counted()}{marked}  by {sort_text(self._sort)}"

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
            self.session.ui_state.remember(f"{self.AREA.id}.columns", columns_text(self._columns))
            self.table.show_columns(self._columns)

    # The page

    def detail(self, record: Lead) -> Content:
        """Everything about a lead, as far as it is here."""
        return lead_page(record, self._around.facts(record), self.session.now())

    def copied(self, record: Lead) -> str:
        """The address."""
        return record.email

    def record_shown(self, record: Lead) -> None:
        """Fetch the lead as it is now, and what happened to it."""
        if self.session.capabilities.has(GET_LEAD):
            self._fetch(record.id)
        if self.session.capabilities.has(LIST_EVENTS):
            self._fetch_events(record.id)
        if self.detail_open and self.session.capabilities.has(LIST_REPLIES):
            self._fetch_replies(record.email)
        if (
            record.suppressed
            and self.session.suppressions.age() is None
            and self.session.capabilities.has(LIST_SUPPRESSIONS)
        ):
            self._fetch_suppressions()

    @work(group="lead", exclusive=True, exit_on_error=False)
    async def _fetch(self, lead_id: str) -> None:
        await self.session.leads.fetch(lead_id)
        self.show_detail()

    @work(group="events", exclusive=True, exit_on_error=False)
    async def _fetch_events(self, lead_id: str) -> None:
        await self._around.fetch_events(lead_id)
        self.show_detail()

    @work(group="replies", exclusive=True, exit_on_error=False)
    async def _fetch_replies(self, email: str) -> None:
        await self.session.replies.search(email)
        self.show_detail()

    @work(group="suppressions", exclusive=True, exit_on_error=False)
    async def _fetch_suppressions(self) -> None:
        await self.session.suppressions.refresh()
        self.show_detail()

    @on(DetailPane.Entered)
    @work(group="go", exclusive=True, exit_on_error=False)
    async def action_go_to_reply(self) -> None:
        """To what the lead answered; asked where there are several."""
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog

        lead = self.record
        if lead is None:
            return
        replies = self._around.replies(lead)
        if not replies:
            self.say(f"{lead.email} has not answered, as far as is known here.")
            return
        chosen: str | None = replies[0].id
        if len(replies) > 1:
            choices = [
                Choice(
                    each.id,
                    each.snippet or each.subject or "–",
                    note=ago(each.received_at, self.session.now()),
                )
                for each in replies
            ]
            chosen = await self.app.push_screen_wait(PickerDialog("Go to which reply?", choices))
        if chosen is not None:
            self.post_message(GoTo(REPLIES.id, chosen, lead.email))

    # Changing

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_new_lead(self) -> None:
        """Write one by hand."""
        await self._edit(None)

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_edit_lead(self) -> None:
        """Change the fields of the lead under the cursor, as the server has it now."""
        lead = self.record
        if lead is not None:
            with opening(self.app):
                lead = await self.service.fetch(lead.id)
            await self._edit(lead)

    async def _edit(self, lead: Lead | None) -> None:
        from imail_tui.ui.screens.leads.editing import LeadEditing

        editing = LeadEditing(self.app, self.session, lead)
        if await editing.ask() and editing.saved is not None:
            self._flush()
            self.table.select(editing.saved.id)
            self.say(f"{editing.saved.email} is saved. u undoes.")

    def _chosen(self) -> list[Lead]:
        """The marked leads, else the one on show."""
        if self.table.marks:
            found = (self.service.get(lead_id) for lead_id in sorted(self.table.marks))
            return [lead for lead in found if lead is not None]
        return [self.record] if self.record is not None else []

    async def _act(self, act: Awaitable[str | None]) -> None:
        said = await act
        if said is not None:
            # Leads that are deleted cannot be marked.
            self.table.marks = [each for each in self.table.marks if self.service.get(each) is not None]
            self._flush()
            self.say(said)

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_enroll(self) -> None:
        """Put leads into a campaign."""
        await self._act(self._acting().enroll())

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_hold(self) -> None:
        """Hold leads in one campaign; without marks, let a held one go on."""
        await self._act(self._acting().hold(paused=True if self.table.marks else None, trigger="p"))

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_let_go_on(self) -> None:
        """Let leads get mail again."""
        await self._act(self._acting().hold(paused=False, trigger="P"))

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_take_out(self) -> None:
        """Take leads out of a campaign."""
        await self._act(self._acting().take_out())

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_suppress(self) -> None:
        """Never write to them again."""
        await self._act(self._acting().suppress())

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_delete(self) -> None:
        """Delete leads."""
        await self._act(self._acting().delete())

    def _acting(self) -> "LeadActing":
        from imail_tui.ui.screens.leads.acting import LeadActing

        return LeadActing(self.app, self.session, self._chosen())

    def action_suppressions(self) -> None:
        """Who is never written to."""
        from imail_tui.ui.screens.leads.suppressions_screen import SuppressionsScreen

        self.app.push_screen(SuppressionsScreen(self.session, self.options))

    # Importing

    @work(group="import", exclusive=True, exit_on_error=False)
    async def action_import_leads(self) -> None:
        """Read a file and send its leads; the list is fetched again afterwards."""
        await self._import(None)

    def action_imports(self) -> None:
        """What was imported, and what is still open."""
        from imail_tui.ui.screens.leads.imports_screen import ImportsScreen

        self.app.push_screen(ImportsScreen(self.session, self.options))

    @on(events.Paste)
    @work(group="import", exclusive=True, exit_on_error=False)
    async def take_paste(self, event: events.Paste) -> None:
        """A file that was dragged here, or rows of a spreadsheet."""
        from imail_tui.services.imports.pasting import is_rows, pasted_path
        from imail_tui.ui.screens.leads.file_dialog import Pasted

        path = pasted_path(event.text)
        if path is not None or is_rows(event.text):
            await self._import(str(path) if path is not None else Pasted(event.text))

    def unsaved(self) -> str | None:
        """Imports under way."""
        under_way = len(self.session.imports.runs) if self.session.ever_imported else 0
        return f"{plural(under_way, 'import')} under way, to be taken up again" if under_way else None

    async def _import(self, given: str | None) -> None:
        from imail_tui.ui.screens.leads.importing import import_leads

        if await import_leads(self.app, self.session, self.options, given):
            await self.refresh_area()
