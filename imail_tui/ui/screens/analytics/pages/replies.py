"""When people reply and what they mean, from the replies kept here."""

from collections.abc import Sequence
from typing import Final

from imail_tui.domain.analytics.report import LabelMix, Question, ReplyHours, Report
from imail_tui.domain.charts import Symbols
from imail_tui.domain.charts.reports import WEEKDAYS, hours_heat, labels_chart
from imail_tui.domain.shown import UNKNOWN, count, percent
from imail_tui.ui.screens.analytics.page import Behind, Line, Page, Value, read_bar, read_cell
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.rows import Cell

_NONE_KEPT: Final = "No reply of these days is kept here."
_REPLY_METRICS: Final = ("replied",)
_QUARTER: Final = 6
_QUARTERS: Final = range(0, 24, _QUARTER)


def _quarter(start: int) -> str:
    return f"from{start:02}"


_HOUR_COLUMNS: Final = (
    Column("name", "Day", 6, sortable=True),
    Column("replies", "Replies", 9, align="right", sortable=True),
    Column("share", "Share", 9, align="right", sortable=True),
    Column("best", "Busiest", 9, align="right", sortable=True, priority=1),
    *(
        Column(
            _quarter(start),
            f"{start:02}-{start + _QUARTER - 1:02}",
            8,
            align="right",
            sortable=True,
            priority=2,
        )
        for start in _QUARTERS
    ),
)


def hours_page(question: Question, hours: ReplyHours, report: Report, symbols: Symbols) -> Page:
    """One line for each weekday, whose points are its hours."""
    spec = hours_heat(hours, symbols)
    behind = Behind(question, report.total, name="replies of these days", metrics=_REPLY_METRICS)
    lines = tuple(
        _weekday_line(place, day, counts, hours.replies, behind)
        for place, (day, counts) in enumerate(zip(WEEKDAYS, hours.counts, strict=True))
    )
    return Page(spec, _HOUR_COLUMNS, lines, lambda at: read_cell(spec, at, "replies"), _NONE_KEPT)


def _weekday_line(place: int, day: str, counts: Sequence[int], replies: int, behind: Behind) -> Line:
    whole = sum(counts)
    parts = {_quarter(start): sum(counts[start : start + _QUARTER]) for start in _QUARTERS}
    best = max(range(24), key=lambda hour: counts[hour]) if whole else None
    share = whole / replies if replies else None
    cells: dict[str, Cell | str] = {
        "name": day,
        "replies": Cell(count(whole), "" if whole else "muted"),
        "share": Cell(percent(share)),
        "best": Cell(UNKNOWN if best is None else f"{best:02}:00", "muted"),
        **{key: Cell(count(value), "" if value else "muted") for key, value in parts.items()},
    }
    values: dict[str, Value] = {"name": day, "replies": whole, "share": share, "best": best, **parts}
    return Line(day, cells, values, range(place * 24, place * 24 + 24), behind)


def labels_page(question: Question, mix: LabelMix, report: Report, symbols: Symbols) -> Page:
    """One line for each label."""
    spec = labels_chart(mix, symbols)
    lines = []
    for place, share in enumerate(mix.shares):
        part = share.count / mix.replies if mix.replies else None
        word = share.label.word
        cells: dict[str, Cell | str] = {
            "name": Cell(f"{share.label.glyph} {word}"),
            "count": Cell(count(share.count)),
            "share": Cell(percent(part)),
        }
        words = f'label:"{share.label.label}"' if share.label.label else ""
        counted = "replied" if share.label.is_reply else "auto_replied"
        behind = Behind(question, report.total, name=word, words=words, metrics=(counted,))
        values: dict[str, Value] = {"name": word, "count": share.count, "share": part}
        lines.append(Line(share.label.label or "-", cells, values, range(place, place + 1), behind))
    columns = (
        Column("name", "Label", 16, weight=1, max_width=30, sortable=True),
        Column("count", "Replies", 10, align="right", sortable=True),
        Column("share", "Share", 10, align="right", sortable=True),
    )
    return Page(spec, columns, tuple(lines), lambda at: read_bar(spec, at), _NONE_KEPT)
