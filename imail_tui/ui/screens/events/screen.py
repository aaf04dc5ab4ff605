"""The events: what happened in the workspace, newest first, arriving by itself."""

from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.content import Content

from imail_tui.domain.filters import Filter, Term
from imail_tui.domain.listing import EVENTS
from imail_tui.domain.shown import count, plural
from imail_tui.domain.stream_text import stream_text
from imail_tui.model.events import Event
from imail_tui.model.problem import Problem
from imail_tui.services.events import EventLog
from imail_tui.services.session import Session
from imail_tui.ui import areas
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.commands.events import COMMANDS
from imail_tui.ui.going import GoTo
from imail_tui.ui.options import UiOptions
from imail_tui.ui.screens.events.rows import COLUMNS, event_detail, event_row, payload_page
from imail_tui.ui.screens.listing import ListScreen
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Row

HEALTH_SECONDS = 5.0
LOW_BANDWIDTH_HEALTH_SECONDS = 30.0
"""Between two looks at how old the knowledge is; a step of it is drawn only when it differs."""


class EventsScreen(ListScreen[Event]):
    """What happened since the workspace was first opened here."""

    AREA = areas.EVENTS
    GROUP: ClassVar[CommandGroup | None] = COMMANDS
    COLUMNS = COLUMNS
    EMPTY = "Nothing has happened since this workspace was opened. Events appear here by themselves."

    session: Session

    def __init__(self, session: Session, options: UiOptions | None = None) -> None:
        super().__init__(session, options)
        self._follows = True
        self._anchor: str | None = None
        self._payload = False

    @property
    def service(self) -> EventLog:
        """The events."""
        return self.session.events

    def on_mount(self) -> None:
        """Let the age of the knowledge grow."""
        seconds = LOW_BANDWIDTH_HEALTH_SECONDS if self.options.low_bandwidth else HEALTH_SECONDS
        self.set_interval(seconds, self._show_health)

    def row(self, record: Event) -> Row:
        """One line."""
        return event_row(record, self._campaigns(record), self.session.now())

    def detail(self, record: Event) -> Content:
        """The event with its whole payload."""
        body = self.service.body(record.id) if self._payload else None
        return event_detail(record, self._campaigns(record)) if body is None else payload_page(record, body)

    def copied(self, record: Event) -> str:
        """The event's id."""
        return record.id

    def title_note(self) -> str:
        """How many, whether it follows, what came above, and who brings them."""
        above = self._above()
        place = "following" if self._follows else f"{count(above)} new, g goes there" if above else ""
        return "  ".join(filter(None, (super().title_note(), place, stream_text(self.service.health()))))

    def _campaigns(self, event: Event) -> dict[str, str]:
        campaign = self.session.campaigns.get(event.text("campaign_id"))
        return {campaign.id: campaign.name} if campaign is not None else {}

    # Following

    @property
    def _newest_first(self) -> bool:
        return self._sort == EVENTS.order

    def _flush(self) -> None:
        super()._flush()
        if self._follows and self._newest_first and not self.detail_open:
            self.table.action_first()

    @on(LineTable.Highlighted)
    def notice_place(self, event: LineTable.Highlighted) -> None:
        """Who goes to the top follows; who goes down reads."""
        follows = self._newest_first and self.table.cursor_index == 0
        if event.by_person and follows != self._follows:
            self._set_following(follows)

    def action_follow(self) -> None:
        """Stay at the newest, or stop."""
        self._set_following(not self._follows)
        if self._follows:
            self.table.action_first()

    def _set_following(self, follows: bool) -> None:
        self._follows = follows
        self._anchor = None if follows or self._window is None else next(iter(self._newest()), None)
        self.show_title()

    def _newest(self) -> list[str]:
        window = self._window
        return [] if window is None else [str(row.get("id")) for row in window.rows(0, 1)]

    def _above(self) -> int:
        """Events that came above since the person stopped following."""
        if self._anchor is None or self._window is None or not self._newest_first:
            return 0
        return self._window.position(self._anchor) or 0

    def _show_health(self) -> None:
        if self.is_current:
            self.show_title()

    # Reading

    def read_filter(self, text: str) -> Filter:
        """`campaign:` and `inbox:` take names and addresses, too."""
        return Filter(tuple(map(self._by_id, super().read_filter(text).terms)))

    def _by_id(self, term: Term) -> Term:
        """A term that names campaigns or inboxes, by their ids; as it is where nothing has that name."""
        if term.field not in ("campaign", "inbox"):
            return term
        service = self.session.campaigns if term.field == "campaign" else self.session.inboxes
        of_name = "name" if term.field == "campaign" else "email"
        window = service.window(Filter((Term(of_name, term.value),)))
        try:
            ids = window.ids()
        finally:
            window.close()
        return Term(term.field, ",".join(ids), term.negated) if ids else term

    def action_payload(self) -> None:
        """The body as it came, or the facts."""
        self._payload = not self._payload
        self.show_detail()
        if not self.detail_open:
            self.action_open_detail()

    @work(group="go", exclusive=True, exit_on_error=False)
    async def action_go_to(self) -> None:
        """Go to what the event is about; asks where it is about several things."""
        from imail_tui.ui.screens.events.leading import ask_where

        event = self.record
        if event is not None:
            goal = await ask_where(self.app, event)
            if goal is not None:
                self.post_message(GoTo(goal.area_id, goal.record_id, goal.words))

    @work(group="export", exclusive=True, exit_on_error=False)
    async def action_export(self) -> None:
        """Write what is shown to a file."""
        from imail_tui.ui.dialogs.prompt import PromptDialog

        name = f"events-{self.session.now():%Y-%m-%d}.jsonl"
        question = f"Write {plural(self.table.total, 'event')} to which file?"
        answer = await self.app.push_screen_wait(PromptDialog(question, text=name, check=_fault_of))
        if answer is None:
            return
        path = _path(answer)
        try:
            written = await self.service.export(path, self._filter, self._sort, self._tell_progress)
        except OSError as error:
            self.show_problem(Problem(f"Nothing was written: {error.strerror or error}.", where=str(path)))
        else:
            self.say(f"{plural(written, 'event')} written to {path}.")

    def _tell_progress(self, written: int) -> None:
        self.app.call_from_thread(self.say, f"{count(written)} of {count(self.table.total)} written…")


def _path(answer: str) -> Path:
    return Path(answer.strip()).expanduser()


def _fault_of(answer: str) -> str | None:
    path = _path(answer)
    if not answer.strip() or path.is_dir():
        return "Name a file."
    if path.exists():
        return "That file is there already."
    return None if path.parent.is_dir() else "That folder does not exist."
