"""Choosing the inboxes that send, with what each can carry."""

from collections.abc import Collection, Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from imail_tui.domain.shown import count, plural
from imail_tui.model.inboxes import Inbox
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.screens.builder.settings_dialog import inbox_note
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Cell, ListedRows, Row
from imail_tui.ui.widgets.safe_static import SafeStatic

_COLUMNS: Final = (
    Column("email", "Inbox", 24, weight=1),
    Column("note", "State, mails today, warmup, health", 20, weight=1),
)
_MOST_ROWS: Final = 14


class InboxesDialog(Dialog[tuple[str, ...]]):
    """Gives the ids of the chosen ones; ids of inboxes that are not there any more are left out."""

    DEFAULT_CSS = """
    InboxesDialog .box { width: 100; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "all", "all connected ones, or none", show=False, id="inboxes.all"),
        Binding("q", "cancel", "leave", show=False, id="inboxes.leave"),
    ]

    def __init__(self, inboxes: Sequence[Inbox], chosen: Collection[str]) -> None:
        super().__init__()
        # Those that can send come first.
        self._inboxes = sorted(inboxes, key=lambda inbox: (inbox.status != "connected", inbox.email))
        self._chosen = frozenset(inbox.id for inbox in inboxes if inbox.id in chosen or inbox.email in chosen)

    def compose(self) -> ComposeResult:
        """The list, and what the chosen ones carry together."""
        with Vertical(classes="box"):
            yield SafeStatic("Which inboxes send this?", classes="title")
            empty = "There is no inbox yet: connect one in the area Inboxes (1)."
            table = LineTable(_COLUMNS, empty=empty, marks=True)
            table.styles.height = 1 + max(1, min(len(self._inboxes), _MOST_ROWS))
            yield table
            yield SafeStatic(id="sum")
            yield SafeStatic(
                "space chooses, a all connected or none, enter accepts, esc leaves", classes="note"
            )

    def on_mount(self) -> None:
        """Show which are chosen."""
        table = self.query_one(LineTable)
        table.show(
            ListedRows(
                [
                    Row(inbox.id, {"email": inbox.email, "note": Cell(inbox_note(inbox), "muted")})
                    for inbox in self._inboxes
                ]
            )
        )
        table.marks = self._chosen
        table.focus()
        self._add_up()

    @on(LineTable.Marked)
    @on(LineTable.Highlighted)
    def _add_up(self) -> None:
        marks = self.query_one(LineTable).marks
        chosen = [inbox for inbox in self._inboxes if inbox.id in marks]
        able = sum(inbox.daily_limit or 0 for inbox in chosen if inbox.status == "connected")
        text = f"{plural(len(chosen), 'inbox')} chosen: {count(able)} mails a day at most"
        self.query_one("#sum", SafeStatic).update(text)

    @on(LineTable.Opened)
    def take(self) -> None:
        """Give the answer."""
        marks = self.query_one(LineTable).marks
        self.dismiss(tuple(inbox.id for inbox in self._inboxes if inbox.id in marks))

    def action_all(self) -> None:
        """All that are connected, or none where they are chosen already."""
        table = self.query_one(LineTable)
        every = frozenset(inbox.id for inbox in self._inboxes if inbox.status == "connected")
        table.marks = frozenset() if table.marks == every else every
        self._add_up()
