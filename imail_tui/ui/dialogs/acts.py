"""What was done in this run: which of it can be taken back, and why the rest cannot."""

from collections.abc import Callable
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from imail_tui.model.acts import Done
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Cell, ListedRows, Row
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

_COLUMNS: Final = (
    Column("back", "", 8),
    Column("at", "UTC", 5, priority=1),
    Column("what", "What was done", 30, weight=1),
)
_ROWS_MOST: Final = 12


class ActsDialog(Dialog[str]):
    """Gives the id of the act to take back."""

    DEFAULT_CSS = """
    ActsDialog {
        .box { width: 90; }
        LineTable { width: 1fr; }
        #why { height: 2; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,Z", "cancel", "close", show=False, id="acts.close")]

    def __init__(self, look: Callable[[], tuple[Done, ...]]) -> None:
        """`look` gives what was done, the latest first. Texts may be foreign."""
        super().__init__()
        self._done = look()

    def compose(self) -> ComposeResult:
        """The acts, why the one under the cursor cannot be taken back, and the keys."""
        with Vertical(classes="box"):
            yield SafeStatic("Done in this run", classes="title")
            table = LineTable(_COLUMNS, empty="Nothing was done in this run, or all of it was undone.")
            table.styles.height = 1 + max(1, min(len(self._done), _ROWS_MOST))
            yield table
            yield SafeStatic(id="why")
            yield SafeStatic("enter undoes it, esc closes", classes="note")

    def on_mount(self) -> None:
        """Begin at the latest that can be taken back."""
        table = self.query_one(LineTable)
        table.show(ListedRows([_row(done) for done in self._done]))
        table.focus()
        first = next((done.id for done in self._done if not done.why_not), None)
        if first is not None:
            table.select(first)
        self.explain()

    @on(LineTable.Highlighted)
    def explain(self) -> None:
        """Why it cannot be taken back."""
        done = self._here()
        text = f"For good: {done.why_not}." if done is not None and done.why_not else ""
        self.query_one("#why", SafeStatic).update(styled((text, "$text-muted")))

    @on(LineTable.Opened)
    def take(self) -> None:
        """Give the act under the cursor, or say that it stays."""
        done = self._here()
        if done is None:
            return
        if done.why_not:
            text = styled((f"! For good: {done.why_not}.", "$text-warning"))
            self.query_one("#why", SafeStatic).update(text)
        else:
            self.dismiss(done.id)

    def _here(self) -> Done | None:
        row_id = self.query_one(LineTable).cursor_id
        return next((done for done in self._done if done.id == row_id), None)


def _row(done: Done) -> Row:
    back = Cell("for good", "muted") if done.why_not else Cell("↶ undo", "good")
    return Row(done.id, {"back": back, "at": f"{done.at:%H:%M}", "what": done.title})
