"""The smallest Textual app that labels: two keys change one cell of a table."""

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.coordinate import Coordinate
from textual.widgets import DataTable

ROWS = 400


class PeerLabel(App[None]):
    """A table and nothing else."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("I", "label('+ interested ✓')", "interested"),
        ("N", "label('- not interested ✓')", "not interested"),
    ]

    def compose(self) -> ComposeResult:
        """The table."""
        yield DataTable[str](cursor_type="row")

    def on_mount(self) -> None:
        """Fill it."""
        table = self.query_one(DataTable)
        table.add_column("From", width=20)
        table.add_column("Label", width=22)
        table.add_column("Subject", width=30)
        for row in range(ROWS):
            table.add_row(f"Person {row:05}", "· unclassified", f"Re: Quick one about dock {row}")

    def action_label(self, label: str) -> None:
        """Write the label into the row under the cursor."""
        table = self.query_one(DataTable)
        table.update_cell_at(Coordinate(table.cursor_row, 1), label)


if __name__ == "__main__":
    PeerLabel().run()
