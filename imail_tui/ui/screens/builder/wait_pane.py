"""The forms of a wait, and of steps that have nothing to write."""

from textual.app import ComposeResult
from textual.widget import Widget

from imail_tui.domain.sequence.delay_text import delay_text, read_delay
from imail_tui.ui.screens.builder.field import Field
from imail_tui.ui.screens.builder.pane import Scribe, StepPane
from imail_tui.ui.widgets.safe_static import SafeStatic, styled


class WaitPane(StepPane):
    """How long."""

    def __init__(self, scribe: Scribe) -> None:
        super().__init__(scribe)
        self.delay = Field("delay", "Wait for")

    def fields(self) -> list[Field]:
        """The one."""
        return [self.delay]

    def compose(self) -> ComposeResult:
        """One line and what it means."""
        yield self.delay
        yield SafeStatic(
            styled(
                ("3 days, 2 business days, 4 hours, 30 minutes. A day is 24 hours; business", "$text-muted")
            ),
        )
        yield SafeStatic(styled(("days are those of the send window.", "$text-muted")))

    def fill(self) -> None:
        """As one would type it."""
        self.delay.show(delay_text(self.step))

    def take(self, field: Field) -> None:
        """Take it once it can be read."""
        try:
            delay, business = read_delay(field.text)
        except ValueError as error:
            field.show_fault(str(error))
            return
        field.show_fault("")
        flagged = True if business else False if "business_days" in self.step else None
        self.write("delay", delay=delay, business_days=flagged)


class PlainPane(StepPane):
    """A step without anything to write: an end, or a kind this version does not know."""

    def compose(self) -> ComposeResult:
        """A few words."""
        yield SafeStatic(id="plain")

    def fill(self) -> None:
        """What it is."""
        kind = self.step.get("type")
        text = (
            "The path ends here. Leads that come to it are done."
            if kind == "end"
            else f"This version does not know steps of the kind {kind!r}. It is kept as it is; E edits it."
        )
        self.query_one("#plain", SafeStatic).update(text)

    def first_widget(self, place: str) -> Widget | None:
        """None."""
        del place
        return None
