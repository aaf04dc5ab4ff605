"""The leads: who is written to; searching all of them, and importing a file."""

from typing import ClassVar

from textual import events, on, work
from textual.content import Content

from imail_tui.domain.operations import GET_LEAD
from imail_tui.domain.shown import plural
from imail_tui.model.leads import Lead
from imail_tui.services.leads import Leads
from imail_tui.services.session import Session
from imail_tui.ui import areas
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.commands.leads import COMMANDS
from imail_tui.ui.screens.leads.rows import COLUMNS, lead_detail, lead_row
from imail_tui.ui.screens.listing import ListScreen
from imail_tui.ui.widgets.rows import Row


class LeadsScreen(ListScreen[Lead]):
    """Leads of the workspace, as far as they are loaded; the rest is a search or a scroll away."""

    AREA = areas.LEADS
    GROUP: ClassVar[CommandGroup | None] = COMMANDS
    COLUMNS = COLUMNS
    EMPTY = "No leads yet. i imports a file."

    session: Session

    def on_mount(self) -> None:
        """Tell of imports that did not come to their end."""
        if self.session.ever_imported:
            self._tell_open_imports()

    @work(group="open-imports", exclusive=True, exit_on_error=False)
    async def _tell_open_imports(self) -> None:
        count = await self.session.imports.left_open()
        if count:
            self.say(f"{plural(count, 'import')} did not come to an end: I shows them.")

    @property
    def service(self) -> Leads:
        """The leads."""
        return self.session.leads

    def row(self, record: Lead) -> Row:
        """One line."""
        return lead_row(record, self.session.now())

    def detail(self, record: Lead) -> Content:
        """Everything about a lead."""
        names = {}
        for enrollment in record.enrollments:
            campaign = self.session.campaigns.get(enrollment.campaign_id)
            if campaign is not None:
                names[campaign.id] = campaign.name
        return lead_detail(record, names, self.session.now())

    def copied(self, record: Lead) -> str:
        """The address."""
        return record.email

    def record_shown(self, record: Lead) -> None:
        """Fetch the lead as it is now."""
        if self.session.capabilities.has(GET_LEAD):
            self._fetch(record.id)

    @work(group="lead", exclusive=True, exit_on_error=False)
    async def _fetch(self, lead_id: str) -> None:
        await self.session.leads.fetch(lead_id)
        self.show_detail()

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
        count = len(self.session.imports.runs) if self.session.ever_imported else 0
        return f"{plural(count, 'import')} under way, to be taken up again" if count else None

    async def _import(self, given: str | None) -> None:
        from imail_tui.ui.screens.leads.importing import import_leads

        if await import_leads(self.app, self.session, self.options, given):
            await self.refresh_area()
