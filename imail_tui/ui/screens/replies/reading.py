"""Reading a conversation: its page, the lead beside it, and going from one to the next."""

import asyncio
from collections.abc import Iterable
from typing import Final

from textual import work
from textual.content import Content
from textual.timer import Timer

from imail_tui.domain.mail.raw import source_text
from imail_tui.domain.operations import CHANGE_REPLY, GET_CAMPAIGN, GET_THREAD
from imail_tui.model.conversations import Conversation
from imail_tui.model.replies import Reply, Thread
from imail_tui.services.session import Session
from imail_tui.ui import terminal
from imail_tui.ui.commands.app import HELP
from imail_tui.ui.commands.keymap import split_keys
from imail_tui.ui.options import UiOptions
from imail_tui.ui.screens.replies.feed import Feed
from imail_tui.ui.screens.replies.side import lead_page
from imail_tui.ui.screens.replies.thread import (
    Around,
    Mail,
    links_in,
    mails_of,
    plain_thread,
    raw_page,
    thread_page,
    weight_of,
)
from imail_tui.ui.widgets.detail_pane import DetailPane
from imail_tui.ui.widgets.message_line import MessageLine

_PAGE_HINTS: Final = (
    ("replies.answer", "answer"),
    ("replies.done", "done, next"),
    ("replies.next", "next"),
    ("replies.snooze", "snooze"),
    ("replies.label", "label"),
    ("replies.fold", "quotes"),
    ("replies.links", "links"),
    ("replies.lead", "lead"),
    (HELP.id, HELP.hint),
)
LONG: Final = 60_000
"""Characters of a conversation past which it is not read on the event loop."""
REST_SECONDS: Final = 0.3
"""How long the cursor rests on a row before its conversation is fetched: held keys ask for nothing."""
LONG_REST_SECONDS: Final = 3.0
"""On a slow line a page counts as read, and its lead is fetched, once it rested so long. Who labels and goes
on before then asks for neither: a label says by itself that the page was read."""


class Reading(Feed):
    """The page."""

    _unfolded = False
    _raw: tuple[str, str] | None = None
    _rest_timer: Timer | None = None
    _long_rest_timer: Timer | None = None
    _reading_id: str | None = None
    """Of the page that does not count as read yet."""
    _beside: tuple[str | None, str | None] = (None, None)
    """What stood before and behind the open page in the list when it was opened."""

    def __init__(self, session: Session, options: UiOptions | None = None) -> None:
        super().__init__(session, options)
        self._read: set[str] = set()
        self._named: set[str] = set()

    def hints(self) -> Iterable[tuple[str, str]]:
        """On the page, the keys of the page."""
        if not self.detail_open:
            return super().hints()
        keymap = self.options.keymap
        return [
            (split_keys(keymap.get(command.id, command.keys))[0], word)
            for command_id, word in _PAGE_HINTS
            for command in (HELP if command_id == HELP.id else self.commands()[command_id],)
            if split_keys(keymap.get(command.id, command.keys))
        ]

    def detail(self, record: Conversation) -> Content:
        """The conversation as last read, else the replies alone."""
        if self._raw is not None and self._raw[0] == record.id and self.detail_open:
            return raw_page(record, self._raw[1])
        return thread_page(record, self.mails(record), self._around(record))

    def show_detail(self) -> None:
        """The page, and the lead where it is in sight."""
        super().show_detail()
        self.show_title()
        self.query_one(MessageLine).show_hints(tuple(self.hints()))
        record = self.record
        if record is None or not self.lead_in_sight:
            return
        timeline = self.session.reply_timeline
        lead, events = timeline.kept_lead(record.head), timeline.events(record.head)
        names = {campaign.id: campaign.name for campaign in self.session.campaigns.all()}
        page = lead_page(lead, events, names, self.session.now(), linked=record.linked)
        self.query_one("#lead", DetailPane).show(page)

    def copied(self, record: Conversation) -> str:
        """What the person wrote."""
        mails = self.mails(record)
        newest = next((mail for mail in mails if mail.direction != "out"), None)
        return (newest.text.written if newest else "") or record.head.snippet or record.head.sender

    def mails(self, record: Conversation) -> list[Mail]:
        """The mails of a conversation; of very long ones, until they are read, only the beginning."""
        thread, replies = self._thread(record), self.service.replies_of(record.id)
        if weight_of(thread, replies) > LONG and record.id not in self._read:
            self._read_long(record, thread, replies)
            return mails_of(None, [], record.head)
        return mails_of(thread, replies, record.head)

    @work(group="long", exclusive=True, exit_on_error=False)
    async def _read_long(self, record: Conversation, thread: Thread | None, replies: list[Reply]) -> None:
        """Read beside the event loop; what was read stays at hand (`read_message` remembers)."""
        await asyncio.to_thread(mails_of, thread, replies, record.head)
        self._read.add(record.id)
        self.show_detail()

    def record_shown(self, record: Conversation) -> None:
        """Fetch what is missing when the cursor rests; a page that was opened counts as read."""
        if self._rest_timer is not None:
            self._rest_timer.stop()
        if record.id != self._reading_id:
            self.settle_read()
        if self.detail_open:
            self._beside = self._neighbours(record.id)
            self._fetch(record)
            self._read_or_wait(record)
        else:
            self._rest_timer = self.set_timer(REST_SECONDS, lambda: self._rested(record.id))

    def _rested(self, record_id: str) -> None:
        record = self.record
        if record is not None and record.id == record_id:
            self._fetch(record)

    def _fetch(self, record: Conversation) -> None:
        thread = self._thread(record)
        newest = max((each.at for each in thread.messages if each.at), default=None) if thread else None
        stale = newest is None or (record.head.received_at is not None and newest < record.head.received_at)
        # On a slow line what is here will do, unless something came since.
        again = self.detail_open and not self.options.low_bandwidth
        if self.session.capabilities.has(GET_THREAD) and (stale or again):
            self._fetch_thread(record.reply_id)
        if self.lead_in_sight and not self.options.low_bandwidth:
            self._fetch_lead(record.head)

    @property
    def lead_in_sight(self) -> bool:
        """Whether the lead stands beside the page or instead of it."""
        if not self.detail_open:
            return False
        return not self.has_class("-lead-off") if self.has_class("-wide") else self.has_class("-lead-on")

    @work(group="thread", exclusive=True, exit_on_error=False)
    async def _fetch_thread(self, reply_id: str) -> None:
        await self.session.replies.thread(reply_id)
        self.show_detail()

    @work(group="lead", exclusive=True, exit_on_error=False)
    async def _fetch_lead(self, reply: Reply) -> None:
        timeline = self.session.reply_timeline
        known = self.options.low_bandwidth and timeline.kept_lead(reply) is not None
        await asyncio.gather(timeline.fetch(reply), *(() if known else (timeline.lead(reply),)))
        self.show_detail()
        await self._name_campaigns(reply)

    async def _name_campaigns(self, reply: Reply) -> None:
        """Fetch the campaigns of the lead whose names are not known here, each once."""
        lead, campaigns = self.session.reply_timeline.kept_lead(reply), self.session.campaigns
        wanted = {each.campaign_id for each in lead.enrollments or () if each.campaign_id} if lead else set()
        wanted = {each for each in wanted - self._named if campaigns.get(each) is None}
        if wanted and self.session.capabilities.has(GET_CAMPAIGN):
            # A name that cannot be had is no reason to speak: "a campaign" stands there.
            await asyncio.gather(*map(campaigns.fetch, wanted), return_exceptions=True)
            self._named |= wanted
            self.show_detail()

    def _read_or_wait(self, record: Conversation) -> None:
        if not self.options.low_bandwidth:
            self._note_read(record)
        elif self._reading_id != record.id:
            self._reading_id = record.id
            self._long_rest_timer = self.set_timer(LONG_REST_SECONDS, self._rested_long)

    def _rested_long(self) -> None:
        record = self.record
        self.settle_read()
        if record is not None and self.lead_in_sight:
            self._fetch_lead(record.head)

    def settle_read(self) -> None:
        """Note that the page which rested or was left is read, unless a label said so meanwhile."""
        record = self.let_go_of_read()
        if record is not None:
            self._note_read(record)

    def let_go_of_read(self) -> Conversation | None:
        """The conversation that was about to count as read; from now on it is not."""
        if self._long_rest_timer is not None:
            self._long_rest_timer.stop()
            self._long_rest_timer = None
        page_id, self._reading_id = self._reading_id, None
        return self.service.get(page_id) if page_id is not None else None

    def _note_read(self, record: Conversation) -> None:
        if record.unread and self.session.capabilities.has(CHANGE_REPLY):
            self.mark_read(record)

    def action_back(self) -> None:
        """A page that is left was read."""
        self.settle_read()
        super().action_back()

    @work(group="read", exit_on_error=False)
    async def mark_read(self, record: Conversation) -> None:
        """Note that it was read; that is no act to take back."""
        self.expect(frozenset({record.id}))
        await self.session.triage.opened(record.id)

    # Keys of the page

    def action_next(self, step: int) -> None:
        """The next conversation of the list, its page open if one is."""
        if not self.detail_open:
            self.table.action_move(step)
        elif self.go_beside(step):
            self.open_page()
        else:
            self.say("This is the last one." if step > 0 else "This is the first one.")

    def go_beside(self, step: int) -> bool:
        """Move the cursor to what stands beside the open page in the list; False at its end.

        What stood there when the page was opened comes first: a label may have moved its row elsewhere, but
        whoever works through a pile goes on from where they are. Of a row that left the list it is its place.
        """
        table, open_id = self.table, self._open_id
        beside = self._beside[step > 0]
        if beside is not None and table.select(beside):
            return True
        gone = open_id is None or self._window is None or self._window.position(open_id) is None
        before = table.cursor_id
        if not (gone and step > 0):
            table.action_move(step)
        return table.cursor_id is not None and (gone or table.cursor_id != before)

    def _neighbours(self, record_id: str) -> tuple[str | None, str | None]:
        place = self._window.position(record_id) if self._window is not None else None
        if place is None or self._window is None:
            return None, None
        first = max(0, place - 1)
        ids = [str(row.get("id")) for row in self._window.rows(first, place - first + 2)]
        at = place - first
        return (ids[0] if at else None), (ids[at + 1] if at + 1 < len(ids) else None)

    def open_page(self) -> None:
        """Show the page of the row under the cursor, from its top."""
        self._raw = None
        self._unfolded = False
        self.action_open_detail()
        self.show_detail()
        self.query_one("#detail", DetailPane).action_top()

    def action_fold(self) -> None:
        """Show quoted history, or fold it again."""
        self._unfolded = not self._unfolded
        self.show_detail()

    def action_lead(self) -> None:
        """Show the lead and the timeline, or hide them."""
        if not self.detail_open:
            self.action_open_detail()
        self.toggle_class("-lead-off" if self.has_class("-wide") else "-lead-on")
        record = self.record
        if record is not None and self.lead_in_sight:
            self._fetch_lead(record.head)
        if self.has_class("-narrow") and self.has_class("-lead-on"):
            self.query_one("#lead", DetailPane).focus()
        else:
            self.query_one("#detail", DetailPane).focus()
        self.show_detail()

    @work(group="raw", exclusive=True, exit_on_error=False)
    async def action_raw(self) -> None:
        """The newest mail as it came, or as text again."""
        record = self.record
        if record is None:
            return
        if self._raw is not None:
            self._raw = None
            self.show_detail()
            return
        message_id = await self._newest_message(record)
        if message_id is None:
            self.say("The server knows no raw message of it.")
            return
        source = await self.session.reply_timeline.raw(message_id)
        if not self.detail_open:
            self.action_open_detail()
        self._raw = record.id, source_text(source)
        self.show_detail()

    async def _newest_message(self, record: Conversation) -> str | None:
        thread = self._thread(record) or await self.session.replies.thread(record.reply_id)
        found = [message.id for message in thread.messages if message.direction != "out"]
        return found[-1] if found else None

    @work(group="links", exclusive=True, exit_on_error=False)
    async def action_links(self) -> None:
        """List the links with their whole hosts; enter copies one. Nothing is ever opened."""
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog

        record = self.record
        links = links_in(self.mails(record)) if record is not None else []
        if not links:
            self.say("There are no links in it.")
            return
        choices = [
            Choice(
                str(place),
                link.shown_host,
                keys="!" if link.warnings else "",
                note=f"{'; '.join(link.warnings)}{': ' if link.warnings else ''}{link.target}",
            )
            for place, link in enumerate(links)
        ]
        chosen = await self.app.push_screen_wait(PickerDialog("Copy which link?", choices))
        if chosen is not None:
            link = links[int(chosen)]
            self.say(f"{link.target}: {await terminal.copy_text(self.app, link.target)}")

    @work(group="copy", exit_on_error=False)
    async def action_copy_thread(self) -> None:
        """Copy the whole conversation as plain text."""
        record = self.record
        if record is not None:
            text = plain_thread(self.mails(record))
            self.say(f"The conversation: {await terminal.copy_text(self.app, text)}")

    def _thread(self, record: Conversation) -> Thread | None:
        return self.session.replies.kept_thread(record.reply_id)

    def _around(self, record: Conversation) -> Around:
        inbox_id = record.head.inbox_id
        inbox = self.session.inboxes.get(inbox_id) if inbox_id else None
        return Around(
            inbox.email if inbox is not None else inbox_id or "",
            self.campaign_names(record).get(record.head.campaign_id or "", ""),
            self.session.now(),
            opened=self.detail_open,
            unfolded=self._unfolded,
            refusal=self.session.triage.refusal(record.id),
            drafted=self.drafted(record),
        )
