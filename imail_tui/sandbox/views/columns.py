"""Small readings of columns that many views share."""

import json
import sqlite3
from collections.abc import Iterable, Sequence

from imail_tui.sandbox.clock import rfc3339, utc_date

WEEK_DAYS = 7
_DAY_MS = 86_400_000


def moment(milliseconds: int | None) -> str | None:
    """A column that may be empty, as an instant."""
    return None if milliseconds is None else rfc3339(milliseconds)


def id_list(rows: Iterable[sqlite3.Row]) -> str:
    """Ids of rows, as JSON for `json_each`."""
    return json.dumps([row["id"] for row in rows])


def week_before(now: int) -> tuple[str, str]:
    """First and last UTC date of the seven days that end today."""
    return utc_date(now - (WEEK_DAYS - 1) * _DAY_MS), utc_date(now)


def days_before(now: int, days: int) -> list[str]:
    """The last UTC dates, oldest first, today included."""
    return [utc_date(now - back * _DAY_MS) for back in reversed(range(days))]


def rate(numerator: int, denominator: int) -> float | None:
    """A fraction of four decimals; None of nothing."""
    return round(numerator / denominator, 4) if denominator else None


def grouped(rows: Sequence[sqlite3.Row]) -> dict[str, sqlite3.Row]:
    """Rows by their first column."""
    return {row[0]: row for row in rows}
