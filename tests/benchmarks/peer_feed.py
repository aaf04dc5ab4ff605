"""The smallest Textual apps that show lines as they come, in a DataTable or a RichLog.

python -m tests.benchmarks.peer_feed table|log LINES_A_SECOND
"""

import sys

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import DataTable, RichLog, Static

SECONDS = 0.05


class PeerFeed(App[None]):
    """A counter of key presses, and the lines."""

    BINDINGS = [Binding("j", "count", priority=True)]

    def __init__(self, kind: str, rate: int) -> None:
        super().__init__()
        self.kind = kind
        self.rate = rate
        self.lines = 0
        self.presses = 0

    def compose(self) -> ComposeResult:
        """The two widgets."""
        yield Static("presses 0", id="presses")
        if self.kind == "table":
            yield DataTable[str]()
        else:
            yield RichLog()

    def on_mount(self) -> None:
        """Let lines come."""
        if self.kind == "table":
            self.query_one(DataTable).add_columns("when", "event", "who", "what")
        self.set_interval(SECONDS, self.come)

    def come(self) -> None:
        """As many as are due."""
        for _ in range(int(self.rate * SECONDS)):
            self.lines += 1
            cells = ("now", "email.delivered", f"person{self.lines}@client.example", "first")
            if self.kind == "table":
                self.query_one(DataTable).add_row(*cells)
            else:
                self.query_one(RichLog).write("  ".join(cells))
        if self.kind == "table":
            self.query_one(DataTable).scroll_end(animate=False)

    def action_count(self) -> None:
        """A key press that shows."""
        self.presses += 1
        self.query_one("#presses", Static).update(f"presses {self.presses}")


if __name__ == "__main__":
    PeerFeed(sys.argv[1], int(sys.argv[2])).run()
