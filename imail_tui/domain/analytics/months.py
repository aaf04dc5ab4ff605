"""Calendar months inside a range of days."""

from datetime import date, timedelta

_DAY = timedelta(days=1)


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of a day's month."""
    first = day.replace(day=1)
    if first.month == 12 and first.year == date.max.year:
        return first, date.max
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return first, following - _DAY


def whole_months(start: date, end: date) -> tuple[date, date] | None:
    """The first day of the first whole month inside a range and the last day of the last one."""
    first, last = month_of(start)
    if first != start:
        if last >= end:
            return None
        first = last + _DAY
    final, close = month_of(end)
    if close != end:
        if final <= first:
            return None
        close = final - _DAY
    return (first, close) if first <= close else None
