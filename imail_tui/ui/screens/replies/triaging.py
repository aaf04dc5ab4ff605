"""Triage: one key says what a reply means, one puts it off, one says it is done and goes on."""

from textual import work

from imail_tui.domain.labels import LABELS, label_of
from imail_tui.domain.shown import moment, plural
from imail_tui.model.conversations import Conversation
from imail_tui.services.triage import Triaged
from imail_tui.ui.screens.asking import confirmed
from imail_tui.ui.screens.replies.reading import Reading


class Triaging(Reading):
    """The acts. Each shows at once and goes back, visibly, if the server refuses."""

    @work(group="label", exit_on_error=False)
    async def action_label(self, label: str) -> None:
        """Label; one that suppresses the address asks first, and so does one that moves leads."""
        ids = self.targets
        if not ids:
            return
        known = LABELS.get(label)
        if known is not None and known.asks_first:
            if await self._may_suppress(ids, label, known.key):
                self.expect(frozenset(ids))
                self._tell(await self.session.triage.unsubscribe(ids), label_of(label).word)
            return
        plan = self.session.moves.plan(label, ids)
        moving = bool(plan) and await self._may_move(label, plan.words)
        self.expect(frozenset(ids))
        triaged = await self.session.triage.label(ids, label)
        self._tell(triaged, label_of(label).word)
        if moving and triaged.done:
            moved = await self.session.moves.carry_out(plan)
            if moved.problem is not None:
                self.show_problem(moved.problem, "label")

    @work(group="label", exit_on_error=False)
    async def action_unlabel(self) -> None:
        """Make it unclassified again."""
        ids = self.targets
        self.expect(frozenset(ids))
        self._tell(await self.session.triage.label(ids, None), "unclassified")

    @work(group="choose", exclusive=True, exit_on_error=False)
    async def action_choose_label(self) -> None:
        """Choose a label from the list of all."""
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog

        choices = [Choice(each.label, f"{each.glyph} {each.word}", keys=each.key) for each in LABELS.values()]
        title = f"What does {self.told(self.targets)} mean?"
        chosen = await self.app.push_screen_wait(PickerDialog(title, choices))
        if chosen is not None:
            self.action_label(chosen)

    def action_done(self) -> None:
        """Say that nothing is left to do and go on to the next, or that something is."""
        ids, record = self.targets, self.record
        if not ids or record is None:
            return
        done = not record.head.done
        if self.detail_open and done:
            self._go_on(record)
        elif done and not self.table.marks:
            self._step_if_it_stays()
        self._mark_done(ids, done)

    @work(group="done", exit_on_error=False)
    async def _mark_done(self, ids: tuple[str, ...], done: bool) -> None:
        self.expect(frozenset(ids))
        self._tell(await self.session.triage.mark_done(ids, done), "done" if done else "open again")

    def _go_on(self, record: Conversation) -> None:
        """Open the next conversation; at the end back to the list."""
        if self.go_beside(1) and self.table.cursor_id != record.id:
            self.open_page()
        else:
            self.action_back()

    def _step_if_it_stays(self) -> None:
        """In a pile that keeps what is done the cursor goes on by itself."""
        if self.view.id in ("all", "automatic") or self.view.own:
            self.table.action_move(1)

    @work(group="read-state", exit_on_error=False)
    async def action_unread(self) -> None:
        """Mark as unread, or as read."""
        ids, record = self.targets, self.record
        pending = self.let_go_of_read()
        if pending is not None and pending.unread and ids == (pending.id,):
            self.say(f"{self.told(ids)}: unread.")
        elif record is not None:
            read = record.unread > 0
            self.expect(frozenset(ids))
            self._tell(await self.session.triage.mark_read(ids, read), "read" if read else "unread")

    @work(group="snooze", exclusive=True, exit_on_error=False)
    async def action_snooze(self) -> None:
        """Put off until a usual time or one that is typed."""
        from imail_tui.ui.dialogs.snooze import SnoozeDialog

        ids, record = self.targets, self.record
        if record is None:
            return
        now = self.session.now()
        until = record.head.snoozed_until
        snoozed = until is not None and until > now
        dialog = SnoozeDialog(self.told(ids), now, self.zone, wake=snoozed)
        answer = await self.app.push_screen_wait(dialog)
        if answer is None:
            return
        if self.detail_open and answer.until is not None:
            self._go_on(record)
        self.expect(frozenset(ids))
        words = "awake" if answer.until is None else f"snoozed until {moment(answer.until)} UTC"
        self._tell(await self.session.triage.snooze(ids, answer.until), words)

    @property
    def zone(self) -> str:
        """The zone in which times are typed."""
        return self.session.workspace_zone

    def _tell(self, triaged: Triaged, words: str) -> None:
        """Say what became of an act: once, however many it was done to."""
        if triaged.problem is not None:
            self.show_problem(triaged.problem, "label")
            if len(triaged.refused) > 1:
                self.say(f"{plural(len(triaged.refused), 'conversation')} could not be changed.")
            self.table.refresh_rows(triaged.refused)
            self.show_detail()
        elif triaged.done:
            self.say(f"{self.told(triaged.done)}: {words} · u undoes")
        if not self.detail_open and self.table.marks and triaged.done:
            self.table.marks = self.table.marks - frozenset(triaged.done)
            self.show_title()

    async def _may_suppress(self, ids: tuple[str, ...], label: str, key: str) -> bool:
        return await confirmed(
            self.app,
            f"Label {self.told(ids)} as {label_of(label).word}?",
            "Suppress",
            (f"{plural(len(ids), 'address')} will be suppressed: no campaign writes there again.",),
            trigger=key,
            live=self.session.status.mode != "test",
        )

    async def _may_move(self, label: str, moves: tuple[str, ...]) -> bool:
        return await confirmed(
            self.app,
            f"The label {label_of(label).word} also moves leads",
            "Move",
            (*moves, "Cancel labels without moving."),
            trigger=LABELS[label].key if label in LABELS else "l",
            live=self.session.status.mode != "test",
        )
