"""The leads: who is written to; searching all of them, changing them, and importing a file."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.content import Content

from imail_tui.domain.operations import GET_LEAD, LIST_CAMPAIGNS, LIST_EVENTS, LIST_REPLIES, LIST_SUPPRESSIONS
from imail_tui.domain.shown import ago, plural
from imail_tui.model.leads import Lead
from imail_tui.services.session import Session
from imail_tui.ui import areas
from imail_tui.ui.areas import REPLIES
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.commands.leads import COMMANDS
from imail_tui.ui.going import GoTo
from imail_tui.ui.options import UiOptions
from imail_tui.ui.screens.leads.around import LeadAround
from imail_tui.ui.screens.leads.lead_list import LeadList
from imail_tui.ui.screens.leads.page import lead_page
from imail_tui.ui.screens.leads.rows import (
    COLUMNS,
)
from imail_tui.ui.typeahead import opening
from imail_tui.ui.widgets.detail_pane import DetailPane

if TYPE_CHECKING:
    from imail_tui.ui.screens.leads.acting import LeadActing


class LeadsScreen(LeadList):
    """Leads of the workspace, as far as they are loaded from either end; the rest is a key or search away."""

    AREA = areas.LEADS
    GROUP: ClassVar[CommandGroup | None] = COMMANDS
    COLUMNS = COLUMNS
    PAGE_ENTERS = True
    EMPTY = "No leads yet. i imports a file, a writes one by hand."
    MARKS = True

    def __init__(self, session: Session, options: UiOptions | None = None) -> None:
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
            self.say(f"{editing.saved.email} is saved · u undoes")

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
    async def action_set_field(self) -> None:
        """Give leads one field."""
        from imail_tui.ui.screens.leads.setting import FieldSetting

        await self._act(FieldSetting(self.app, self.session, self._chosen()).ask())

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
