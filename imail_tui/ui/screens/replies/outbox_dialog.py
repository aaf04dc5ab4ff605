"""The outbox: answers that wait for their countdown, drafts, and what failed and why."""

import os
from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from imail_tui.api.errors import ApiError
from imail_tui.domain.marks import Mark
from imail_tui.domain.shown import ago
from imail_tui.model.outbox import OutboxItem, OutboxState, ReplyDraft
from imail_tui.services.outbox import AnswerRefused
from imail_tui.services.session import Session
from imail_tui.ui import terminal
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.screens.replies.answer_screen import own_text
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Cell, ListedRows, Row
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

LOOK_SECONDS: Final = 1.0
_COLUMNS: Final = (
    Column("state", "", 16),
    Column("to", "To", 22, weight=1, max_width=34),
    Column("text", "Text", 20, weight=2, priority=1),
)
_ROWS_MOST: Final = 12

MARKS: Final = {
    OutboxState.SENDING: Mark("◌", "sending", "watch"),
    OutboxState.SCHEDULED: Mark("⧗", "leaves", "watch"),
    OutboxState.SENT: Mark("✓", "sent", "good"),
    OutboxState.CANCELLED: Mark("‖", "cancelled", "muted"),
    OutboxState.FAILED: Mark("!", "not sent", "stop"),
    OutboxState.IN_DOUBT: Mark("?", "in doubt", "watch"),
}


class OutboxDialog(Dialog[str]):
    """Gives the id of a reply whose answer is to be opened."""

    DEFAULT_CSS = """
    OutboxDialog {
        .box { width: 100; }
        LineTable { width: 1fr; }
        #about { max-height: 6; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "cancel_item", "cancel sending", show=False, id="outbox.cancel"),
        Binding("r", "retry", "try again", show=False, id="outbox.retry"),
        Binding("x", "forget", "forget", show=False, id="outbox.forget"),
        Binding("y", "copy", "copy the reason and its request id", show=False, id="outbox.copy"),
        Binding("q,b", "cancel", "close", show=False, id="outbox.close"),
    ]

    def __init__(self, session: Session, items: Sequence[OutboxItem], drafts: Sequence[ReplyDraft]) -> None:
        """`items` and `drafts` as the outbox has them now."""
        super().__init__()
        self._session = session
        self._items = items
        self._drafts = drafts
        self._told = ""

    def compose(self) -> ComposeResult:
        """The rows, what is known about the one under the cursor, and the keys."""
        with Vertical(classes="box"):
            yield SafeStatic("Outbox", classes="title")
            table = LineTable(_COLUMNS, empty="Nothing is on its way, and no draft is kept.")
            table.styles.height = 1 + max(3, min(len(self._items) + len(self._drafts), _ROWS_MOST))
            yield table
            yield SafeStatic(id="about")
            keys = "enter opens, c cancels, r sends again, x forgets, y copies why, esc closes"
            yield SafeStatic(keys, classes="note")

    def on_mount(self) -> None:
        """Stay up to date: countdowns run."""
        self._forget = self._session.outbox.changed.subscribe(self._outbox_changed)
        self._show()
        self.query_one(LineTable).focus()
        self.set_interval(LOOK_SECONDS, self._show)

    def on_unmount(self) -> None:
        """Stop listening."""
        self._forget()

    def _outbox_changed(self, _: None) -> None:
        self._read()

    @work(group="read", exclusive=True)
    async def _read(self) -> None:
        self._items = await self._session.outbox.items()
        self._drafts = await self._session.outbox.drafts()
        self._show()

    @on(LineTable.Highlighted)
    def about(self) -> None:
        """All about the row under the cursor."""
        item, draft = self._item, self._draft
        text, style = "", "$text-muted"
        if item is not None:
            text = item.problem.sentence() if item.problem is not None else own_text(item.text)
            if item.problem is not None:
                style = "$text-error"
        elif draft is not None:
            text = own_text(draft.text)
        self.query_one("#about", SafeStatic).update(styled((self._told, "$text-warning"), (text, style)))
        self._told = ""

    @on(LineTable.Opened)
    def open(self) -> None:
        """Open the answer in the editor, as far as it has not left."""
        item, draft = self._item, self._draft
        if draft is not None:
            self.dismiss(draft.reply_id)
        elif item is not None and item.state in (OutboxState.FAILED, OutboxState.CANCELLED):
            self.dismiss(item.reply_id)
        elif item is not None:
            self._tell("It is sent. " if item.state is OutboxState.SENT else "c cancels it first. ")

    @work(group="act", exclusive=True)
    async def action_cancel_item(self) -> None:
        """Stop it."""
        item = self._item
        if item is None:
            self._tell("It is not on its way. ")
        else:
            await self._try(self._session.outbox.cancel(item.id))

    @work(group="act", exclusive=True)
    async def action_retry(self) -> None:
        """Send it again."""
        item = self._item
        if item is None:
            self._tell("enter opens a draft. ")
        else:
            await self._try(self._session.outbox.retry(item.id))

    @work(group="act", exclusive=True)
    async def action_forget(self) -> None:
        """Take it off the list."""
        item, draft = self._item, self._draft
        if draft is not None:
            await self._try(self._session.outbox.drop(draft.reply_id))
        elif item is not None:
            await self._try(self._session.outbox.forget(item.id))

    async def _try(self, act: Awaitable[object]) -> None:
        """Carry something out; a refusal is said here."""
        try:
            await act
        except (AnswerRefused, ApiError) as error:
            self._tell(f"{error.problem.sentence()} ")

    @work(group="copy")
    async def action_copy(self) -> None:
        """The reason with its request id, else the text."""
        item, draft = self._item, self._draft
        if item is not None and item.problem is not None:
            text = item.problem.request_id or item.problem.sentence()
        else:
            text = item.text if item is not None else draft.text if draft is not None else ""
        if text:
            self._tell(f"{await terminal.copy_text(self.app, text, os.environ)}. ")

    def _tell(self, text: str) -> None:
        self._told = text
        self.about()

    @property
    def _item(self) -> OutboxItem | None:
        row = self.query_one(LineTable).cursor_id
        return next((item for item in self._items if item.id == row), None)

    @property
    def _draft(self) -> ReplyDraft | None:
        row = self.query_one(LineTable).cursor_id
        return next((draft for draft in self._drafts if f"draft {draft.reply_id}" == row), None)

    def _show(self) -> None:
        now = self._session.now()
        rows = [_item_row(item, now) for item in self._items]
        rows += [_draft_row(draft, self._recipient(draft)) for draft in self._drafts]
        for table in self.query(LineTable):
            table.show(ListedRows(rows))
            self.about()

    def _recipient(self, draft: ReplyDraft) -> str:
        reply = self._session.replies.get(draft.reply_id)
        return draft.reply_id if reply is None else reply.sender


def _item_row(item: OutboxItem, now: datetime) -> Row:
    mark = MARKS[item.state]
    left = item.left(now)
    told = str(mark) if left is None else f"{mark} in {round(left)} s"
    if item.state is OutboxState.SENT:
        told = f"{mark} {ago(item.send_at, now)}"
    text = Cell(own_text(item.text), "muted")
    return Row(item.id, {"state": Cell(told, mark.tone), "to": item.to, "text": text})


def _draft_row(draft: ReplyDraft, to: str) -> Row:
    text = Cell(own_text(draft.text), "muted")
    return Row(f"draft {draft.reply_id}", {"state": Cell("✎ draft", "watch"), "to": to, "text": text})
