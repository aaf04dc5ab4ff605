"""The replies: who answered, what they mean, and the whole conversation."""

from typing import ClassVar

from textual import work
from textual.content import Content

from imail_tui.domain.labels import LABELS, label_of
from imail_tui.domain.operations import CHANGE_REPLY, GET_THREAD
from imail_tui.model.replies import Reply, Thread
from imail_tui.services.replies import Replies
from imail_tui.services.session import Session
from imail_tui.ui import areas
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.commands.replies import COMMANDS
from imail_tui.ui.screens.asking import confirmed
from imail_tui.ui.screens.listing import ListScreen
from imail_tui.ui.screens.replies.rows import COLUMNS, reply_detail, reply_row
from imail_tui.ui.widgets.rows import Row


class RepliesScreen(ListScreen[Reply]):
    """All replies of the workspace, newest first."""

    AREA = areas.REPLIES
    GROUP: ClassVar[CommandGroup | None] = COMMANDS
    COLUMNS = COLUMNS
    EMPTY = "No replies yet. They appear here by themselves once a campaign sends."

    session: Session

    @property
    def service(self) -> Replies:
        """The replies."""
        return self.session.replies

    def row(self, record: Reply) -> Row:
        """One line."""
        return reply_row(record, self._campaigns(record), self.session.now())

    def detail(self, record: Reply) -> Content:
        """The conversation as last read, else the reply alone."""
        inbox = self.session.inboxes.get(record.inbox_id) if record.inbox_id else None
        address = inbox.email if inbox is not None else record.inbox_id or "–"
        return reply_detail(
            record, self._thread(record), self._campaigns(record), address, self.session.now()
        )

    def copied(self, record: Reply) -> str:
        """The text of the reply."""
        return record.text or record.snippet or record.sender

    def record_shown(self, record: Reply) -> None:
        """Fetch the conversation; a page that was opened counts as read."""
        offered = self.session.capabilities.has
        if offered(GET_THREAD):
            self._fetch_thread(record.id)
        if self.detail_open and record.read is False and offered(CHANGE_REPLY):
            self._mark_read(record.id)

    @work(group="thread", exclusive=True, exit_on_error=False)
    async def _fetch_thread(self, reply_id: str) -> None:
        await self.session.replies.thread(reply_id)
        self.show_detail()

    @work(group="read", exit_on_error=False)
    async def _mark_read(self, reply_id: str) -> None:
        await self.session.replies.mark_read(reply_id)

    def _thread(self, reply: Reply) -> Thread | None:
        return self.session.replies.kept_thread(reply.id)

    def _campaigns(self, reply: Reply) -> dict[str, str]:
        campaign = self.session.campaigns.get(reply.campaign_id) if reply.campaign_id else None
        return {campaign.id: campaign.name} if campaign is not None else {}

    @work(group="label", exit_on_error=False)
    async def action_label(self, label: str) -> None:
        """Label the reply under the cursor; one that suppresses the address asks first."""
        reply = self.record
        if reply is None:
            return
        if LABELS[label].asks_first:
            if not await self._may_suppress(reply, label):
                return
            await self.session.replies.suppress(reply.id)
        await self.session.replies.label(reply.id, label)
        self.say(f"{reply.sender}: {label_of(label).word}.")

    @work(group="label", exit_on_error=False)
    async def action_unlabel(self) -> None:
        """Make the reply under the cursor unclassified again."""
        reply = self.record
        if reply is not None:
            await self.session.replies.label(reply.id, None)
            self.say(f"{reply.sender}: unclassified.")

    @work(group="choose", exclusive=True, exit_on_error=False)
    async def action_choose_label(self) -> None:
        """Choose a label from the list of all."""
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog

        choices = [Choice(each.label, each.word, keys=each.key) for each in LABELS.values()]
        chosen = await self.app.push_screen_wait(PickerDialog("What does the reply mean?", choices))
        if chosen is not None:
            self.action_label(chosen)

    async def _may_suppress(self, reply: Reply, label: str) -> bool:
        return await confirmed(
            self.app,
            f"Label {reply.sender} as {label_of(label).word}?",
            "Suppress",
            ("1 address will be suppressed: no campaign writes to it again.",),
            trigger=LABELS[label].key,
            live=self.session.status.mode == "live",
        )
