"""Writing an answer: who it goes to, from which inbox, and the text above what is answered."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.timer import Timer
from textual.widgets import TextArea

from imail_tui.domain.marks import inbox_is, inbox_mark
from imail_tui.domain.shown import plural
from imail_tui.model.conversations import Conversation
from imail_tui.model.outbox import OutboxItem, ReplyDraft
from imail_tui.model.problem import Problem
from imail_tui.services.session import Session
from imail_tui.ui.areas import Area
from imail_tui.ui.commands.answer import COMMANDS
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.commands.keymap import split_keys
from imail_tui.ui.editor import EditorFailed, edit_text
from imail_tui.ui.options import UiOptions
from imail_tui.ui.screens.base import AreaScreen
from imail_tui.ui.screens.replies.rows import who
from imail_tui.ui.typeahead import opening
from imail_tui.ui.widgets.copy_editor import CopyEditor
from imail_tui.ui.widgets.detail import fact, page, state
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

KEEP_SECONDS: Final = 0.5
"""Rest after the last letter before the draft is kept."""
_VARIABLES: Final = ("first_name", "last_name", "company", "title", "inbox_name")


class AnswerScreen(AreaScreen):
    """One answer. It is kept as a draft while it is written; esc goes back and keeps it.

    `sent`: what went into the outbox, None while nothing did.
    """

    AREA: ClassVar[Area] = Area("answer", "Answer", "", "")
    GROUP: ClassVar[CommandGroup | None] = COMMANDS
    AUTO_FOCUS: ClassVar[str | None] = "CopyEditor"

    DEFAULT_CSS = """
    AnswerScreen {
        #facts { height: auto; padding: 0 1; }
        #editor { margin: 0 1; min-height: 5; }
    }
    """

    session: Session

    def __init__(
        self,
        session: Session,
        conversation: Conversation,
        draft: ReplyDraft,
        options: UiOptions | None = None,
    ) -> None:
        super().__init__(session, options)
        self.draft = draft
        self.sent: OutboxItem | None = None
        self._conversation = conversation
        self._begun_with = draft
        self._warnings: list[Problem] = []
        self._warned = False
        self._timer: Timer | None = None
        self._gone = False
        self._sending = False

    def compose_body(self) -> ComposeResult:
        """Facts and text."""
        yield SafeStatic(id="facts")
        yield CopyEditor(id="editor")

    def on_mount(self) -> None:
        """Show the draft as it was left, the cursor where one writes."""
        self.editor.words = _VARIABLES
        self.editor.quoted_from = quoted_from
        self.editor.show(self.draft.text)
        self.editor.move_cursor(_end_of_own(self.draft.text))
        self.show_facts()
        self._look_for_warnings()

    @property
    def editor(self) -> CopyEditor:
        """The text."""
        return self.query_one(CopyEditor)

    def title_note(self) -> str:
        """To whom."""
        head = self._conversation.head
        name = who(head)
        return f"to {name}" if name == head.sender else f"to {name} <{head.sender}>"

    def hints(self) -> Iterable[tuple[str, str]]:
        """The keys that work while one types, and the way back."""
        keymap = self.options.keymap
        for command in COMMANDS.commands:
            keys = split_keys(keymap.get(command.id, command.keys))
            if command.hint and keys:
                yield keys[0], command.hint
        yield "esc", "back, kept"

    def data_age(self) -> float | None:
        """Nothing here gets old."""
        return 0.0

    # Keeping

    @on(TextArea.Changed)
    def typed(self, event: TextArea.Changed) -> None:
        """Keep what was typed when the person pauses."""
        event.stop()
        self._warned = False
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(KEEP_SECONDS, self.keep_soon)

    def keep_soon(self) -> None:
        """Keep the draft in the background."""
        self._keep_in_background()

    @work(group="keep", exit_on_error=False)
    async def _keep_in_background(self) -> None:
        await self.keep()

    async def keep(self) -> None:
        """Keep the draft, on disk when this returns; free when nothing changed."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.editor.is_pending and not self._gone:
            self.draft = replace(self.draft, text=self.editor.text)
            self.editor.settle()
            self.draft = await self.session.outbox.save(self.draft)
            self.show_facts()

    def leave(self) -> None:
        """Back to the conversation; the draft stays, one without a word does not."""
        if self._sending:
            self.say("It is on its way; one moment.")
        else:
            self._leave()

    @work(group="leave", exclusive=True, exit_on_error=False)
    async def _leave(self) -> None:
        await self.keep()
        self._gone = True
        if own_words(self.draft.text) == 0:
            await self.session.outbox.drop(self.draft.reply_id)
        self.dismiss()

    # Commands

    def action_send(self) -> None:
        """Into the outbox; what speaks against it is said first, and the same key again sends.

        While a slow server takes it, another press is no second answer.
        """
        if not self._sending:
            self._send()

    @work(group="send", exclusive=True, exit_on_error=False)
    async def _send(self) -> None:
        await self.keep()
        self._warnings = await self._found_warnings()
        if self._warnings and not self._warned:
            self._warned = True
            self.show_facts()
            self.say("Read the warning; the same key again sends all the same.")
            return
        self._sending = True
        self.say("Sending …")
        try:
            self.sent = await self.session.outbox.send(self.draft)
        finally:
            self._sending = False
        self._gone = True
        self.dismiss()

    @work(group="snippet", exclusive=True, exit_on_error=False)
    async def action_snippet(self) -> None:
        """Put a snippet in at the cursor."""
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog

        with opening(self.app):
            snippets = await self.session.answers.snippets()
        choices = [
            Choice(str(place), snippet.name, note=" ".join(snippet.text.split())[:80])
            for place, snippet in enumerate(snippets)
        ]
        empty = f"No snippets yet: each is a text file in\n{self.session.answers.folder}."
        chosen = await self.app.push_screen_wait(PickerDialog("Which snippet?", choices, empty=empty))
        if chosen is not None:
            draft = self.draft
            text = snippets[int(chosen)].text
            filled = self.session.answers.fill(text, draft.reply_id, draft.inbox_id)
            self.editor.insert(filled.text)
            if filled.unresolved:
                self.say(f"Not known of this lead: {', '.join(filled.unresolved)}.")

    @work(group="inbox", exclusive=True, exit_on_error=False)
    async def action_choose_inbox(self) -> None:
        """Send from another inbox."""
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog

        choices = [
            Choice(
                inbox.id,
                inbox.email,
                note=str(inbox_mark(inbox.status or "")),
                impossible=None if inbox.status == "connected" else f"it {inbox_is(inbox.status)}",
            )
            for inbox in self.session.inboxes.all()
        ]
        at = self.draft.inbox_id
        chosen = await self.app.push_screen_wait(PickerDialog("Send from which inbox?", choices, at=at))
        if chosen is not None:
            await self.keep()
            self.draft = await self.session.outbox.save(replace(self.draft, inbox_id=chosen))
            self._warned = False
            self.show_facts()
            self._look_for_warnings()

    def action_editor(self) -> None:
        """Go on in the person's own editor."""
        try:
            text = edit_text(self.app, self.editor.text, ".txt")
        except EditorFailed as error:
            self.say(f"{error}")
            return
        if text is not None:
            self.editor.text = text

    @work(group="leave", exclusive=True, exit_on_error=False)
    async def action_drop(self) -> None:
        """Forget it."""
        self._gone = True
        await self.session.outbox.drop(self.draft.reply_id)
        self.dismiss()

    @work(group="warnings", exclusive=True, exit_on_error=False)
    async def _look_for_warnings(self) -> None:
        self._warnings = await self._found_warnings()
        self.show_facts()

    async def _found_warnings(self) -> list[Problem]:
        return await self.session.answers.warnings(self.draft, await self.session.outbox.items())

    # Showing

    def show_facts(self) -> None:
        """From, subject, how much is written, and what speaks against sending it."""
        head = self._conversation.head
        inbox_id = self.draft.inbox_id or head.inbox_id
        inbox = self.session.inboxes.get(inbox_id) if inbox_id else None
        wrote = inbox_id == head.inbox_id
        mark = state(inbox_mark(inbox.status or "")) if inbox is not None else Content()
        address = inbox.email if inbox is not None else inbox_id or "no inbox; ctrl+r chooses one"
        subject = head.subject or ""
        subject = subject if subject.casefold().startswith("re:") else f"Re: {subject}"
        kept = "draft kept" if self.draft.saved_at else "not begun"
        about = f"   {plural(own_words(self.editor.text), 'word')}, {kept}"
        lines = [
            fact(
                "From",
                styled((address, "bold"), "  "),
                mark,
                styled(("" if wrote else "  not the inbox that wrote", "$text-warning")),
            ),
            fact("Subject", subject),
            fact("", styled((about.strip(), "$text-muted"))),
            *(styled((f"! {warning.at('').sentence()}", "$text-warning")) for warning in self._warnings),
        ]
        for facts in self.query("#facts").results(SafeStatic):
            facts.update(page(lines))


def quoted_from(lines: Sequence[str]) -> int:
    """The first line of what is quoted, how many there are where nothing is."""
    return next((at for at, line in enumerate(lines) if line.startswith((">", "On "))), len(lines))


def _end_of_own(text: str) -> tuple[int, int]:
    """Line and column behind what was written above the quote."""
    lines = text.split("\n")
    row = quoted_from(lines)
    while row and not lines[row - 1].strip():
        row -= 1
    return (row - 1, len(lines[row - 1])) if row else (0, 0)


def own_text(text: str) -> str:
    """An answer without what it quotes, in one line."""
    return " ".join(" ".join(line for line in text.split("\n") if not line.startswith((">", "On "))).split())


def own_words(text: str) -> int:
    """Words of an answer that are not quoted."""
    return len(own_text(text).split())
