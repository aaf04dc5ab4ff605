"""The smallest Textual app that shows a table of 100 rows: what start-up is measured against."""

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Footer, Header


class PeerTable(App[None]):
    """Header, table, footer."""

    def compose(self) -> ComposeResult:
        """The three widgets."""
        yield Header()
        yield DataTable[str]()
        yield Footer()

    def on_mount(self) -> None:
        """Fill the table."""
        table = self.query_one(DataTable)
        table.add_columns(*(f"column {number}" for number in range(6)))
        for row in range(100):
            table.add_row(*(f"row {row}" if column == 0 else f"cell {column}" for column in range(6)))


if __name__ == "__main__":
    PeerTable().run()
