"""The key figures: eight numbers with what they are a part of, how they moved, and their course."""

from collections.abc import Iterator
from typing import ClassVar, Final, NamedTuple

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip

from imail_tui.domain.analytics.metrics import METRICS
from imail_tui.domain.analytics.report import Report
from imail_tui.domain.charts import Symbols, Unit, sparkline
from imail_tui.domain.charts.axis import tick_label
from imail_tui.domain.charts.canvas import Canvas
from imail_tui.domain.charts.spec import Role
from imail_tui.domain.marks import TONE_GLYPHS, Tone
from imail_tui.domain.rates import Rate
from imail_tui.domain.shown import UNKNOWN, count, of
from imail_tui.domain.text import cell_width
from imail_tui.ui.widgets.diffed_lines import DiffedLines

FIGURES: Final = (
    ("sent", "sent"),
    ("reply_rate", "reply"),
    ("positive_rate", "positive"),
    ("bounce_rate", "bounce"),
    ("contacted", "contacted"),
    ("open_rate", "open"),
    ("click_rate", "click"),
    ("unsubscribe_rate", "unsub."),
)
"""What a glance needs, the most telling first."""

_LEAST_CELLS: Final = 19
_LEAST_SPARK: Final = 5
_TALL: Final = 3
_SHORT: Final = 20
_HIGH: Final = 34
_TONES: Final[dict[Tone, Role]] = {"good": "good", "watch": "watch", "stop": "stop", "muted": "muted"}


class _Figure(NamedTuple):
    name: str
    value: str
    parts: tuple[str, ...]
    """The value's numerator and denominator, the exact ones first."""
    role: Role
    change: str
    change_role: Role
    course: tuple[float | None, ...]


def figures(report: Report) -> Iterator[_Figure]:
    """The figures of a report."""
    basis = report.question.basis
    for key, name in FIGURES:
        metric = METRICS[key]
        rate = metric.rate(report.total, basis)
        change = report.change(key)
        compared = report.before is not None
        better: Role = "muted"
        if change.better is not None:
            better = "good" if change.better else "stop"
        yield _Figure(
            name,
            _judged(metric.shown(metric.value(report.total, basis)), rate),
            _parts(rate),
            "title" if rate is None else _TONES.get(rate.tone, "title"),
            f"{change.shown()}{'!' if better == 'stop' else ''}" if compared else "",
            better,
            report.series(key),
        )


def _judged(value: str, rate: Rate | None) -> str:
    glyph = TONE_GLYPHS.get(rate.tone) if rate is not None else None
    return f"{value} {glyph}" if glyph else value


def _parts(rate: Rate | None) -> tuple[str, ...]:
    if rate is None or (rate.n is None and rate.of is None):
        return ()
    return of(rate.n, rate.of), f"{_brief(rate.n)}/{_brief(rate.of)}"


def _brief(value: int | None) -> str:
    return UNKNOWN if value is None else tick_label(value, Unit.COUNT)


class KeyFigures(DiffedLines):
    """The figures side by side, in one row or two, with lines for their course where there is room."""

    LOOK_PREFIX = "figures--"

    DEFAULT_CSS = """
    KeyFigures {
        height: auto;
        .figures--title { text-style: bold; }
        .figures--muted { color: $text-muted; }
        .figures--good { color: $text-success; }
        .figures--watch { color: $text-warning; }
        .figures--stop { color: $text-error; }
        .figures--series1 { color: $text-primary; }
    }
    KeyFigures:ansi { .figures--muted { color: ansi_default; text-style: dim; } }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "figures--title",
        "figures--muted",
        "figures--good",
        "figures--watch",
        "figures--stop",
        "figures--series1",
    }

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._figures: tuple[_Figure, ...] = ()
        self._ascii = False

    def show(self, report: Report, symbols: Symbols = Symbols.BRAILLE) -> None:
        """Show the figures of a report, their courses in what charts are drawn with."""
        fresh, ascii_only = tuple(figures(report)), symbols is Symbols.ASCII
        if (fresh, ascii_only) != (self._figures, self._ascii):
            self._figures, self._ascii = fresh, ascii_only
            self.repaint()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One row of figures where lines are few, else all; with their course where there are many."""
        del container
        if viewport.height < _SHORT:
            return _TALL - 1
        rows = -(-len(FIGURES) // _columns(width))
        return rows * (_TALL if viewport.height >= _HIGH else _TALL - 1)

    def build_lines(self, width: int, height: int) -> list[Strip]:
        """The figures as lines."""
        if not self._figures:
            return []
        canvas = Canvas(width, height)
        columns = _columns(width)
        tall = _TALL if height % _TALL == 0 else _TALL - 1
        cells = width // columns
        for place, figure in enumerate(self._figures):
            row, column = divmod(place, columns)
            if (row + 1) * tall <= height:
                _draw(canvas, figure, column * cells + 1, row * tall, cells - 2, tall, self._ascii)
        return [Strip([Segment(text, self.look(role)) for text, role in line]) for line in canvas.lines()]


def _columns(width: int) -> int:
    """As many of the figures side by side as leave no hole."""
    room = max(1, width // _LEAST_CELLS)
    return next(columns for columns in (8, 4, 2, 1) if columns <= room)


def _draw(canvas: Canvas, figure: _Figure, x: int, y: int, cells: int, tall: int, ascii_only: bool) -> None:
    canvas.write(x, y, figure.name, "muted", cells)
    room = cells - cell_width(figure.name) - 1
    if cell_width(figure.change) <= room:
        canvas.write_right(x + cells, y, figure.change, figure.change_role)
    end = canvas.write(x, y + 1, figure.value, figure.role, cells)
    for part in figure.parts:
        if part and end + 1 + cell_width(part) <= x + cells:
            end = canvas.write(end + 1, y + 1, part, "muted")
            break
    if tall > 2:
        canvas.write(x, y + 2, sparkline(figure.course, cells, ascii_only=ascii_only), "series1")
    elif x + cells - end > _LEAST_SPARK:
        spark = sparkline(figure.course, min(12, x + cells - end - 1), ascii_only=ascii_only)
        canvas.write_right(x + cells, y + 1, spark, "series1")


def known_words(report: Report) -> str:
    """What of the days is known, "" when all are."""
    if report.complete:
        return ""
    return f"{count(report.known_days)} of {count(report.wanted_days)} days known"
