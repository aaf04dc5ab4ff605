"""One view as it is shown: a chart, the table of the same numbers, and what is behind each of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from imail_tui.domain.analytics.report import Question
from imail_tui.domain.analytics.scopes import Split
from imail_tui.domain.charts import AnySpec, BarsSpec, HeatSpec, points
from imail_tui.domain.charts.axis import tick_label
from imail_tui.domain.charts.spec import is_known
from imail_tui.domain.shown import UNKNOWN, count
from imail_tui.model.analytics import AnalyticsRow
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.rows import Cell, Row

Value = float | str | None

NOTHING_SENT: Final = "No mail was sent in these days. Launch a campaign, or choose other days with t."
"""What stands in the table of a view that counts mails."""


@dataclass(frozen=True, slots=True)
class Behind:
    """Whose mails a number counts: a question, narrowed to one part of a split; `row`: its counts.

    `words` are put behind the filter of the list, for what only the list can tell, such as a label.
    `metrics` are those that can be asked for.
    """

    question: Question
    row: AnalyticsRow
    split: Split | None = None
    key: str | None = None
    name: str = ""
    words: str = ""
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table, whose chart has these `points`. It is sorted by and exported as its `values`."""

    id: str
    cells: Mapping[str, Cell | str]
    values: Mapping[str, Value]
    points: range = range(0)
    behind: Behind | None = None

    def row(self) -> Row:
        """For the table."""
        return Row(self.id, self.cells)


@dataclass(frozen=True, slots=True)
class Page:
    """A view's chart and table. `reading` says in a line what stands at a point of the chart.

    `behind_point`: what is behind one point where that is less than its whole line.
    """

    spec: AnySpec
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    reading: Callable[[int], str]
    empty: str
    behind_point: Callable[[int], Behind | None] = field(default=lambda _: None)

    def line(self, line_id: str | None) -> Line | None:
        """The line of an id."""
        return next((line for line in self.lines if line.id == line_id), None)

    def line_at(self, point: int | None) -> Line | None:
        """The line that a point of the chart belongs to."""
        return next((line for line in self.lines if point in line.points), None)

    def sorted(self, key: str, *, descending: bool) -> list[Line]:
        """The lines by one column, unknown values last either way."""
        known = [line for line in self.lines if line.values.get(key) is not None]
        rest = [line for line in self.lines if line.values.get(key) is None]
        known.sort(key=lambda line: _comparable(line.values[key]), reverse=descending)
        return [*known, *rest]

    def moved(self, at: int | None, right: int, down: int) -> int | None:
        """The point that is so far from another; the last one first where there is none yet."""
        total = points(self.spec)
        if not total:
            return None
        if at is None:
            return total - 1 if not isinstance(self.spec, BarsSpec) else 0
        if isinstance(self.spec, HeatSpec):
            width = len(self.spec.columns)
            row, column = divmod(at, width)
            row = min(len(self.spec.rows) - 1, max(0, row + down))
            return row * width + min(width - 1, max(0, column + right))
        return min(total - 1, max(0, at + right + down))


def _comparable(value: Value) -> tuple[int, float, str]:
    return (1, 0.0, value.casefold()) if isinstance(value, str) else (0, value or 0.0, "")


def read_bar(spec: BarsSpec, at: int) -> str:
    """A bar's name with its numbers."""
    bar = spec.bars[at]
    numbers = (
        f"{text} {heading}".strip()
        for text, heading in zip(bar.values, (*spec.headings, *[""] * len(bar.values)), strict=False)
    )
    return f"{bar.name}: {bar.remark or ', '.join(numbers)}"


def read_cell(spec: HeatSpec, at: int, noun: str) -> str:
    """A cell's row, column and number."""
    row, column = divmod(at, len(spec.columns))
    value = spec.values[row][column]
    shown = UNKNOWN
    if is_known(value):
        shown = count(round(value)) if spec.unit == "count" else tick_label(value, spec.unit)
    return f"{spec.rows[row]}, {spec.columns[column]}: {shown} {noun}"


class LineRows:
    """Lines as the source of a table."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._places = {line.id: place for place, line in enumerate(lines)}

    def total(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    def window(self, start: int, count: int) -> Sequence[Row]:
        """Lines `start` to `start + count` as rows."""
        return [line.row() for line in self._lines[start : start + count]]

    def position(self, row_id: str) -> int | None:
        """Where a line stands."""
        return self._places.get(row_id)
