"""Two versions of one thing side by side: which value shall hold where they differ."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from imail_tui.domain.leads.editing import Clash
from imail_tui.domain.text import one_line
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Cell, ListedRows, Row
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

_ROWS_MOST: Final = 10
_HOLDS: Final = "» "


class SidesDialog(Dialog[frozenset[str]]):
    """Gives the names where the other side's value shall hold. Texts may be foreign."""

    DEFAULT_CSS = """
    SidesDialog {
        .box { width: 110; }
        LineTable { width: 1fr; }
        #both { height: auto; max-height: 6; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "turn", "the other one", show=False, id="sides.turn", priority=True),
        Binding("t", "turn_all", "all the other way", show=False, id="sides.turn-all"),
        Binding("ctrl+s", "take", "go on with this", show=False, id="sides.take", priority=True),
        Binding("q", "cancel", "leave", show=False, id="sides.leave"),
    ]

    def __init__(
        self, title: str, clashes: Sequence[Clash], *, told: str = "", names: tuple[str, str] = ("", "")
    ) -> None:
        """`names` are those of the two sides: what was typed here, and what the server has."""
        super().__init__()
        self._question, self._told = title, told
        self._clashes = tuple(clashes)
        self._mine, self._theirs = names[0] or "Here", names[1] or "On the server"
        self._server: set[str] = set()

    def compose(self) -> ComposeResult:
        """What clashes, both values of the one under the cursor, and the keys."""
        columns = (
            Column("name", "Field", 12, weight=1, max_width=24),
            Column("mine", self._mine, 18, weight=2),
            Column("theirs", self._theirs, 18, weight=2),
        )
        with Vertical(classes="box"):
            yield SafeStatic(self._question, classes="title")
            if self._told:
                yield SafeStatic(styled((self._told, "$text-muted")))
            table = LineTable(columns)
            table.styles.height = 1 + min(len(self._clashes), _ROWS_MOST)
            yield table
            yield SafeStatic(id="both")
            yield SafeStatic(
                f"{_HOLDS}holds · space turns it, t turns all · ctrl+s saves · esc changes nothing",
                classes="note",
            )

    def on_mount(self) -> None:
        """What was typed here holds, until somebody says otherwise."""
        self._show()
        self.query_one(LineTable).focus()

    def action_turn(self) -> None:
        """The other one shall hold."""
        clash = self._here()
        if clash is not None:
            self._server ^= {clash.name}
            self._show()

    def action_turn_all(self) -> None:
        """All of the server, or all of what was typed here."""
        every = {clash.name for clash in self._clashes}
        self._server = set() if self._server == every else every
        self._show()

    def action_take(self) -> None:
        """Give the choice."""
        self.dismiss(frozenset(self._server))

    @on(LineTable.Highlighted)
    def explain(self) -> None:
        """Both values whole: a cell may be too short for them."""
        clash = self._here()
        if clash is None:
            return
        lines = [
            styled((f"{who}: ", "$text-muted"), one_line(value, limit=300))
            for who, value in ((self._mine, clash.mine), (self._theirs, clash.theirs))
        ]
        self.query_one("#both", SafeStatic).update(Content("\n").join(lines))

    def _here(self) -> Clash | None:
        row_id = self.query_one(LineTable).cursor_id
        return next((clash for clash in self._clashes if clash.name == row_id), None)

    def _show(self) -> None:
        self.query_one(LineTable).show(ListedRows([self._row(clash) for clash in self._clashes]))
        self.explain()

    def _row(self, clash: Clash) -> Row:
        theirs = clash.name in self._server
        return Row(
            clash.name,
            {
                "name": clash.name,
                "mine": _cell(clash.mine, holds=not theirs),
                "theirs": _cell(clash.theirs, holds=theirs),
            },
        )


def _cell(value: str, *, holds: bool) -> Cell:
    return Cell(f"{_HOLDS if holds else '  '}{value}", "strong" if holds else "muted")
