"""The events: what happened in the workspace, newest first, arriving by itself."""

from textual.content import Content

from imail_tui.model.events import Event
from imail_tui.services.events import EventLog
from imail_tui.services.session import Session
from imail_tui.ui import areas
from imail_tui.ui.screens.events.rows import COLUMNS, event_detail, event_row
from imail_tui.ui.screens.listing import ListScreen
from imail_tui.ui.widgets.rows import Row


class EventsScreen(ListScreen[Event]):
    """What happened since the workspace was first opened here."""

    AREA = areas.EVENTS
    COLUMNS = COLUMNS
    EMPTY = "Nothing has happened since this workspace was opened. Events appear here by themselves."

    session: Session

    @property
    def service(self) -> EventLog:
        """The events."""
        return self.session.events

    def row(self, record: Event) -> Row:
        """One line."""
        return event_row(record, self._campaigns(record), self.session.now())

    def detail(self, record: Event) -> Content:
        """The event with its whole payload."""
        return event_detail(record, self._campaigns(record))

    def copied(self, record: Event) -> str:
        """The event's id."""
        return record.id

    def _campaigns(self, event: Event) -> dict[str, str]:
        campaign = self.session.campaigns.get(event.text("campaign_id"))
        return {campaign.id: campaign.name} if campaign is not None else {}
