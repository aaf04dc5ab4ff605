"""The leads: who is written to; searching all of them, and importing a file."""

from typing import ClassVar

from textual import work
from textual.content import Content

from imail_tui.domain.operations import GET_LEAD
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
    EMPTY = "No leads yet. i imports a CSV file."

    session: Session

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
        from imail_tui.ui.screens.leads.importing import import_leads

        said = await import_leads(self.app, self.session)
        if said:
            self.say(said)
            await self.refresh_area()
