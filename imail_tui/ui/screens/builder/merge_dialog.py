"""A draft and a server that both moved: what each says, and which one shall hold."""

import json
from collections.abc import Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from imail_tui.domain.campaign_files.merging import Conflict
from imail_tui.domain.sequence.diff import Change, words_changed
from imail_tui.domain.shown import plural
from imail_tui.domain.text import one_line
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.detail_pane import DetailPane
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Cell, ListedRows, Row
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

_COLUMNS: Final = (
    Column("place", "Where both changed it", 20, weight=1),
    Column("holds", "What shall hold", 15, max_width=15),
)
_MARKS: Final = {
    "same": ("", "", ""),
    "gone": ("[-", "-]", "strike $text-error"),
    "new": ("{+", "+}", "underline $text-success"),
}
"""As `git diff --word-diff` does: many terminals strike nothing through."""


class MergeDialog(Dialog[frozenset[str]]):
    """Gives the places where the server's value shall hold; everywhere else the draft's does."""

    DEFAULT_CSS = """
    MergeDialog .box { width: 100; height: 100%; max-height: 40; }
    MergeDialog DetailPane { height: 1fr; background: $panel; }
    MergeDialog:ansi DetailPane { background: ansi_default; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,t", "turn", "the other one", show=False, id="merge.turn", priority=True),
        Binding("ctrl+s", "take", "go on with this", show=False, id="merge.take", priority=True),
        Binding("q", "cancel", "leave", show=False, id="merge.leave"),
    ]

    def __init__(self, conflicts: Sequence[Conflict], theirs: Sequence[Change]) -> None:
        """`theirs` is what the server changed since the draft began; what does not clash is taken over."""
        super().__init__()
        self._conflicts = tuple(conflicts)
        self._theirs = tuple(theirs)
        self._server: set[str] = set()

    def compose(self) -> ComposeResult:
        """What the server changed, what clashes, and the three texts of one clash."""
        with Vertical(classes="box"):
            yield SafeStatic("Somebody changed the campaign on the server", classes="title")
            told = "; ".join(
                one_line(f"{change.step_id or ''} {change.what}".strip()) for change in self._theirs[:4]
            )
            more = f" and {len(self._theirs) - 4} more" if len(self._theirs) > 4 else ""
            yield SafeStatic(styled(("there  ", "$text-muted"), told + more))
            if self._conflicts:
                table = LineTable(_COLUMNS)
                table.styles.height = 1 + min(len(self._conflicts), 8)
                yield table
                yield DetailPane()
                keys = "space: the draft's or the server's · ctrl+s puts both together · esc changes nothing"
            else:
                yield SafeStatic("Nothing that you changed was changed there: both fit together.")
                keys = "ctrl+s puts both together · esc changes nothing"
            yield SafeStatic(keys, classes="note")

    def on_mount(self) -> None:
        """The draft's holds, until somebody says otherwise."""
        if self._conflicts:
            self._show()
            self.query_one(LineTable).focus()

    def action_turn(self) -> None:
        """The other one shall hold."""
        conflict = self._here
        if conflict is not None:
            self._server ^= {conflict.place}
            self._show()

    def action_take(self) -> None:
        """Give the choice."""
        self.dismiss(frozenset(self._server))

    @property
    def _here(self) -> Conflict | None:
        row_id = self.query_one(LineTable).cursor_id if self._conflicts else None
        return next((conflict for conflict in self._conflicts if conflict.place == row_id), None)

    def _show(self) -> None:
        rows = [
            Row(
                conflict.place,
                {
                    "place": conflict.place,
                    "holds": Cell(
                        "the server's" if conflict.place in self._server else "the draft's", "strong"
                    ),
                },
            )
            for conflict in self._conflicts
        ]
        self.query_one(LineTable).show(ListedRows(rows))
        self.explain()

    @on(LineTable.Opened)
    def turn(self) -> None:
        """The other one."""
        self.action_turn()

    @on(LineTable.Highlighted)
    def explain(self) -> None:
        """What both said at first, and what each made of it."""
        conflict = self._here
        if conflict is None:
            return
        lines = [
            _told(
                f"{plural(len(self._conflicts), 'place')} to decide; at first", conflict.base, conflict.base
            ),
            _told("the draft", conflict.base, conflict.mine),
            _told("the server", conflict.base, conflict.theirs),
        ]
        self.query_one(DetailPane).show(Content("\n\n").join(lines))


def _told(who: str, base: object, value: object) -> Content:
    pieces: list[str | tuple[str, str]] = [(f"{who}\n", "bold")]
    if value is None:
        return styled(*pieces, ("nothing: it is taken out", "$text-muted"))
    for kind, text in words_changed(_text(base), _text(value)):
        before, after, style = _MARKS[kind]
        pieces.append((f"{before}{text}{after}", style))
    return styled(*pieces)


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
