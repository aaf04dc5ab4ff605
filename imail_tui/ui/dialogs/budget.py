"""The request budget, live while it is open."""

from collections.abc import Callable
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from imail_tui.domain.budget_text import budget_facts
from imail_tui.domain.text import one_line
from imail_tui.model.status import BudgetDetail
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.detail import TONE_STYLES, fact, page
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

LOOK_SECONDS: Final = 1.0


class BudgetDialog(Dialog[None]):
    """A page of facts that is looked at again every second."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,q", "cancel", "close", show=False, id="budget.close")
    ]

    def __init__(self, look: Callable[[], BudgetDetail]) -> None:
        super().__init__()
        self._look = look

    def compose(self) -> ComposeResult:
        """The title, the facts, the way out."""
        with Vertical(classes="box"):
            yield SafeStatic("Request budget", classes="title")
            yield SafeStatic(_page(self._look()), id="facts")
            yield SafeStatic("esc closes", classes="note")

    def on_mount(self) -> None:
        """Stay up to date."""
        self.set_interval(LOOK_SECONDS, self._refresh)

    def _refresh(self) -> None:
        self.query_one("#facts", SafeStatic).update(_page(self._look()))


def _page(detail: BudgetDetail) -> Content:
    return page(
        fact(name, styled((one_line(text), TONE_STYLES[tone]))) for name, text, tone in budget_facts(detail)
    )
