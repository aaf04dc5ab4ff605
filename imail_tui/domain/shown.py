"""Numbers and times as people read them. Unknown is always "–", never zero."""

from datetime import datetime, timedelta
from typing import Final

UNKNOWN: Final = "–"

_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400


def count(value: int | None) -> str:
    """A whole number with thousands separated: `12,345`."""
    return UNKNOWN if value is None else f"{value:,}"


def percent(fraction: float | None) -> str:
    """A fraction as a percentage with one decimal: `4.1 %`."""
    return UNKNOWN if fraction is None else f"{100 * fraction:.1f} %"


def of(part: int | None, whole: int | None) -> str:
    """A number with what it is measured against: `34/50`."""
    return f"{count(part)}/{count(whole)}"


def plural(number: int, noun: str) -> str:
    """A counted noun: `1 lead`, `2 days`, `3 inboxes`, `2 replies`."""
    if number == 1:
        return f"1 {noun}"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{number:,} {noun[:-1]}ies"
    return f"{number:,} {noun}{'es' if noun.endswith(('x', 's')) else 's'}"


def in_bytes(number: int) -> str:
    """Bytes in the unit one can read at a glance: `319 B`, `42 kB`, `1,215 MB`."""
    if number < 1_000:
        return f"{number} B"
    return f"{number / 1e3:,.0f} kB" if number < 1_000_000 else f"{number / 1e6:,.0f} MB"


def ago(then: datetime | None, now: datetime) -> str:
    """Age in one unit, coarser the older it is: `12 s`, `5 m`, `3 h`, `9 d`, then the date.

    A time in the future (a clock that differs) is `now`.
    """
    if then is None:
        return UNKNOWN
    seconds = (now - then) / timedelta(seconds=1)
    if seconds < 1:
        return "now"
    for limit, unit, letter in (
        (_MINUTE, 1, "s"),
        (_HOUR, _MINUTE, "m"),
        (_DAY, _HOUR, "h"),
        (14 * _DAY, _DAY, "d"),
    ):
        if seconds < limit:
            return f"{int(seconds // unit)} {letter}"
    return f"{then:%Y-%m-%d}"


def duration(span: timedelta) -> str:
    """A span to the second, without its leading zeros: `12 s`, `1 h 0 min 5 s`."""
    seconds = max(0, int(span.total_seconds()))
    parts = ((seconds // _DAY, "d"), (seconds // _HOUR % 24, "h"), (seconds // _MINUTE % 60, "min"))
    first = next((place for place, (number, _) in enumerate(parts) if number), len(parts))
    return " ".join(f"{number} {unit}" for number, unit in (*parts[first:], (seconds % _MINUTE, "s")))


def moment(when: datetime | None) -> str:
    """A point in time to the minute, UTC: `2026-11-23 14:05`."""
    return UNKNOWN if when is None else f"{when:%Y-%m-%d %H:%M}"
