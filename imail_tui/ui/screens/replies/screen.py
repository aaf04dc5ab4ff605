"""The replies: who answered, what they mean, and answering them."""

from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.timer import Timer

from imail_tui.domain.shown import plural
from imail_tui.model.conversations import Conversation
from imail_tui.model.outbox import OutboxItem, OutboxState
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.commands.replies import COMMANDS
from imail_tui.ui.screens.replies.triaging import Triaging
from imail_tui.ui.typeahead import opening
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

TICK_SECONDS: Final = 1.0
LOW_BANDWIDTH_TICK_SECONDS: Final = 5.0


class RepliesScreen(Triaging):
    """All conversations of the workspace."""

    GROUP: ClassVar[CommandGroup | None] = COMMANDS

    DEFAULT_CSS = """
    RepliesScreen #sending { display: none; height: 1; padding: 0 1; }
    RepliesScreen #sending.-told { display: block; }
    """

    _tick_timer: Timer | None = None
    _items: tuple[OutboxItem, ...] = ()

    def compose_body(self) -> ComposeResult:
        """What is on its way, and the feed."""
        yield SafeStatic(id="sending")
        yield from super().compose_body()

    def on_mount(self) -> None:
        """Follow the outbox."""
        self._forget_outbox = self.session.outbox.changed.subscribe(self._outbox_changed)
        self._read_outbox()

    def on_unmount(self) -> None:
        """Stop listening."""
        self._forget_outbox()

    # Answering

    @work(group="answer", exclusive=True, exit_on_error=False)
    async def action_answer(self, outside: bool = False) -> None:
        """Write an answer, here or in the person's editor."""
        record = self.record
        if record is not None:
            await self._open_answer(record, outside=outside)

    async def _open_answer(self, record: Conversation, *, outside: bool = False) -> None:
        from imail_tui.ui.screens.replies.answer_screen import AnswerScreen

        with opening(self.app):
            draft = await self.session.outbox.compose(record.reply_id)
        screen = AnswerScreen(self.session, record, draft, self.options)
        # Typed keys belong into the text from now on: the screen is there before the next one is read.
        await self.app.push_screen(screen, lambda _: self._answered(screen.sent))
        if outside:
            screen.action_editor()

    def _answered(self, item: OutboxItem | None) -> None:
        if item is not None and item.problem is not None:
            self.show_problem(item.problem, "send")
        record = self.record
        if item is not None and record is not None:
            self._fetch_thread(record.reply_id)
        self.show_detail()

    @work(group="outbox-dialog", exclusive=True, exit_on_error=False)
    async def action_outbox(self) -> None:
        """Show the outbox; an answer that is opened there goes on in the editor."""
        from imail_tui.ui.screens.replies.outbox_dialog import OutboxDialog

        with opening(self.app):
            items, drafts = await self.session.outbox.items(), await self.session.outbox.drafts()
        reply_id = await self.app.push_screen_wait(OutboxDialog(self.session, items, drafts))
        record = self.service.of_reply(reply_id) if reply_id else None
        if record is not None:
            await self._open_answer(record)

    @work(group="cancel-send", exclusive=True, exit_on_error=False)
    async def action_cancel_send(self) -> None:
        """Stop the latest answer that has not left; its text is a draft again."""
        waiting = self._waiting()
        if not waiting:
            self.say("Nothing is on its way.")
            return
        item = await self.session.outbox.cancel(waiting[0].id)
        self.say(f"Stopped, it is a draft again: {item.to}.")
        record = self.record
        if record is not None and item.reply_id in record.reply_ids:
            self._fetch_thread(record.reply_id)

    # What is on its way

    def _outbox_changed(self, _: None) -> None:
        self._read_outbox()

    @work(group="outbox", exclusive=True, exit_on_error=False)
    async def _read_outbox(self) -> None:
        self._items = tuple(await self.session.outbox.items())
        drafts = await self.session.outbox.drafts()
        self.show_drafted(frozenset(draft.reply_id for draft in drafts))
        self._show_sending()

    @work(group="settle", exclusive=True, exit_on_error=False)
    async def _settle(self) -> None:
        await self.session.outbox.settle()

    def _waiting(self) -> list[OutboxItem]:
        """Answers whose countdown runs, the latest first."""
        now = self.session.now()
        return [item for item in self._items if item.left(now)]

    def _show_sending(self) -> None:
        now = self.session.now()
        waiting = self._waiting()
        due = any(item.state is OutboxState.SCHEDULED and not item.left(now) for item in self._items)
        self._tick(running=bool(waiting) or due)
        if due:
            self._settle()
        failed = [item for item in self._items if item.state in (OutboxState.FAILED, OutboxState.IN_DOUBT)]
        line = self.query_one("#sending", SafeStatic)
        line.set_class(bool(waiting or failed), "-told")
        if waiting:
            left = round(waiting[0].left(now) or 0)
            more = f" and {len(waiting) - 1} more" if len(waiting) > 1 else ""
            line.update(
                styled(
                    (f"⧗ leaves in {left} s  ", "bold $text-warning"),
                    ("c cancels, b outbox   ", "$text-muted"),
                    f"to {waiting[0].to}{more}",
                )
            )
        elif failed:
            told = f"! {plural(len(failed), 'answer')} not sent  "
            line.update(styled((told, "bold $text-error"), ("b says why", "$text-muted")))

    def _tick(self, *, running: bool) -> None:
        """Draw the countdown while one runs, and nothing when none does."""
        if running and self._tick_timer is None:
            seconds = LOW_BANDWIDTH_TICK_SECONDS if self.options.low_bandwidth else TICK_SECONDS
            self._tick_timer = self.set_interval(seconds, self._show_sending)
        elif not running and self._tick_timer is not None:
            self._tick_timer.stop()
            self._tick_timer = None
