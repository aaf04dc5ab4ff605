"""A sending window read minute by minute off the wall clock of its zone: nothing here computes an opening."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from tests.oracle.cases import Case

MINUTE = timedelta(minutes=1)
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Office:
    """A case's window in the zone it has for the case's lead."""

    def __init__(self, case: Case) -> None:
        window = case.window
        self.zone = _zone_of(case)
        self.days = {DAY_NAMES.index(name) for name in window["days"]}
        self.start, self.end = time.fromisoformat(window["start"]), time.fromisoformat(window["end"])
        self.first = date.fromisoformat(window.get("start_date", "2000-01-01"))
        self.last = date.fromisoformat(window.get("end_date", "2100-01-01"))
        self.excluded = {date.fromisoformat(day) for day in window.get("exclude_dates", [])}
        self.next_opening = lru_cache(maxsize=None)(self._next_opening)

    def works_on(self, day: date) -> bool:
        """Whether `day` is one of the window's days and not an excluded one."""
        return day.weekday() in self.days and day not in self.excluded

    def is_open(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        if not self.start <= local.time() < self.end:
            return False
        day = local.date()
        return self.first <= day <= self.last and self.works_on(day)

    def _next_opening(self, at: datetime) -> datetime | None:
        """The first open minute from `at` on; None if the window never opens again."""
        # Two days of margin: no zone's date is further from the date in UTC.
        never_after = datetime.combine(self.last, time(), UTC) + timedelta(days=2)
        while not self.is_open(at):
            if at > never_after:
                return None
            at += MINUTE
        return at

    def later_by_working_days(self, at: datetime, days: int) -> datetime:
        """The same wall time `days` working days after the local date of `at`."""
        local = at.astimezone(self.zone)
        day = local.date()
        while days:
            day += timedelta(days=1)
            days -= self.works_on(day)
        return self._first_instant(datetime.combine(day, local.time()).replace(fold=0))

    def _first_instant(self, wall: datetime) -> datetime:
        """The first instant at which the zone's clock shows `wall`, or more if it never shows it."""
        at = wall.replace(tzinfo=UTC) - timedelta(hours=15)
        while at.astimezone(self.zone).replace(tzinfo=None, fold=0) < wall:
            at += MINUTE
        return at


def _zone_of(case: Case) -> ZoneInfo:
    wanted = case.window["timezone"]
    if wanted != "lead":
        return ZoneInfo(wanted)
    try:
        return ZoneInfo(case.lead_zone or case.workspace_zone)
    except (KeyError, ValueError):
        return ZoneInfo(case.workspace_zone)
