"""Choosing one thing from a list by typing a part of its name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.fuzzy import FuzzySearch
from textual.widgets import Input

from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Cell, ListedRows, Row
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

_COLUMNS: Final = (
    Column("title", "", 20, weight=1, max_width=34),
    Column("keys", "", 9, max_width=14, weight=1),
    Column("note", "", 20, weight=2, priority=1),
)
_ROWS_MOST: Final = 14
_KEYS: Final = "Type to find, enter takes it, esc leaves."


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose; texts may be foreign. With an `impossible` reason it is grey and cannot be taken.

    `aliases`: words that, typed exactly, put it first.
    """

    id: str
    title: str
    keys: str = ""
    note: str = ""
    impossible: str | None = None
    aliases: tuple[str, ...] = ()


class PickerDialog(Dialog[str]):
    """Gives the id of the choice."""

    DEFAULT_CSS = """
    PickerDialog {
        .box { width: 76; }
        LineTable { width: 1fr; }
        #note { height: 2; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n", "move(1)", "down", show=False, id="picker.down"),
        Binding("up,ctrl+p", "move(-1)", "up", show=False, id="picker.up", priority=True),
        Binding("pagedown", "page(1)", "page down", show=False, id="picker.page-down"),
        Binding("pageup", "page(-1)", "page up", show=False, id="picker.page-up"),
    ]

    def __init__(
        self, title: str, choices: Sequence[Choice], *, at: str | None = None, empty: str = ""
    ) -> None:
        """`at`: id of the choice the cursor starts on."""
        super().__init__()
        self._question = title
        self._choices = tuple(choices)
        self._at = at
        self._empty = empty or "Nothing of that name. Backspace takes a letter back, esc leaves."

    def compose(self) -> ComposeResult:
        """The title, the field and the matches."""
        with Vertical(classes="box"):
            yield SafeStatic(self._question, classes="title")
            field = Input(compact=True)
            field.cursor_blink = False
            yield field
            table = LineTable(_COLUMNS, empty=self._empty)
            table.can_focus = False
            # Header, rows or why there are none; the box scrolls nothing, the table does.
            least = 1 + self._empty.count("\n")
            table.styles.height = 1 + max(least, min(len(self._choices), _ROWS_MOST))
            yield table
            yield SafeStatic(id="note", classes="note")

    def on_mount(self) -> None:
        """Show everything."""
        self._show(self._choices)
        if self._at is not None:
            self.query_one(LineTable).select(self._at)

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        """Show what matches, the best first."""
        if event.value or event.input.has_focus:
            self._show(matching(self._choices, event.value))

    @on(LineTable.Highlighted)
    def explain(self) -> None:
        """Show the whole note of the choice under the cursor."""
        choice = self._chosen()
        self.query_one("#note", SafeStatic).update(
            (choice.impossible or choice.note or _KEYS) if choice else ""
        )

    @on(Input.Submitted)
    @on(LineTable.Opened)
    def take(self) -> None:
        """Give the choice under the cursor, or say why it cannot be taken."""
        choice = self._chosen()
        if choice is None:
            return
        if choice.impossible is None:
            self.dismiss(choice.id)
        else:
            text = f"{choice.title}: {choice.impossible}"
            self.query_one(".title", SafeStatic).update(styled((f"! {text}", "$text-warning")))

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows."""
        self.query_one(LineTable).action_move(rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by windows."""
        self.query_one(LineTable).action_page(pages)

    def _chosen(self) -> Choice | None:
        row_id = self.query_one(LineTable).cursor_id
        return next((choice for choice in self._choices if choice.id == row_id), None)

    def _show(self, choices: Sequence[Choice]) -> None:
        table = self.query_one(LineTable)
        table.show(ListedRows([_row(choice) for choice in choices]))
        table.action_first()


def matching(choices: Sequence[Choice], typed: str) -> list[Choice]:
    """The choices that the typed letters occur in, in that order; best first, an exact alias before all."""
    typed = typed.strip().removeprefix(":").strip()
    if not typed:
        return list(choices)
    search = FuzzySearch()
    scored: list[tuple[float, int, Choice]] = []
    for place, choice in enumerate(choices):
        exact = typed.casefold() in choice.aliases
        score = max(search.match(typed, text)[0] for text in (choice.title, *choice.aliases))
        if score > 0 or exact:
            scored.append((-score if not exact else float("-inf"), place, choice))
    return [choice for *_, choice in sorted(scored, key=lambda entry: entry[:2])]


def _row(choice: Choice) -> Row:
    if choice.impossible is None:
        return Row(
            choice.id,
            {"title": choice.title, "keys": Cell(choice.keys, "strong"), "note": Cell(choice.note, "muted")},
        )
    cells = {"title": choice.title, "keys": choice.keys, "note": choice.impossible}
    return Row(choice.id, {name: Cell(text, "muted") for name, text in cells.items()})
