"""What is added up of counts whenever days of them were replaced."""

import sqlite3
from collections.abc import Mapping
from datetime import date

from imail_tui.domain.analytics.months import month_of
from imail_tui.store.analytics_queries import CUTS, NAMES, SUMMED

_BY_ALL = "campaign, inbox, step, variant"


def sum_days(writer: sqlite3.Connection, first: int, last: int) -> None:
    """Add up the days of a range (ordinals) anew, and the months they are in."""
    _sum_cuts(writer, first, last)
    month, month_end = month_of(date.fromordinal(first))
    while month.toordinal() <= last:
        _sum_month(writer, month.toordinal(), month_end.toordinal())
        if month_end == date.max:
            return
        month, month_end = month_of(date.fromordinal(month_end.toordinal() + 1))


def day_sums(writer: sqlite3.Connection, first: int, last: int) -> Mapping[int, object]:
    """What tells whether a known day of a range (ordinals) changed."""
    known: dict[int, list[object]] = {
        day: [] for (day,) in writer.execute("SELECT day FROM days WHERE day BETWEEN ? AND ?", (first, last))
    }
    for cut in CUTS:
        sql = (
            f"SELECT day, cut, key, {NAMES} FROM sums WHERE cut = ? AND day BETWEEN ? AND ? ORDER BY day, key"
        )
        for day, *record in writer.execute(sql, (cut, first, last)):
            known.setdefault(day, []).append(record)
    return known


def _sum_month(writer: sqlite3.Connection, first: int, last: int) -> None:
    writer.execute("DELETE FROM counts_months WHERE day = ?", (first,))
    writer.execute(
        f"INSERT INTO counts_months SELECT {_BY_ALL}, {first}, {SUMMED} FROM counts"
        f" WHERE day BETWEEN ? AND ? GROUP BY {_BY_ALL}",
        (first, last),
    )
    for cut in CUTS:
        writer.execute("DELETE FROM sums_months WHERE cut = ? AND day = ?", (cut, first))
        writer.execute(
            f"INSERT INTO sums_months SELECT cut, {first}, key, {SUMMED} FROM sums"
            " WHERE cut = ? AND day BETWEEN ? AND ? GROUP BY key",
            (cut, first, last),
        )


def _sum_cuts(writer: sqlite3.Connection, first: int, last: int) -> None:
    for cut, key in CUTS.items():
        writer.execute("DELETE FROM sums WHERE cut = ? AND day BETWEEN ? AND ?", (cut, first, last))
        writer.execute(
            f"INSERT INTO sums SELECT '{cut}', day, {key}, {SUMMED} FROM counts"
            " WHERE day BETWEEN ? AND ? GROUP BY day, 3",
            (first, last),
        )
