"""Counts as a row of a table: each number, and each rate with what it is a part of."""

from collections.abc import Iterator, Mapping
from typing import Final

from imail_tui.domain.analytics.metrics import METRICS
from imail_tui.domain.marks import TONE_GLYPHS
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
_KEYS: Final = ("name", *_COUNTS, *_RATES)
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


class CountCells(Mapping[str, Cell | str]):
    """Cells by column, made when they come on screen: a workspace may have thousands of steps.

    A rate is grey where its sample is too small to judge by.
    """

    def __init__(self, name: str, row: AnalyticsRow, basis: Basis) -> None:
        self._name, self._row, self._basis = name, row, basis

    def __getitem__(self, key: str) -> Cell | str:
        if key == "name":
            return Cell(self._name)
        if key in _COUNTS:
            counted = self._row.counter(key)
            return Cell(count(counted), "" if counted else "muted")
        if key not in _RATES:
            raise KeyError(key)
        rate = METRICS[key].rate(self._row, self._basis)
        assert rate is not None, "what is no count is a rate"
        return _rate_cell(rate)

    def __iter__(self) -> Iterator[str]:
        return iter(_KEYS)

    def __len__(self) -> int:
        return len(_KEYS)


class CountValues(Mapping[str, Value]):
    """What the cells are sorted by and exported as."""

    def __init__(self, name: str, row: AnalyticsRow, basis: Basis) -> None:
        self._name, self._row, self._basis = name, row, basis

    def __getitem__(self, key: str) -> Value:
        return self._name if key == "name" else METRICS[key].value(self._row, self._basis)

    def __iter__(self) -> Iterator[str]:
        return iter(_KEYS)

    def __len__(self) -> int:
        return len(_KEYS)


def _rate_cell(rate: Rate) -> Cell:
    if rate.fraction is None:
        return Cell(UNKNOWN if rate.n is None else f"{count(rate.n)} {UNKNOWN:>7}", "muted")
    glyph = "" if rate.tone == "good" else TONE_GLYPHS.get(rate.tone, "")
    # In a table only trouble is painted.
    return Cell(
        f"{count(rate.n)} {glyph + percent(rate.fraction):>7}", "" if rate.tone == "good" else rate.tone
    )
