"""What all dialogs share: a box in the middle, the way out, and words that are never markup."""

from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer | None]):
    """A box over the screen. The answer None means: left without an answer."""

    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        background: transparent;
        .box {
            width: 64;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            border: round $primary;
            background: $surface;
            padding: 0 1;
        }
        .title { text-style: bold; color: $text-primary; }
        .note { color: $text-muted; }
        Input { border: none; height: 1; padding: 0; background: $panel; }
    }
    Dialog:ansi {
        .box { background: ansi_default; }
        .note { color: ansi_default; text-style: dim; }
        Input { background: ansi_default; text-style: underline; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "leave without an answer", show=False, id="dialog.cancel")
    ]

    def unsaved(self) -> str | None:
        """What would be lost by leaving the app now, in words; None = nothing."""
        return None

    def action_cancel(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
