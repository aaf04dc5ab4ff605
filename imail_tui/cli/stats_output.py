"""How `stats` prints: a table that fits the terminal, plain lines in a pipe, CSV, JSON, and a chart."""

import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from imail_tui.cli.output import Field, Heading, print_rows
from imail_tui.cli.scope_words import Chosen
from imail_tui.domain.analytics.metrics import METRICS
from imail_tui.domain.analytics.report import Report, SplitRow, TimeMark
from imail_tui.domain.analytics.scopes import Split
from imail_tui.domain.marks import Tone
from imail_tui.domain.rates import Basis
from imail_tui.domain.shown import count, of, percent
from imail_tui.domain.text import cell_width, clip, one_line
from imail_tui.model.analytics import COUNTERS, AnalyticsRow
from imail_tui.model.record import Json

if TYPE_CHECKING:
    from imail_tui.domain.charts import ChartLines

_PIPE_COLUMNS: Final = 80
_RATES: Final = (
    ("replied", "reply_rate"),
    ("positive", "positive_rate"),
    ("bounced", "bounce_rate"),
    ("opened", "open_rate"),
    ("clicked", "click_rate"),
    ("unsubscribed", "unsubscribe_rate"),
)
"""Columns, the most wanted first: title of the count and key of the rate."""
_STYLES: Final[dict[Tone, str]] = {
    "good": "green",
    "watch": "yellow",
    "stop": "bold red",
    "muted": "dim",
    "strong": "bold",
}
_FEW: Final = "* of too few to judge by"


class _Cell(NamedTuple):
    text: str
    tone: Tone = ""


def document(chosen: Chosen, report: Report, split: Split, rows: Sequence[SplitRow]) -> Json:
    """Everything as one JSON object; a number the server does not send is null."""
    from imail_tui.services.analytics.exporting import rates_json, row_json

    scope = chosen.scope
    return {
        "from": report.question.span.start.isoformat(),
        "to": report.question.span.end.isoformat(),
        "scope": {
            "name": chosen.name,
            "campaign_id": scope.campaign_id,
            "inbox_id": scope.inbox_id,
            "domain": scope.domain,
            "provider": scope.provider,
        },
        "known_days": report.known_days,
        "wanted_days": report.wanted_days,
        "total": _counts(report.total),
        "rates": rates_json(report.total, report.question.basis),
        "before": None if report.before is None else _counts(report.before),
        "days": [{"day": row.day.isoformat() if row.day else None, **_counts(row)} for row in report.days],
        "by": split,
        "rows": [row_json(row) for row in rows],
    }


def print_csv(rows: Sequence[SplitRow]) -> None:
    """The rows as CSV on standard output."""
    from imail_tui.services.analytics.exporting import view_csv

    for line in view_csv(rows):
        # A terminal is shown no escape sequence; a spreadsheet has no use for one either.
        sys.stdout.write(f"{one_line(line.rstrip())}\r\n" if sys.stdout.isatty() else line)


def print_table(chosen: Chosen, report: Report, split: Split, rows: Sequence[SplitRow]) -> None:
    """A table with the sums below on a terminal, else a header and tab-separated lines with all columns."""
    if not sys.stdout.isatty():
        headings = [Heading(split.value), Heading("sent"), Heading("contacted")]
        headings += [Heading(title) for pair in _RATES for title in pair]
        headings += [Heading("key")]
        lines = [_plain(row.name, row.row, split.basis, row.key) for row in rows]
        lines.append(_plain("total", report.total, report.question.basis, ""))
        print_rows(headings, lines, empty="Nothing was sent.")
        return
    _print_head(chosen, report)
    if not rows:
        print("Nothing was sent.", file=sys.stderr)
        return
    basis = report.question.basis
    table = [_cells(row.name, row.row, split.basis) for row in rows]
    if split.basis is basis:
        table.append(_cells("total", report.total, basis))
    titles = [split.value, "sent", "contacted", *(title for title, _ in _RATES)]
    _print_fitting(titles, table, shutil.get_terminal_size().columns)
    if any("*" in cell.text for line in table for cell in line[1:]):
        print(_FEW)


def print_chart(
    report: Report, split: Split | None, rows: Sequence[SplitRow], marks: Sequence[TimeMark]
) -> None:
    """The course over the days, or the parts of a split that was asked for."""
    from imail_tui.cli.stats_chart import chart_of, height_of
    from imail_tui.domain.charts import Symbols, draw_chart, plain_text

    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    spec = chart_of(report, split, rows, marks, Symbols.BRAILLE if utf8 else Symbols.ASCII)
    terminal = sys.stdout.isatty()
    width = max(20, shutil.get_terminal_size().columns) if terminal else _PIPE_COLUMNS
    lines = draw_chart(spec, width, height_of(spec))
    if terminal:
        _print_coloured(lines)
    else:
        print(plain_text(lines).rstrip())
    print()


def _print_head(chosen: Chosen, report: Report) -> None:
    width = shutil.get_terminal_size().columns
    days = f" · {report.question.span}, UTC"
    print(clip(f"{clip(one_line(chosen.name), max(8, width - cell_width(days)))}{days}", width))
    pieces = []
    for key in ("sent", "contacted", "reply_rate", "positive_rate", "bounce_rate"):
        metric, basis = METRICS[key], report.question.basis
        rate = metric.rate(report.total, basis)
        value = metric.shown(metric.value(report.total, basis))
        parts = "" if rate is None else f" ({of(rate.n, rate.of)})"
        change = report.change(key)
        moved = "" if change.difference is None else f" {change.shown()}"
        pieces.append(f"{metric.title} {value}{parts}{moved}")
    line = ""
    for piece in pieces:
        if line and cell_width(line) + cell_width(piece) + 3 > width:
            print(line)
            line = ""
        line = f"{line}   {piece}" if line else piece
    print(f"{line}\n")


def _print_fitting(titles: Sequence[str], rows: Sequence[Sequence[_Cell]], width: int) -> None:
    """As many columns as fit, from the left; the first one is cut before a second is given up."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    widths = [
        max(cell_width(title), *(cell_width(row[place].text) for row in rows))
        for place, title in enumerate(titles)
    ]
    names = min(widths[0], max(12, width // 3))
    shown, used = 1, names
    while shown < len(titles) and used + 2 + widths[shown] <= width:
        used += 2 + widths[shown]
        shown += 1
    names = min(widths[0], names + width - used)
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for place, title in enumerate(titles[:shown]):
        table.add_column(Text(title), justify="right" if place else "left", no_wrap=True)
    for row in rows:
        first = Text(clip(row[0].text, names))
        rest = [Text(cell.text, style=_STYLES.get(cell.tone, "")) for cell in row[1:shown]]
        table.add_row(first, *rest)
    Console(highlight=False, width=width).print(table)


def _cells(name: str, row: AnalyticsRow, basis: Basis) -> list[_Cell]:
    cells = [_Cell(one_line(name)), _Cell(count(row.sent)), _Cell(count(row.contacted))]
    for _, key in _RATES:
        rate = METRICS[key].rate(row, basis)
        assert rate is not None
        if rate.fraction is None:
            cells.append(_Cell(count(rate.n), "muted"))
        else:
            mark = " " if rate.enough else "*"
            cells.append(_Cell(f"{count(rate.n)} {percent(rate.fraction):>7}{mark}", rate.tone))
    return cells


def _plain(name: str, row: AnalyticsRow, basis: Basis, key: str) -> list[Field]:
    fields: list[Field] = [name, row.sent, row.contacted]
    for _, metric in _RATES:
        rate = METRICS[metric].rate(row, basis)
        assert rate is not None
        fields += [rate.n, None if rate.fraction is None else round(rate.fraction, 4)]
    return [*fields, key]


def _print_coloured(lines: "ChartLines") -> None:
    from rich.console import Console
    from rich.text import Text

    styles = {
        "title": "bold",
        "muted": "dim",
        "axis": "dim",
        "good": "green",
        "watch": "yellow",
        "stop": "red",
        "series1": "cyan",
        "series2": "green",
        "series3": "magenta",
        "series4": "yellow",
        "series5": "blue",
        "series6": "red",
    }
    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        text = Text.assemble(*((segment.text, styles.get(segment.role, "")) for segment in line))
        text.rstrip()
        console.print(text)


def _counts(row: AnalyticsRow) -> Json:
    return {name: row.counter(name) for name in COUNTERS}
