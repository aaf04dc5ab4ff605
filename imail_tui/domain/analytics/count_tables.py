"""Counts read from a table of text, whatever a server calls its columns."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Final

from imail_tui.model.analytics import COUNTED, GROUPS, AnalyticsRow, Counted

_ALIASES: Final[Mapping[str, str]] = {
    **{alias: name for name in GROUPS for alias in (name, f"{name}_id")},
    "date": "day",
    **{name: name for name in COUNTED},
    "unique_opens": "unique_opened",
    "unique_clicks": "unique_clicked",
    "positive_replies": "positive_replied",
    "auto_replies": "auto_replied",
    "opens": "opened",
    "clicks": "clicked",
    "replies": "replied",
}
_SEPARATORS: Final = ",;\t|"


class NoCounts(ValueError):
    """A table that holds no counts; the text says why."""


class CountTable:
    """Counts of a CSV with a header line. Raises NoCounts where there is no such header.

    Columns are known by name, in any order and spelling of case and blanks; others are passed over. A counter
    without a column, or in an empty cell, is unknown.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        rest = iter(lines)
        first = next(rest, "").removeprefix("\ufeff")
        separator = max(_SEPARATORS, key=first.count)
        try:
            self._rows = csv.reader(chain([first], rest), delimiter=separator, strict=True)
            header = next(self._rows, [])
        except csv.Error as error:
            raise NoCounts(f"its header cannot be read: {error}") from None
        self._places: dict[str, int] = {}
        for place, title in enumerate(header):
            name = _ALIASES.get("_".join(title.strip().lower().split()))
            if name is not None:
                self._places.setdefault(name, place)
        if not set(COUNTED) & self._places.keys():
            raise NoCounts("its header names no counter")
        self._width = len(header)
        self.skipped = 0
        """Rows so far that cannot be booked: no date, another number of cells, a cell that is no count."""

    @property
    def keys(self) -> frozenset[str]:
        """What the table is split by."""
        return frozenset(GROUPS) & self._places.keys()

    def __iter__(self) -> Iterator[Counted]:
        """Its rows. Raises NoCounts where the text is no table."""
        cell = _cells(self._places, GROUPS)
        counters = _cells(self._places, COUNTED)
        try:
            for row in self._rows:
                if not row:
                    continue
                try:
                    if len(row) != self._width:
                        raise ValueError
                    day, campaign, inbox, step, variant = cell(row)
                    counts = tuple(_count(text) for text in counters(row))
                    yield Counted(date.fromisoformat(day[:10]), campaign, inbox, step, variant, counts)
                except ValueError:
                    self.skipped += 1
        except csv.Error as error:
            raise NoCounts(f"line {self._rows.line_num} cannot be read: {error}") from None


def counted(rows: Iterable[AnalyticsRow]) -> Iterator[Counted]:
    """Rows that came as JSON; those without a day are passed over."""
    for row in rows:
        if row.day is not None:
            keys = (row.campaign_id or "", row.inbox_id or "", row.step_id or "", row.variant_id or "")
            yield Counted(row.day, *keys, tuple(row.counter(name) for name in COUNTED))


def _cells(places: Mapping[str, int], names: Sequence[str]) -> Callable[[list[str]], list[str]]:
    wanted = [places.get(name) for name in names]
    return lambda row: ["" if place is None else row[place] for place in wanted]


def _count(text: str) -> int | None:
    """A cell's count, None = unknown. Raises ValueError for what is no whole number."""
    if not text or text in ("null", "–", "-"):
        return None
    try:
        return int(text)
    except ValueError:
        number = float(text)
        if number != int(number):
            raise
        return int(number)
