"""The question before something that cannot simply be taken back."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.safe_static import SafeStatic, styled


@dataclass(frozen=True, slots=True)
class Danger:
    """What is about to happen. Texts may be foreign.

    `lines` say how many leads, mails or rows it touches; `verb` is the word on the button; `trigger` the keys
    that led here, none of which may confirm; `live` whether real people are at the other end (None: it does
    not matter, as for leaving the app).
    """

    title: str
    verb: str
    lines: tuple[str, ...] = ()
    live: bool | None = None
    trigger: tuple[str, ...] = ()

    @property
    def confirm_key(self) -> str:
        """The key that confirms at once: never one that opened the dialog."""
        return next(key for key in ("y", "c", "f10") if key not in self.trigger)


class ConfirmDialog(Dialog[bool]):
    """Gives True only when the person chose the verb. Enter alone cancels."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,right,tab,shift+tab", "other", "the other answer", show=False, id="confirm.other"),
        Binding("enter", "choose", "take the answer that is marked", show=False, id="confirm.choose"),
        Binding("n,q", "cancel", "leave everything as it is", show=False, id="confirm.no"),
    ]

    def __init__(self, danger: Danger) -> None:
        super().__init__()
        self._danger = danger
        self._on_verb = False
        self._bindings.bind(danger.confirm_key, "confirm", danger.verb, show=False)

    def compose(self) -> ComposeResult:
        """The question, what it touches, where, and the two answers."""
        danger = self._danger
        with Vertical(classes="box"):
            yield SafeStatic(danger.title, classes="title")
            if danger.lines:
                yield SafeStatic("\n".join(danger.lines), id="lines")
            if danger.live is not None:
                yield SafeStatic(_where(danger.live), id="where")
            yield SafeStatic(self._answers(), id="answers")

    def action_other(self) -> None:
        """Mark the other answer."""
        self._on_verb = not self._on_verb
        self.query_one("#answers", SafeStatic).update(self._answers())

    def action_choose(self) -> None:
        """Take the marked answer."""
        self.dismiss(self._on_verb)

    def action_confirm(self) -> None:
        """Take the verb."""
        self.dismiss(True)

    def action_cancel(self) -> None:
        """Leave everything as it is."""
        self.dismiss(False)

    def _answers(self) -> Content:
        cancel, verb = "Cancel", f"{self._danger.verb} ({self._danger.confirm_key})"
        if self._on_verb:
            return styled(f"\n  {cancel}   ", (f"▌{verb} ", "bold reverse $text-error"))
        return styled("\n", (f"▌{cancel} ", "bold reverse"), f"   {verb}")


def _where(live: bool) -> Content:
    if live:
        return styled(("LIVE", "bold reverse $text-warning"), " workspace: this reaches real people.")
    return styled(("TEST", "bold"), " workspace: nothing is really sent.")
