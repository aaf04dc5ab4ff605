"""Send windows: which instants are open, in the lead's zone or a fixed one."""

import datetime as dt
import json
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from imail_tui.sandbox.clock import from_ms

HOUR = 3_600_000
DAY = 24 * HOUR
_HALF_HOUR = HOUR // 2
_DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_THURSDAY = 3
"""Weekday of the epoch's first day."""

_EPOCH_ORDINAL = dt.date(1970, 1, 1).toordinal()
_SEARCH_DAYS = 400


@lru_cache(maxsize=200_000)
def _offset_of_half_hour(zone: str, half_hour: int) -> int:
    try:
        offset = from_ms(half_hour * _HALF_HOUR).astimezone(ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a lead's zone is whatever an import brought
        return 0
    assert offset is not None
    return int(offset.total_seconds()) * 1000


def utc_offset(zone: str, at_ms: int) -> int:
    """Milliseconds a zone is ahead of UTC at an instant (zones change on half hours of UTC).

    A name that is no zone counts as UTC.
    """
    return _offset_of_half_hour(zone, at_ms // _HALF_HOUR)


@dataclass(frozen=True)
class SendWindow:
    """Hours (milliseconds of the local day) and weekdays (0 = Monday) in which mail may leave.

    `timezone` None means each lead's own zone. Dates are days since the epoch, inclusive.
    """

    timezone: str | None = None
    days: frozenset[int] = frozenset(range(5))
    start: int = 9 * HOUR
    end: int = 17 * HOUR
    first_day: int | None = None
    last_day: int | None = None
    excluded: frozenset[int] = frozenset()

    @classmethod
    def parse(cls, text: str | None) -> "SendWindow":
        """The window of a campaign row; None = the default, 9-17 on weekdays in the lead's zone."""
        if text is None:
            return cls()
        raw = json.loads(text)
        zone = raw.get("timezone", "lead")
        return cls(
            timezone=None if zone == "lead" else zone,
            days=frozenset(_DAY_NAMES.index(name) for name in raw.get("days", _DAY_NAMES[:5])),
            start=_minutes(raw.get("start", "09:00")) * 60_000,
            end=_minutes(raw.get("end", "17:00")) * 60_000,
            first_day=_day_number(raw.get("start_date")),
            last_day=_day_number(raw.get("end_date")),
            excluded=frozenset(filter(None, map(_day_number, raw.get("exclude_dates") or ()))),
        )

    def zone(self, lead_zone: str) -> str:
        """The zone its hours are in for a lead."""
        return self.timezone or lead_zone

    def next_open(self, lead_zone: str, at_ms: int) -> int | None:
        """The first open instant at or after `at_ms`; None when there is none within 400 days."""
        zone = self.zone(lead_zone)
        day, time_of_day = divmod(at_ms + utc_offset(zone, at_ms), DAY)
        if self._is_day(day):
            if self.start <= time_of_day < self.end:
                return at_ms
            if time_of_day < self.start:
                return _instant(zone, day * DAY + self.start)
        for later in range(day + 1, day + _SEARCH_DAYS):
            if self._is_day(later):
                return _instant(zone, later * DAY + self.start)
        return None

    def is_open(self, lead_zone: str, at_ms: int) -> bool:
        """Whether mail may leave at an instant."""
        return self.next_open(lead_zone, at_ms) == at_ms

    def add_days(self, lead_zone: str, at_ms: int, days: int) -> int:
        """`days` of the window's own weekdays later, at the same time of day."""
        zone = self.zone(lead_zone)
        local = at_ms + utc_offset(zone, at_ms)
        while days > 0 and self.days:
            local += DAY
            days -= (local // DAY + _THURSDAY) % 7 in self.days
        return _instant(zone, local)

    def _is_day(self, day: int) -> bool:
        return (
            (day + _THURSDAY) % 7 in self.days
            and day not in self.excluded
            and (self.first_day is None or day >= self.first_day)
            and (self.last_day is None or day <= self.last_day)
        )


def _instant(zone: str, local_ms: int) -> int:
    """The UTC instant of a local time; the second look corrects a change of offset in between."""
    guess = local_ms - utc_offset(zone, local_ms)
    return local_ms - utc_offset(zone, guess)


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")[:2]
    return int(hours) * 60 + int(minutes)


def _day_number(text: str | None) -> int | None:
    return None if text is None else dt.date.fromisoformat(text).toordinal() - _EPOCH_ORDINAL
