"""Choosing any number of things from a list."""

from collections.abc import Collection, Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import ListedRows, Row
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

_COLUMNS: Final = (Column("title", "", 20, weight=1),)
_ROWS_MOST: Final = 14


class SeveralDialog(Dialog[tuple[str, ...]]):
    """Gives the chosen ones in the order of the list, at least one. Texts may be foreign."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "all", "all or none", show=False, id="several.all"),
        Binding("q", "cancel", "leave", show=False, id="several.leave"),
    ]

    def __init__(self, title: str, choices: Sequence[str], chosen: Collection[str]) -> None:
        """`choices` are their own ids."""
        super().__init__()
        self._question = title
        self._choices = tuple(choices)
        self._chosen = frozenset(chosen)

    def compose(self) -> ComposeResult:
        """The title, the list and the keys."""
        with Vertical(classes="box"):
            yield SafeStatic(self._question, classes="title")
            table = LineTable(_COLUMNS, marks=True)
            table.styles.height = 1 + min(len(self._choices), _ROWS_MOST)
            yield table
            yield SafeStatic(
                "space chooses, a all or none, enter accepts, esc leaves", id="note", classes="note"
            )

    def on_mount(self) -> None:
        """Show which are chosen."""
        table = self.query_one(LineTable)
        table.show(ListedRows([Row(each, {"title": each}) for each in self._choices]))
        table.marks = self._chosen & frozenset(self._choices)
        table.focus()

    @on(LineTable.Opened)
    def take(self) -> None:
        """Give the answer, or say that there is none."""
        marks = self.query_one(LineTable).marks
        if marks:
            self.dismiss(tuple(each for each in self._choices if each in marks))
        else:
            text = styled(("! Choose at least one with space.", "$text-error"))
            self.query_one("#note", SafeStatic).update(text)

    def action_all(self) -> None:
        """Choose all, or none where all are chosen."""
        table = self.query_one(LineTable)
        every = frozenset(self._choices)
        table.marks = frozenset() if table.marks == every else every
