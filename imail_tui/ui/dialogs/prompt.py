"""A question that is answered with one line of text."""

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from imail_tui.domain.text import one_line
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.safe_static import SafeStatic, styled


def _anything(text: str) -> str | None:
    del text
    return None


class PromptDialog(Dialog[str]):
    """Gives the line that was typed. Texts may be foreign."""

    def __init__(
        self,
        title: str,
        *,
        text: str = "",
        note: str = "",
        check: Callable[[str], str | None] = _anything,
        keep: bool = False,
    ) -> None:
        """Typing replaces the `text`, or with `keep` goes on behind it.

        `check` says what is wrong with an answer; None lets it through. It must not wait for anything."""
        super().__init__()
        self._question = title
        self._text = one_line(text)
        self._note = note
        self._check = check
        self._keep = keep

    def compose(self) -> ComposeResult:
        """The question, the field, and room for what is wrong with it."""
        with Vertical(classes="box"):
            yield SafeStatic(self._question, classes="title")
            field = Input(self._text, compact=True, select_on_focus=not self._keep)
            field.cursor_blink = False
            yield field
            yield SafeStatic(styled((self._note or "enter accepts, esc leaves", "$text-muted")), id="note")

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Give the answer, or say what is wrong with it."""
        fault = self._check(event.value)
        if fault is None:
            self.dismiss(event.value)
        else:
            self.query_one("#note", SafeStatic).update(styled((f"! {fault}", "$text-error")))
