"""A chart that is drawn again only when its spec or its size changes."""

from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from imail_tui.domain.charts import (
    AnySpec,
    ChartLine,
    ChartLines,
    lay_out_chart,
    with_cursor,
)
from imail_tui.ui.widgets.diffed_lines import DiffedLines


class Chart(DiffedLines):
    """Shows the chart of a spec in the room it has, with a cursor on one of its points."""

    LOOK_PREFIX = "chart--"

    DEFAULT_CSS = """
    Chart {
        height: 1fr;
        .chart--title { text-style: bold; }
        .chart--muted { color: $text-muted; }
        .chart--axis { color: $text-muted; }
        .chart--good { color: $text-success; }
        .chart--watch { color: $text-warning; }
        .chart--stop { color: $text-error; }
        .chart--cursor { text-style: reverse; }
        .chart--series1 { color: $text-primary; }
        .chart--series2 { color: $text-success; }
        .chart--series3 { color: $text-error; }
        .chart--series4 { color: $text-warning; }
        .chart--series5 { color: $text-accent; }
        .chart--series6 { color: $text-secondary; }
    }
    Chart:ansi {
        .chart--muted { color: ansi_default; text-style: dim; }
        .chart--axis { color: ansi_default; text-style: dim; }
        .chart--series5 { color: ansi_magenta; }
        .chart--series6 { color: ansi_cyan; }
    }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "chart--title",
        "chart--muted",
        "chart--axis",
        "chart--good",
        "chart--watch",
        "chart--stop",
        "chart--cursor",
        "chart--series1",
        "chart--series2",
        "chart--series3",
        "chart--series4",
        "chart--series5",
        "chart--series6",
    }

    def __init__(
        self, spec: AnySpec | None = None, *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._spec = spec
        self._at: int | None = None

    @property
    def spec(self) -> AnySpec | None:
        """What is shown."""
        return self._spec

    @property
    def at(self) -> int | None:
        """The point under the cursor."""
        return self._at

    def show(self, spec: AnySpec | None, at: int | None = None) -> None:
        """Show another chart with the cursor on a point of it; None shows nothing."""
        if (spec, at) != (self._spec, self._at):
            self._spec, self._at = spec, at
            self.repaint()

    def point_at(self, at: int | None) -> None:
        """Move the cursor to a point, None = no cursor."""
        if at != self._at:
            self._at = at
            self.repaint()

    def build_lines(self, width: int, height: int) -> list[Strip]:
        """The lines of the chart in the colours of the theme."""
        return [self._strip(line) for line in self._drawn(width, height)]

    def _drawn(self, width: int, height: int) -> ChartLines:
        if self._spec is None:
            return ()
        drawing = lay_out_chart(self._spec, width, height)
        return drawing.lines if self._at is None else with_cursor(drawing, self._at)

    def _strip(self, line: ChartLine) -> Strip:
        return Strip([Segment(segment.text, self.look(segment.role)) for segment in line])


class ReadChart(Chart, can_focus=True):
    """A chart whose points are read with the keys of a list, where it stands in place of its table."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "down", show=False, id="chart.down"),
        Binding("up,k", "move(-1)", "up", show=False, id="chart.up"),
        Binding("enter", "open", "what is behind it", show=False, id="chart.open"),
    ]

    class Moved(Message):
        """Somebody wants to read the point so many rows below."""

        def __init__(self, rows: int) -> None:
            super().__init__()
            self.rows = rows

    class Opened(Message):
        """Somebody wants to see what is behind the point."""

    def action_move(self, rows: int) -> None:
        """Ask for another point."""
        self.post_message(self.Moved(rows))

    def action_open(self) -> None:
        """Ask for what is behind the point."""
        self.post_message(self.Opened())
