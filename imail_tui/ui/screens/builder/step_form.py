"""The right side of the builder: one step, ready to be written."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input

from imail_tui.domain.sequence.drawing import GLYPHS, UNKNOWN_GLYPH
from imail_tui.domain.sequence.lint.finding import Finding
from imail_tui.domain.sequence.ways import RawStep, id_of
from imail_tui.ui.screens.builder.condition_pane import ConditionPane
from imail_tui.ui.screens.builder.context import StepContext
from imail_tui.ui.screens.builder.mail_pane import MailPane
from imail_tui.ui.screens.builder.pane import Scribe, StepPane
from imail_tui.ui.screens.builder.wait_pane import PlainPane, WaitPane
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

_FINDINGS_MOST = 4
_KINDS = {"email": "mail", "wait": "wait", "condition": "condition", "end": "end"}


class StepForm(Vertical):
    """Shows a step; what is typed is told to the scribe."""

    DEFAULT_CSS = """
    StepForm { padding: 0 1; }
    StepForm #step-title { height: 1; }
    StepForm #step-findings { height: auto; max-height: 6; }
    """

    def __init__(self, scribe: Scribe, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._step: RawStep | None = None
        self._panes: dict[str, StepPane] = {
            "email": MailPane(scribe),
            "wait": WaitPane(scribe),
            "condition": ConditionPane(scribe),
        }
        self._plain = PlainPane(scribe)

    def compose(self) -> ComposeResult:
        """Title, one pane on show, findings."""
        yield SafeStatic(id="step-title")
        yield from self._panes.values()
        yield self._plain
        yield SafeStatic(id="step-findings")

    @property
    def pane(self) -> StepPane | None:
        """The pane on show."""
        return None if self._step is None else self._pane_of(self._step)

    @property
    def writing(self) -> bool:
        """Whether keys go into one of its fields."""
        focused = self.screen.focused
        return focused is not None and self in focused.ancestors

    @property
    def unread(self) -> str | None:
        """A field that holds something that could not be taken, with what is wrong."""
        pane = self.pane
        return None if pane is None else next((field.text for field in pane.fields() if field.is_wrong), None)

    def take_typed(self) -> None:
        """Take down what was typed and is not taken yet."""
        pane = self.pane
        if pane is not None:
            pane.take_typed()

    def leave(self) -> None:
        """Take down everything: the keys go elsewhere."""
        if self.pane is not None:
            self.pane.leave()

    def show(self, step: RawStep | None, context: StepContext) -> None:
        """Show a step, None = nothing."""
        fresh = step is not None and (self._step is None or id_of(self._step) != id_of(step))
        self._step = step
        pane = self.pane
        for other in (*self._panes.values(), self._plain):
            other.display = other is pane
        title = self.query_one("#step-title", SafeStatic)
        if step is None or pane is None:
            title.update("")
            return
        kind = str(step.get("type"))
        glyph = GLYPHS.get(kind, UNKNOWN_GLYPH)
        title.update(
            styled(
                (f"{glyph} {id_of(step)}", "bold"),
                (f"  {_KINDS.get(kind, kind)}, step {context.number}", "$text-muted"),
            )
        )
        if fresh:
            pane.drop()
            if isinstance(pane, MailPane):
                pane.wording = 0
        pane.show(step, context)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """What is wrong with the step on show, the worst first."""
        pieces: list[str | tuple[str, str]] = []
        for finding in findings[:_FINDINGS_MOST]:
            sign, style = ("✗", "$text-error") if finding.severity == "error" else ("!", "$text-warning")
            pieces += [(f"{sign} {finding.code}: {finding.message}\n", style)]
        if len(findings) > _FINDINGS_MOST:
            pieces.append((f"  {len(findings) - _FINDINGS_MOST} more: ! lists all", "$text-muted"))
        self.query_one("#step-findings", SafeStatic).update(styled(*pieces))

    def write_at(self, place: str = "") -> bool:
        """Put the keys into the field of a place in the step's JSON, else the first; False if it has none."""
        widget: Widget | None = None if self.pane is None else self.pane.first_widget(place)
        if widget is None:
            return False
        # At once, not when the queue comes to it: the next letter belongs here.
        self.screen.set_focus(widget)
        if isinstance(widget, Input):
            widget.cursor_position = len(widget.value)
        return True

    def _pane_of(self, step: RawStep) -> StepPane:
        return self._panes.get(str(step.get("type")), self._plain)
