"""Send windows: at which instants mail may leave.

A window is open when the local date is one of its days and `start` <= local wall time < `end`. That alone
decides around changes of the clocks: a start inside a gap opens at the gap's end, hours that exist twice
are open twice. Instants are aware UTC datetimes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from imail_tui.domain.sequence.zones import change_between, first_zone, instant_of, offset

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LEAD_ZONE = "lead"
"""The `timezone` of a window whose hours are in each lead's own zone."""

_DAY = timedelta(days=1)
_MIDNIGHT = datetime.min.time()
_FIRST_ORDINAL, _LAST_ORDINAL = 3, date.max.toordinal() - 2
"""Beyond these dates a local time may not be one in UTC any more."""


@dataclass(frozen=True, slots=True)
class SendWindow:
    """Weekdays (0 = Monday) and minutes of the local day; dates are local and inclusive."""

    timezone: str = LEAD_ZONE
    days: frozenset[int] = field(default=frozenset(range(5)))
    start: int = 9 * 60
    end: int = 17 * 60
    first_date: date | None = None
    last_date: date | None = None
    excluded: frozenset[date] = frozenset()

    def zone(self, lead_zone: str | None, workspace_zone: str) -> tzinfo:
        """The zone of its hours for a lead; a lead without a valid one uses the workspace's."""
        if self.timezone == LEAD_ZONE:
            return first_zone(lead_zone, workspace_zone)
        return first_zone(self.timezone, workspace_zone)

    def counts(self, day: date) -> bool:
        """Whether a date is a business day: one of the weekdays, and not excluded."""
        return day.weekday() in self.days and day not in self.excluded

    def allows(self, day: date) -> bool:
        """Whether mail may leave on a date at all."""
        return (
            self.counts(day)
            and (self.first_date is None or day >= self.first_date)
            and (self.last_date is None or day <= self.last_date)
        )


def is_open(window: SendWindow, zone: tzinfo, at: datetime) -> bool:
    """Whether mail may leave at an instant."""
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    return window.start <= minute < window.end and window.allows(local.date())


def next_opening(window: SendWindow, zone: tzinfo, at: datetime) -> datetime | None:
    """The first open instant at or after `at`; None when the window never opens again."""
    if is_open(window, zone, at):
        return at
    for day in _days_from(window, at.astimezone(zone).date()):
        for opens, closes in openings(window, zone, day):
            if closes > at:
                return max(opens, at)
    return None


def last_closing(window: SendWindow, zone: tzinfo) -> datetime | None:
    """The instant after which it stays shut; None = it opens for ever, or never did."""
    if window.last_date is None:
        return None
    last = min(window.last_date.toordinal(), _LAST_ORDINAL)
    for ordinal in range(last, max(_FIRST_ORDINAL, last - _search_days(window)), -1):
        day = date.fromordinal(ordinal)
        for _, closes in reversed(openings(window, zone, day) if window.allows(day) else ()):
            return closes
    return None


def add_business_days(window: SendWindow, zone: tzinfo, at: datetime, days: int) -> datetime:
    """The same local wall time, `days` of the window's days later."""
    local = at.astimezone(zone).replace(tzinfo=None)
    while days > 0:
        local += _DAY
        days -= window.counts(local.date())
    return instant_of(zone, local)


def _search_days(window: SendWindow) -> int:
    """More days than excluded dates and days that the clocks skip could keep a window shut."""
    return 7 * (len(window.excluded) + 3)


def _days_from(window: SendWindow, day: date) -> Iterator[date]:
    """Days on which the window may be open, from the day before one on.

    Clocks that go back over midnight return to the day before.
    """
    first = max(day, window.first_date or day).toordinal() - 1
    last = min(first + _search_days(window), (window.last_date or date.max).toordinal(), _LAST_ORDINAL)
    for ordinal in range(first, last + 1):
        later = date.fromordinal(ordinal)
        if window.allows(later):
            yield later


@lru_cache(maxsize=4096)
def openings(window: SendWindow, zone: tzinfo, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """The open spans of an allowed local date, each from an instant up to another, in order.

    One span as a rule; none, or two, when the clocks change within the hours.
    """
    midnight = datetime.combine(day, _MIDNIGHT)
    start, end = midnight + timedelta(minutes=window.start), midnight + timedelta(minutes=window.end)
    offsets = {offset(zone, wall, fold) for wall in (start, end) for fold in (0, 1)}
    early = (start - max(offsets)).replace(tzinfo=UTC)
    late = (end - min(offsets)).replace(tzinfo=UTC)
    if len(offsets) == 1:
        return ((early, late),)
    change = change_between(zone, early, late)
    spans = []
    for begins, ends in ((early, change), (change, late)):
        ahead = begins.astimezone(zone).utcoffset()
        assert ahead is not None
        opens = max(begins, start.replace(tzinfo=UTC) - ahead)
        closes = min(ends, end.replace(tzinfo=UTC) - ahead)
        if opens < closes:
            spans.append((opens, closes))
    return tuple(spans)
