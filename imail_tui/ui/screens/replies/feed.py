"""The feed: conversations in piles, live, without the cursor being moved."""

import asyncio
from collections.abc import Mapping
from typing import Final

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer

from imail_tui.domain.filters import Filter
from imail_tui.domain.replies.views import ALL, NEWEST, View
from imail_tui.domain.shown import count, plural
from imail_tui.model.conversations import Conversation
from imail_tui.services.conversations import Conversations
from imail_tui.services.session import Session
from imail_tui.ui import areas
from imail_tui.ui.options import UiOptions
from imail_tui.ui.screens.filter_line import FilterLine
from imail_tui.ui.screens.listing import ListScreen
from imail_tui.ui.screens.replies.rows import COLUMNS, conversation_row, who
from imail_tui.ui.screens.replies.views_bar import ViewsBar
from imail_tui.ui.screens.sorting import sort_text
from imail_tui.ui.widgets.detail_pane import DetailPane
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Row

AGAIN_SECONDS: Final = 60.0
"""A pile is what passes its filter at this moment: those whose snooze is over come back by themselves."""
COUNT_SECONDS: Final = 1.0
"""Counts of the piles are read at most so often."""

_EMPTY: Final = {
    "needs_me": "Nothing needs you. ] goes to the next pile.",
    "positive": "Nobody interested is waiting.",
    "unclassified": "Every conversation has a label.",
    "snoozed": "Nothing is snoozed; z puts a conversation off.",
    "done": "Nothing is done yet; d says that one is.",
    "automatic": "No automatic replies.",
    "unlinked": "Every reply belongs to a lead.",
}


class Feed(ListScreen[Conversation]):
    """The list with its piles as tabs."""

    AREA = areas.REPLIES
    COLUMNS = COLUMNS
    EMPTY = "No replies yet. They appear here by themselves once a campaign sends."
    MARKS = True

    session: Session

    def __init__(self, session: Session, options: UiOptions | None = None) -> None:
        kept = session.ui_state.recall(f"{areas.REPLIES.id}.view") or ""
        self.view = session.views.get(kept) or ALL
        super().__init__(session, options)
        if session.ui_state.recall(self._name_of("sort")) is None:
            self._sort = self.view.sort
        self.counts: Mapping[str, int] = {}
        self._expected: set[str] = set()
        self._count_timer: Timer | None = None
        self._names: dict[str, str] = {}
        self._drafted: frozenset[str] = frozenset()
        self._top_id: str | None = None

    @property
    def service(self) -> Conversations:
        """The conversations."""
        return self.session.conversations

    def compose_body(self) -> ComposeResult:
        """Piles, list, page, lead."""
        yield ViewsBar()
        with Horizontal():
            yield LineTable(self.COLUMNS, empty="", marks=self.MARKS)
            yield DetailPane(id="detail")
            yield DetailPane(id="lead")

    def on_mount(self) -> None:
        """Show the piles."""
        self._forget_views = self.session.views.changed.subscribe(lambda _: self.show_views())
        self.show_views()
        self._count_soon()
        self.set_interval(AGAIN_SECONDS, self._look_again)

    def on_unmount(self) -> None:
        """Stop listening."""
        self._forget_views()

    def row(self, record: Conversation) -> Row:
        """One line."""
        return conversation_row(
            record,
            self.campaign_names(record),
            self.session.now(),
            refused=self.session.triage.refusal(record.id) is not None,
            drafted=self.drafted(record),
        )

    def drafted(self, conversation: Conversation) -> bool:
        """Whether an answer was begun."""
        return not self._drafted.isdisjoint(conversation.reply_ids)

    def campaign_names(self, conversation: Conversation) -> dict[str, str]:
        """The conversation's campaign by name; asked once per campaign."""
        campaign_id = conversation.head.campaign_id
        if not campaign_id:
            return {}
        if campaign_id not in self._names:
            campaign = self.session.campaigns.get(campaign_id)
            if campaign is None:
                return {}
            self._names[campaign_id] = campaign.name
        return {campaign_id: self._names[campaign_id]}

    def read_filter(self, text: str) -> Filter:
        """The conditions of the pile and of what is typed."""
        return self.session.conversations.read_filter(text, self.view)

    @property
    def typed(self) -> str:
        """What stands in the filter line."""
        return next((line.value for line in self.query(FilterLine)), "")

    def show_drafted(self, reply_ids: frozenset[str]) -> None:
        """Mark the rows whose answer was begun."""
        if reply_ids != self._drafted:
            self._drafted = reply_ids
            self.table.refresh_rows()
            self.show_detail()

    # Piles

    def show_views(self) -> None:
        """Draw the tabs; free when nothing in them changed."""
        titles = [(view.id, view.title) for view in self.session.views.all()]
        for bar in self.query(ViewsBar):
            bar.show(titles, self.counts, self.view.id)

    def show_view(self, view: View) -> None:
        """Go to another pile, in its order, from its top."""
        self.view = view
        self._top_id = None
        self.session.ui_state.remember(f"{self.AREA.id}.view", view.id)
        self.remove_class("-detail")
        self.table.marks = ()
        self._filter = self.read_filter(self.typed)
        self._sort_by(view.sort)
        self.table.action_first()
        self.table.focus()
        self.show_views()

    def action_view(self, step: int) -> None:
        """The next pile, or the one before."""
        views = self.session.views.all()
        at = next((at for at, view in enumerate(views) if view.id == self.view.id), 0)
        self.show_view(views[(at + step) % len(views)])

    @on(ViewsBar.Picked)
    def go_to_view(self, event: ViewsBar.Picked) -> None:
        """The pile whose tab was clicked."""
        view = self.session.views.get(event.view_id)
        if view is not None:
            self.show_view(view)

    @work(group="view", exclusive=True, exit_on_error=False)
    async def action_keep_view(self) -> None:
        """Keep what is filtered as a pile of one's own."""
        from imail_tui.ui.dialogs.prompt import PromptDialog

        text = f"{self.view.text} {self.typed}".strip()
        title = await self.app.push_screen_wait(
            PromptDialog("Call this pile what?", text=self.typed[:18], note=f"It shows: {text}")
        )
        if title and title.strip():
            self.query_one(FilterLine).value = ""
            self.show_view(self.session.views.save(title.strip(), text, self._sort))

    def action_drop_view(self) -> None:
        """Forget a pile of one's own."""
        if not self.view.own:
            self.say("Everybody has this pile; it stays.")
            return
        title = self.view.title
        self.session.views.remove(self.view.id)
        self.show_view(ALL)
        self.say(f"{title} is no pile any more; its conversations stay.")

    def _look_again(self) -> None:
        self._filter = self.read_filter(self.typed)
        self._show_rows()
        self._count_soon()

    def _count_soon(self) -> None:
        if self._count_timer is None:
            self._count_timer = self.set_timer(COUNT_SECONDS if self.counts else 0.05, self._count)

    def _count(self) -> None:
        self._count_timer = None
        self._read_counts()

    @work(group="counts", exclusive=True, exit_on_error=False)
    async def _read_counts(self) -> None:
        self.counts = await asyncio.to_thread(self.service.counts, self.session.views.all())
        self.show_views()

    # What differs from any list

    def title_note(self) -> str:
        """How many are shown, and in which order."""
        if self.detail_open and self._open_id is not None and self._window is not None:
            place = self._window.position(self._open_id)
            at = "not in this pile any more" if place is None else f"{place + 1:,} of {self.table.total:,}"
            return f"{self.view.title}  {at}"
        marked = f", {len(self.table.marks)} marked" if self.table.marks else ""
        more = "" if self.service.complete or self.typed else "+"
        matching = " matching" if self.typed else ""
        total = f"{count(self.table.total)}{more}{matching}{marked}"
        return f"{self.view.title}  {total}  by {sort_text(self._sort)}{self._news()}"

    def _news(self) -> str:
        """How many rows came above what the person has seen of the top; g goes there."""
        window, table = self._window, self.table
        if window is None or not table.total or self._sort != NEWEST:
            return ""
        if table.cursor_index == 0 or self._top_id is None:
            self._top_id = str(window.rows(0, 1)[0].get("id"))
        above = window.position(self._top_id) or 0
        return f"  ↑ {above:,} new, g" if above else ""

    def empty_text(self) -> str:
        """Each pile has its own."""
        return _EMPTY.get(self.view.id, self.EMPTY)

    @property
    def filtered(self) -> bool:
        """A pile is no filter."""
        return bool(self.typed)

    def action_back(self) -> None:
        """One level back; a pile is no level."""
        if self.problem is None and not self.detail_open and not self.table.marks and not self.typed:
            self.leave()
        else:
            super().action_back()

    def expect(self, ids: frozenset[str]) -> None:
        """What a person just did to these is drawn at once."""
        self._expected |= ids

    def _rows_changed(self, ids: frozenset[str]) -> None:
        super()._rows_changed(ids)
        self._count_soon()
        if ids & self._expected:
            self._expected -= ids
            judged, place = self.table.cursor_id, self.table.cursor_index
            self._flush()
            if judged in ids and judged == self.table.cursor_id and not self.detail_open:
                # It went where it belongs now; whoever works through the pile stays where they are.
                self.table.select_at(place)

    def reveal(self, record_id: str, words: str = "") -> None:
        """Open the conversation a reply belongs to, in whichever pile."""
        found = self.service.of_reply(record_id)
        if found is not None and self.view is not ALL:
            self.show_view(ALL)
        super().reveal(found.id if found is not None else record_id, words)

    @property
    def targets(self) -> tuple[str, ...]:
        """What an act is done to: the marked rows, else the one under the cursor; an open page."""
        marks = () if self.detail_open else tuple(self.table.marks)
        record = self.record
        return marks or ((record.id,) if record is not None else ())

    def told(self, ids: tuple[str, ...]) -> str:
        """Conversations in words: the person, or how many."""
        if len(ids) == 1:
            record = self.service.get(ids[0])
            return who(record.head) if record is not None else "1 conversation"
        return plural(len(ids), "conversation")
