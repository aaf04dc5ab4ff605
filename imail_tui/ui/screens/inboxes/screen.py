"""The inboxes: who sends, how healthy each is, and what to do when one drops out."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import work
from textual.content import Content

from imail_tui.domain.operations import INBOX_HISTORY
from imail_tui.model.inboxes import Inbox, InboxDay
from imail_tui.services.inboxes import Inboxes
from imail_tui.services.session import Session
from imail_tui.ui import areas
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.commands.inboxes import COMMANDS
from imail_tui.ui.screens.inboxes.rows import COLUMNS, inbox_detail, inbox_row
from imail_tui.ui.screens.listing import ListScreen
from imail_tui.ui.widgets.rows import Row

HISTORY_DAYS: Final = 30


class InboxesScreen(ListScreen[Inbox]):
    """All inboxes of the workspace."""

    AREA = areas.INBOXES
    GROUP: ClassVar[CommandGroup | None] = COMMANDS
    COLUMNS = COLUMNS
    EMPTY = "No inboxes yet. Connect one in imail's web app; it appears here."

    session: Session

    @property
    def service(self) -> Inboxes:
        """The inboxes."""
        return self.session.inboxes

    def row(self, record: Inbox) -> Row:
        """One line."""
        return inbox_row(record, self.session.now())

    def detail(self, record: Inbox) -> Content:
        """Everything about an inbox, with its last days once they are here."""
        return inbox_detail(record, self._days(record), self.session.now())

    def copied(self, record: Inbox) -> str:
        """The page to open where there is one, else the address."""
        return record.setup_url or record.email

    def record_shown(self, record: Inbox) -> None:
        """Fetch the last days."""
        if self.session.capabilities.has(INBOX_HISTORY):
            self._fetch_history(record.id)

    @work(group="history", exclusive=True, exit_on_error=False)
    async def _fetch_history(self, inbox_id: str) -> None:
        days = await self.session.inboxes.history(inbox_id, HISTORY_DAYS)
        self._history = (inbox_id, days)
        self.show_detail()

    _history: tuple[str, Sequence[InboxDay]] = ("", ())

    def _days(self, inbox: Inbox) -> Sequence[InboxDay]:
        inbox_id, days = self._history
        return days if inbox_id == inbox.id else ()

    @work(group="act", exit_on_error=False)
    async def action_pause_inbox(self) -> None:
        """Stop the inbox under the cursor from sending, or let it send again."""
        inbox = self.record
        if inbox is not None:
            now = await self.session.inboxes.pause(inbox.id, inbox.status != "paused")
            self.say(f"{now.email} is {now.status}.")

    @work(group="act", exit_on_error=False)
    async def action_reconnect_inbox(self) -> None:
        """Ask for the page that connects the inbox again and show it."""
        inbox = self.record
        if inbox is None:
            return
        url = await self.session.inboxes.reconnect(inbox.id)
        self.say(
            f"Open {url} to connect {inbox.email}; y copies it."
            if url
            else f"{inbox.email} is being connected."
        )
        self.show_detail()
