"""A table of a million rows, or of as many as are named, and nothing else; `c` changes a row, `r` refreshes.

Run as ``python -m tests.wire.apps.table [ROWS] [THEME]``; ctrl+q leaves, `x` crashes.
"""

import sys
from collections.abc import Sequence
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.filter import LineFilter

from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.line_filter import ForeignTextFilter
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Cell, Row
from tests.hostile.corpus import PAYLOADS

COLUMNS = (
    Column("email", "Inbox", 24, weight=3),
    Column("status", "Status", 14),
    Column("note", "Note", 12, weight=1, priority=1),
    Column("sent", "Sent", 6, align="right", sortable=True),
    Column("replied", "Replied", 7, align="right"),
    Column("health", "Health", 6, align="right", priority=2),
)
STATES = (
    Cell("● active", "good"),
    Cell("◐ warming", "watch"),
    Cell("✕ disconnected", "stop"),
    Cell("○ paused", "muted"),
)


class Numbered:
    """Rows made on demand from their number; the notes are the hostile corpus."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.edited: frozenset[int] = frozenset()
        self.notes = list(PAYLOADS.values())

    def total(self) -> int:
        return self.rows

    def window(self, start: int, count: int) -> Sequence[Row]:
        return [self._row(index) for index in range(start, min(start + count, self.rows))]

    def position(self, row_id: str) -> int | None:
        return int(row_id)

    def _row(self, index: int) -> Row:
        return Row(
            str(index),
            {
                "email": f"inbox-{index}@example.com",
                "status": STATES[index % len(STATES)],
                "note": self.notes[index % len(self.notes)],
                "sent": str(index * 7 % 900 + (index in self.edited)),
                "replied": str(index % 40),
                "health": "97%",
            },
        )


class TableApp(App[None]):
    """One table; the theme is named on the command line."""

    BINDINGS: ClassVar[list[BindingType]] = [("r", "refresh_table"), ("c", "change"), ("x", "crash")]

    def __init__(self, rows: int, theme: str) -> None:
        super().__init__()
        self.source = Numbered(rows)
        self.theme = theme

    def compose(self) -> ComposeResult:
        yield LineTable(COLUMNS)

    def on_mount(self) -> None:
        self.query_one(LineTable).show(self.source)

    def action_refresh_table(self) -> None:
        self.query_one(LineTable).refresh_rows()

    def action_change(self) -> None:
        self.source.edited ^= {3}
        self.query_one(LineTable).refresh_rows({"3"})

    def action_crash(self) -> None:
        raise RuntimeError("as asked")

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), ForeignTextFilter()]


def main(arguments: Sequence[str]) -> int:
    rows = int(arguments[0]) if arguments else 1_000_000
    app = TableApp(rows, arguments[1] if len(arguments) > 1 else "textual-dark")
    app.run()
    return app.return_code or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
