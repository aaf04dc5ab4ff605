"""A chart that is drawn again only when its spec or its size changes."""

from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip

from imail_tui.domain.charts import ChartLine, ChartLines, ChartSpec, draw_chart
from imail_tui.ui.widgets.diffed_lines import DiffedLines


class Chart(DiffedLines):
    """Shows a `ChartSpec` in the room it has."""

    LOOK_PREFIX = "chart--"

    DEFAULT_CSS = """
    Chart {
        height: 1fr;
        .chart--title { text-style: bold; }
        .chart--muted { color: $text-muted; }
        .chart--axis { color: $text-muted; }
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
        "chart--series1",
        "chart--series2",
        "chart--series3",
        "chart--series4",
        "chart--series5",
        "chart--series6",
    }

    def __init__(
        self, spec: ChartSpec | None = None, *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._spec = spec
        self._drawn: tuple[ChartSpec, int, int] | None = None
        self._chart: ChartLines = ()

    def show(self, spec: ChartSpec | None) -> None:
        """Show another chart; None shows nothing."""
        if spec != self._spec:
            self._spec = spec
            self.repaint()

    def build_lines(self, width: int, height: int) -> list[Strip]:
        """The lines of the chart in the colours of the theme."""
        if self._spec is None:
            return []
        wanted = (self._spec, width, height)
        if wanted != self._drawn:
            self._chart = draw_chart(self._spec, width, height)
            self._drawn = wanted
        return [self._strip(line, width) for line in self._chart]

    def _strip(self, line: ChartLine, width: int) -> Strip:
        segments = [Segment(segment.text, self.look(segment.role)) for segment in line]
        return Strip(segments).adjust_cell_length(width, self.look(""))
