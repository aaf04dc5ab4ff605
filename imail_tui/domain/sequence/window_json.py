"""Reading a campaign's `send_window`."""

import re
from datetime import date

from imail_tui.domain.sequence.violations import Raw, Violation, is_object
from imail_tui.domain.sequence.windows import DAY_NAMES, LEAD_ZONE, SendWindow
from imail_tui.domain.sequence.zones import zone

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DEFAULT = SendWindow()
_PLACE = "send_window"


def read_window(raw: object) -> tuple[SendWindow, list[Violation]]:
    """The window of the JSON and everything it breaks; null is the default, 9-17 on weekdays.

    Never raises. What cannot be read stands at its default.
    """
    if raw is None:
        return _DEFAULT, []
    if not is_object(raw):
        return _DEFAULT, [Violation("type", _PLACE, "must be an object")]
    found: list[Violation] = []
    start, end = _time(raw, "start", _DEFAULT.start, found), _time(raw, "end", _DEFAULT.end, found)
    if start >= end:
        found.append(Violation("order", f"{_PLACE}.end", f"must be later than {_PLACE}.start"))
        start, end = _DEFAULT.start, _DEFAULT.end
    first, last = (_date(raw.get(key), f"{_PLACE}.{key}", found) for key in ("start_date", "end_date"))
    if first and last and first > last:
        message = f"must not be before {_PLACE}.start_date"
        found.append(Violation("order", f"{_PLACE}.end_date", message))
    window = SendWindow(
        timezone=_timezone(raw, found),
        days=_days(raw, found),
        start=start,
        end=end,
        first_date=first,
        last_date=last,
        excluded=_excluded(raw, found),
    )
    return window, found


def _time(raw: Raw, key: str, default: int, found: list[Violation]) -> int:
    value = raw.get(key)
    if value is None:
        return default
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        found.append(Violation("pattern", f"{_PLACE}.{key}", "must be a time such as 09:00"))
        return default
    hours, minutes = value.split(":")
    return int(hours) * 60 + int(minutes)


def _date(value: object, place: str, found: list[Violation]) -> date | None:
    if value is None:
        return None
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    found.append(Violation("pattern", place, "must be a date such as 2026-05-10"))
    return None


def _timezone(raw: Raw, found: list[Violation]) -> str:
    value = raw.get("timezone")
    if value is None:
        return LEAD_ZONE
    if isinstance(value, str) and (value == LEAD_ZONE or zone(value) is not None):
        return value
    message = "must be lead, or a zone of the IANA database such as Europe/Berlin"
    found.append(Violation("choice", f"{_PLACE}.timezone", message))
    return LEAD_ZONE


def _days(raw: Raw, found: list[Violation]) -> frozenset[int]:
    value = raw.get("days")
    if value is None:
        return _DEFAULT.days
    if not isinstance(value, list) or not value:
        found.append(Violation("type", f"{_PLACE}.days", "must be a list of at least one day"))
        return _DEFAULT.days
    days: list[int] = []
    for index, name in enumerate(value):
        if isinstance(name, str) and name in DAY_NAMES:
            days.append(DAY_NAMES.index(name))
        else:
            message = f"must be one of {', '.join(DAY_NAMES)}"
            found.append(Violation("choice", f"{_PLACE}.days[{index}]", message))
    if len(set(days)) != len(days):
        found.append(Violation("repeated", f"{_PLACE}.days", "lists a day twice"))
    return frozenset(days) or _DEFAULT.days


def _excluded(raw: Raw, found: list[Violation]) -> frozenset[date]:
    value = raw.get("exclude_dates")
    if value is None:
        return frozenset()
    if not isinstance(value, list):
        found.append(Violation("type", f"{_PLACE}.exclude_dates", "must be a list of dates"))
        return frozenset()
    place = f"{_PLACE}.exclude_dates"
    dates = [_date(item, f"{place}[{index}]", found) for index, item in enumerate(value)]
    return frozenset(day for day in dates if day is not None)
