"""Counts as a row of a table: each number, and each rate with what it is a part of."""

from typing import Final

from imail_tui.domain.analytics.metrics import METRICS
from imail_tui.domain.rates import Basis, Rate
from imail_tui.domain.shown import UNKNOWN, count, percent
from imail_tui.model.analytics import AnalyticsRow
from imail_tui.ui.screens.analytics.page import Value
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.rows import Cell

DRILLED: Final = (
    "sent",
    "contacted",
    "unique_opened",
    "unique_clicked",
    "replied",
    "positive_replied",
    "auto_replied",
    "bounced_hard",
    "bounced_soft",
    "unsubscribed",
)
"""Counters that a person may want to see the leads or replies of."""

_RATES: Final = {
    "open_rate": "Opened",
    "click_rate": "Clicked",
    "reply_rate": "Replied",
    "positive_rate": "Positive",
    "bounce_rate": "Bounced",
    "unsubscribe_rate": "Unsub.",
}
_COUNTS: Final = {"sent": "Sent", "contacted": "Contacted"}
_PRIORITIES: Final = {
    "contacted": 3,
    "open_rate": 4,
    "click_rate": 6,
    "positive_rate": 1,
    "bounce_rate": 2,
    "unsubscribe_rate": 5,
}


def count_columns(title: str, width: int, most: int) -> tuple[Column, ...]:
    """The name's column, then counts and rates; those that matter less go first where room is short."""
    return (
        Column("name", title, width, weight=3, max_width=most, sortable=True),
        *(
            Column(key, word, 9, align="right", priority=_PRIORITIES.get(key, 0), sortable=True)
            for key, word in _COUNTS.items()
        ),
        *(
            Column(key, word, 14, align="right", priority=_PRIORITIES.get(key, 0), sortable=True)
            for key, word in _RATES.items()
        ),
    )


def count_cells(row: AnalyticsRow, basis: Basis) -> dict[str, Cell | str]:
    """Cells by column; a rate is grey where its sample is too small to judge by."""
    cells: dict[str, Cell | str] = {
        key: Cell(count(row.counter(key)), "" if row.counter(key) else "muted") for key in _COUNTS
    }
    for key in _RATES:
        rate = METRICS[key].rate(row, basis)
        assert rate is not None
        cells[key] = _rate_cell(rate)
    return cells


def count_values(row: AnalyticsRow, basis: Basis) -> dict[str, Value]:
    """What the cells are sorted by and exported as."""
    return {key: METRICS[key].value(row, basis) for key in (*_COUNTS, *_RATES)}


def _rate_cell(rate: Rate) -> Cell:
    if rate.fraction is None:
        return Cell(UNKNOWN if rate.n is None else f"{count(rate.n)} {UNKNOWN:>7}", "muted")
    return Cell(f"{count(rate.n)} {percent(rate.fraction):>7}", rate.tone)
