"""One step of the guided tour, at the foot of the screen it speaks of."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.safe_static import SafeStatic, styled


class TourDialog(Dialog[int]):
    """Gives how many steps to go on: 1, or -1 for the one before. None: the tour was left."""

    DEFAULT_CSS = """
    TourDialog { align: center bottom; }
    TourDialog .box { width: 76; margin-bottom: 2; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,right", "go(1)", "the next step", show=False, id="tour.next"),
        Binding("b,left", "go(-1)", "the step before", show=False, id="tour.back"),
        Binding("q", "cancel", "leave the tour", show=False, id="tour.leave"),
    ]

    def __init__(self, title: str, text: str, key: str, invitation: str, number: int, of: int) -> None:
        super().__init__()
        self._words = (title, text, invitation)
        self._place = (number, of)
        self._bindings.bind(key, "go(1)", "the next step", show=False)

    def compose(self) -> ComposeResult:
        """What to look at, and the keys that go on."""
        title, text, invitation = self._words
        number, of = self._place
        on = "enter next, " if number < of else ""
        back = "b back, " if number > 1 else ""
        with Vertical(classes="box"):
            yield SafeStatic(styled((title, "bold $text-primary"), (f"  {number}/{of}", "$text-muted")))
            yield SafeStatic(text)
            yield SafeStatic(styled((f"\n{invitation}", "bold"), (f"   {on}{back}esc leaves", "$text-muted")))

    def action_go(self, steps: int) -> None:
        """To another step."""
        self.dismiss(steps)
