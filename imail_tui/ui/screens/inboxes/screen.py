"""The inboxes: who sends, how healthy each is, and what to do when one drops out."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import work
from textual.content import Content
from textual.timer import Timer

from imail_tui.domain.filters import Filter, parse_filter
from imail_tui.domain.inbox_changes import PAUSE, RESUME, InboxChange
from imail_tui.domain.inbox_stake import Stake, stake_of
from imail_tui.domain.inbox_timeline import inbox_timeline
from imail_tui.domain.listing import Sort
from imail_tui.domain.operations import INBOX_HISTORY, LIST_EVENTS
from imail_tui.model.campaigns import Campaign
from imail_tui.model.events import Event
from imail_tui.model.inboxes import Inbox, InboxDay
from imail_tui.model.problem import Problem
from imail_tui.services.inboxes import Inboxes
from imail_tui.services.session import Session
from imail_tui.ui import areas
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.commands.inboxes import COMMANDS
from imail_tui.ui.screens.inboxes.detail import inbox_detail
from imail_tui.ui.screens.inboxes.rows import COLUMNS, inbox_row
from imail_tui.ui.screens.listing import FLUSH_SECONDS, ListScreen
from imail_tui.ui.typeahead import opening
from imail_tui.ui.widgets.rows import Row

HISTORY_DAYS: Final = 30
_GROUPS: Final = ("domain", "provider")
_SENDING: Final[Filter] = parse_filter("-status:draft -status:archived -status:completed")


class InboxesScreen(ListScreen[Inbox]):
    """All inboxes of the workspace."""

    AREA = areas.INBOXES
    GROUP: ClassVar[CommandGroup | None] = COMMANDS
    COLUMNS = COLUMNS
    EMPTY = "No inboxes yet. a adds one."
    MARKS = True

    session: Session

    @property
    def service(self) -> Inboxes:
        """The inboxes."""
        return self.session.inboxes

    def row(self, record: Inbox) -> Row:
        """One line."""
        return inbox_row(record, self.service.refusal(record.id), self.session.now())

    def detail(self, record: Inbox) -> Content:
        """Everything about an inbox, with its last days once they are here."""
        refusal = self.service.refusal(record.id)
        now = self.session.now()
        timeline = inbox_timeline(record, self._events_of(record), now)
        return inbox_detail(record, self._days(record), self._stake(record), timeline, refusal, now)

    def copied(self, record: Inbox) -> str:
        """The page to open where there is one, else the address."""
        return record.setup_url or record.email

    def record_shown(self, record: Inbox) -> None:
        """Fetch the last days, and what happened to it before events were followed here."""
        if self.session.capabilities.has(INBOX_HISTORY):
            self._fetch_history(record.id)
        if self.session.capabilities.has(LIST_EVENTS):
            self._fetch_events(record.id)

    @work(group="events", exclusive=True, exit_on_error=False)
    async def _fetch_events(self, inbox_id: str) -> None:
        self._events = (inbox_id, await self.session.events.fetch_of_inbox(inbox_id))
        self.show_detail()

    def on_mount(self) -> None:
        """Follow what happens to the inbox that is shown: its event may come after its new state."""
        self._stop_following = self.session.events.changed.subscribe(self._events_came)

    def on_unmount(self) -> None:
        """Follow no more."""
        self._stop_following()

    def _events_came(self, _: frozenset[str]) -> None:
        if self._look_timer is None:
            self._look_timer = self.set_timer(FLUSH_SECONDS, self._look_at_events)

    def _look_at_events(self) -> None:
        """Draw the page again if one of them is in its timeline."""
        self._look_timer = None
        record = self.record
        if record is not None and len(self.session.events.of_inbox(record.id)) != self._drawn_events:
            self.show_detail()

    _look_timer: Timer | None = None
    _drawn_events = 0
    _events: tuple[str, Sequence[Event]] = ("", ())

    def _events_of(self, inbox: Inbox) -> list[Event]:
        inbox_id, fetched = self._events
        kept = self.session.events.of_inbox(inbox.id)
        self._drawn_events = len(kept)
        return [*(fetched if inbox_id == inbox.id else ()), *kept]

    @work(group="history", exclusive=True, exit_on_error=False)
    async def _fetch_history(self, inbox_id: str) -> None:
        days = await self.session.inboxes.history(inbox_id, HISTORY_DAYS)
        self._history = (inbox_id, days)
        self.show_detail()

    _history: tuple[str, Sequence[InboxDay]] = ("", ())

    def _days(self, inbox: Inbox) -> Sequence[InboxDay]:
        inbox_id, days = self._history
        return days if inbox_id == inbox.id else ()

    def _stake(self, inbox: Inbox) -> Stake:
        window = self.session.campaigns.window(_SENDING)
        try:
            return stake_of(inbox, map(self.session.campaigns.parse, window.rows(0, window.total)))
        finally:
            window.close()

    # Changing

    def _chosen(self) -> list[Inbox]:
        """The marked inboxes, else the one under the cursor."""
        if self.table.marks:
            found = (self.service.get(inbox_id) for inbox_id in sorted(self.table.marks))
            return [inbox for inbox in found if inbox is not None]
        return [self.record] if self.record is not None else []

    def action_pause_inbox(self) -> None:
        """Stop inboxes from sending; without marks, let a paused one send again."""
        chosen = self._chosen()
        resume = not self.table.marks and any(inbox.status == "paused" for inbox in chosen)
        self._change(chosen, RESUME if resume else PAUSE, "p")

    def action_resume_inbox(self) -> None:
        """Let inboxes send again."""
        self._change(self._chosen(), RESUME, "P")

    @work(group="act", exit_on_error=False)
    async def _change(self, chosen: Sequence[Inbox], change: InboxChange, trigger: str) -> None:
        await self._carry_out(chosen, change, trigger)

    @work(group="act", exit_on_error=False)
    async def action_limit_inbox(self) -> None:
        """Set how many mails a day inboxes send at most."""
        from imail_tui.ui.screens.inboxes.changing import ask_limit

        chosen = self._chosen()
        change = await ask_limit(self.app, chosen)
        if change is not None:
            await self._carry_out(chosen, change, "l")

    async def _carry_out(self, chosen: Sequence[Inbox], change: InboxChange, trigger: str) -> None:
        from imail_tui.ui.screens.inboxes.changing import change_inboxes

        said = await change_inboxes(self.app, self.session, chosen, change, trigger)
        if said is not None:
            self.say(said)
            self._flush()

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_delete_inbox(self) -> None:
        """Delete the inbox when that is confirmed; not while an active campaign sends from it."""
        from imail_tui.ui.screens.inboxes.deleting import delete_inbox

        inbox = self.record
        if inbox is None:
            return
        if self.session.campaigns.age() is None:
            with opening(self.app):
                await self.session.campaigns.refresh(urgent=True)
        said = await delete_inbox(self.app, self.session, inbox, self._users(inbox))
        if isinstance(said, Problem):
            self.show_problem(said)
        elif said is not None:
            self._flush()
            self.say(said)

    def _users(self, inbox: Inbox) -> list[Campaign]:
        return [each for each in self.session.campaigns.all() if inbox.id in each.inbox_ids]

    # Connecting

    @work(group="connect", exclusive=True, exit_on_error=False)
    async def action_reconnect_inbox(self) -> None:
        """Connect the inbox under the cursor again."""
        from imail_tui.ui.screens.inboxes.connecting import mend

        inbox = self.record
        if inbox is not None:
            connected = await mend(self.app, self.service, inbox)
            self._flush()
            if connected is not None:
                self.say(connected.said)

    @work(group="connect", exclusive=True, exit_on_error=False)
    async def action_add_inbox(self) -> None:
        """Connect another mailbox and go to it."""
        from imail_tui.ui.screens.inboxes.connecting import add

        connected = await add(self.app, self.service)
        self._flush()
        if connected is not None:
            if not self.table.select(connected.inbox_id):
                self.action_clear_filter()
                self._apply_filter()
                self.table.select(connected.inbox_id)
            self.say(connected.said)

    # Grouping

    def action_group_inboxes(self) -> None:
        """By domain, by provider, or not at all: a group is what stands together in the order."""
        orders = (*_GROUPS, self.spec.order.field)
        now = orders.index(self._sort.field) if self._sort.field in orders else -1
        self._sort_by(Sort(orders[(now + 1) % len(orders)]))
