"""Tables of counts, and the statement that answers a question from the fewest of their rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import inf
from typing import Any, Final

from imail_tui.domain.analytics.months import whole_months
from imail_tui.model.analytics import COUNTED, AnalyticsRow
from imail_tui.store.schema import Layout, layout

Sums = list[AnalyticsRow]

NAMES: Final = ", ".join(COUNTED)
SUMMED: Final = ", ".join(f"sum({name})" for name in COUNTED)
HOLES: Final = ", ".join("?" * len(COUNTED))
WHOLE: Final = "all"
CUTS: Final = {
    WHOLE: "''",
    "campaign": "campaign",
    "inbox": "inbox",
    "step": "step",
    "variant": "step || char(31) || variant",
}
"""What `sums` is split by besides the day: the cut's name, and how its key is made from a row of `counts`."""
FIRST_DAYS: Final = """
WITH firsts AS (
  SELECT key, min(day) AS month FROM sums_months WHERE cut = 'campaign' AND sent > 0 GROUP BY key
)
SELECT firsts.key, min(sums.day) FROM firsts
CROSS JOIN days ON days.day BETWEEN firsts.month AND firsts.month + 30
CROSS JOIN sums ON sums.cut = 'campaign' AND sums.day = days.day AND sums.key = firsts.key
WHERE sums.sent > 0 GROUP BY firsts.key
"""
"""The first day with mail of each campaign, looked for in its first month only."""
_IN_CUT: Final = {
    "campaign": "key",
    "inbox": "key",
    "step": "substr(key, 1, instr(key || char(31), char(31)) - 1)",
    "variant": "substr(key, instr(key, char(31)) + 1)",
}
"""How a key of the API is read back from a row of `sums`."""
_BLANK: Final = AnalyticsRow.model_construct(None)
"""What rows are copied from: four times as fast as making each anew."""
_ID: Final = {"campaign": "campaign_id", "inbox": "inbox_id", "step": "step_id", "variant": "variant_id"}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which counts are summed; None = any. An empty set of inboxes selects nothing."""

    start: date
    end: date
    campaign: str | None = None
    inboxes: tuple[str, ...] | None = None
    step: str | None = None
    variant: str | None = None


def layout_of_counts() -> Layout:
    """An empty store. No counter has a type, so that whole numbers stay whole beside infinity."""
    counts = f"campaign TEXT, inbox TEXT, step TEXT, variant TEXT, day INTEGER, {NAMES}"
    sums = f"cut TEXT, day INTEGER, key TEXT, {NAMES}, PRIMARY KEY (cut, day, key)"
    statements = [
        "CREATE TABLE days (day INTEGER PRIMARY KEY, fetched_on INTEGER NOT NULL, at REAL NOT NULL,"
        " keys TEXT NOT NULL)",
        "CREATE TABLE readings (at REAL PRIMARY KEY, body BLOB NOT NULL)",
    ]
    for table in ("", "_months"):
        statements += [
            f"CREATE TABLE counts{table} ({counts})",
            f"CREATE INDEX counts{table}_by_day ON counts{table} (day)",
            f"CREATE INDEX counts{table}_by_campaign ON counts{table} (campaign, day)",
            f"CREATE INDEX counts{table}_by_inbox ON counts{table} (inbox, day)",
            f"CREATE TABLE sums{table} ({sums}) WITHOUT ROWID",
        ]
    return layout("analytics", statements, ())


def statement(selection: Selection, by: Sequence[str], bucket: int) -> tuple[str, list[object]]:
    """The SQL that sums a selection by some keys, and its values."""
    cut = _cut(selection, by)
    keys = {key: _IN_CUT[key] if cut is not None else key for key in _ID}
    keys["day"] = "day"
    conditions, given = _conditions(selection, keys)
    if cut is not None:
        conditions, given = ["cut = ?", *conditions], [cut, *given]
    table = "counts" if cut is None else "sums"
    named = ", ".join(f"{keys[key]} AS {key}" for key in by)
    parts: list[str] = []
    values: list[object] = []
    for kind, first, last in _periods(selection, monthly="day" not in by):
        where = " AND ".join([*conditions, "day BETWEEN ? AND ?"])
        columns = ", ".join([named, NAMES]) if named else NAMES
        parts.append(f"SELECT {columns} FROM {table}{kind} WHERE {where}")
        values += [*given, first, last]
    first_day = selection.start.toordinal()
    days = f"(day - {first_day}) / {bucket} * {bucket} + {first_day}"
    shown = [days if key == "day" else key for key in by]
    selected = ", ".join([*shown, "count(*)", SUMMED])
    grouped = f" GROUP BY {', '.join(str(number) for number in range(1, len(by) + 1))}" if by else ""
    return f"SELECT {selected} FROM ({' UNION ALL '.join(parts)}){grouped}", values


def sums_of(by: Sequence[str], records: Sequence[Sequence[object]]) -> Sums:
    """The answer of such a statement as rows; one of no counts at all is left out."""
    ids = ["day" if key == "day" else _ID[key] for key in by]
    made: Sums = []
    for record in records:
        if not record[len(by)]:
            continue
        fields: dict[str, Any] = dict(zip(ids, record, strict=False))
        if isinstance(day := fields.get("day"), int):
            fields["day"] = date.fromordinal(day)
        fields.update(zip(COUNTED, record[len(by) + 1 :], strict=True))
        if inf in record:
            fields = {name: value for name, value in fields.items() if value != inf}
        made.append(_BLANK.model_copy(update=fields))
    return made


def _cut(selection: Selection, by: Sequence[str]) -> str | None:
    """The cut of `sums` that knows every key that is asked about; None = only `counts` does."""
    fixed = {
        "campaign": selection.campaign,
        "inbox": selection.inboxes,
        "step": selection.step,
        "variant": selection.variant,
    }
    keys = {key for key in _ID if key in by or fixed[key] is not None}
    if keys == {"step", "variant"}:
        return "variant"
    return None if len(keys) > 1 or keys == {"variant"} else next(iter(keys), WHOLE)


def _conditions(selection: Selection, keys: dict[str, str]) -> tuple[list[str], list[object]]:
    conditions: list[str] = []
    values: list[object] = []
    for key in ("campaign", "step", "variant"):
        value = getattr(selection, key)
        if value is not None:
            conditions.append(f"{keys[key]} = ?")
            values.append(value)
    if selection.inboxes is not None:
        conditions.append(f"{keys['inbox']} IN ({', '.join('?' * len(selection.inboxes))})")
        values += selection.inboxes
    return conditions, values


def _periods(selection: Selection, *, monthly: bool) -> list[tuple[str, int, int]]:
    """Ranges of ordinals that make up the selection's days: of table `…` and of table `…_months`."""
    first, last = selection.start.toordinal(), selection.end.toordinal()
    months = whole_months(selection.start, selection.end) if monthly else None
    if months is None:
        return [("", first, last)]
    begin, end = months[0].toordinal(), months[1].toordinal()
    pieces = [("", first, begin - 1), ("_months", begin, end), ("", end + 1, last)]
    return [piece for piece in pieces if piece[1] <= piece[2]]
