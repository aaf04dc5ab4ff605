"""Until when a reply is put off: a few usual times, or one that is typed. All in the workspace's zone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from imail_tui.domain.listing import parse_time
from imail_tui.model.problem import Problem

MORNING: Final = time(9)
_LATER: Final = timedelta(hours=3)
_EVENING: Final = time(18)
_LONGEST: Final = timedelta(days=366)

_SPAN: Final = re.compile(r"(\d{1,4})\s*(m|min|h|d|w)")
_CLOCK: Final = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*(am|pm)?")
_UNITS: Final = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS: Final = {name: number for number, day in enumerate(_WEEK) for name in (day, day[:3])}


class BadTime(ValueError):
    """A time that cannot be read, or is over; `problem` says how to write one."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.problem = Problem(what, "Write 3d, 2h, fri 9:00, tomorrow 14:30 or 2026-03-20.", code="bad_time")


@dataclass(frozen=True, slots=True)
class Preset:
    """A usual time."""

    id: str
    title: str
    until: datetime


def presets(now: datetime, zone: str) -> tuple[Preset, ...]:
    """The usual times from now on, soonest first."""
    here = now.astimezone(_zone(zone))
    monday = (7 - here.weekday()) or 7
    return (
        Preset("later_today", "Later today", _later(here)),
        Preset("tomorrow", "Tomorrow morning", _at(here, 1, MORNING)),
        Preset("monday", "Monday morning", _at(here, monday, MORNING)),
        Preset("week", "In a week", _at(here, 7, MORNING)),
    )


def read_time(text: str, now: datetime, zone: str) -> datetime:
    """A moment that was typed, or the id of a preset. Raises BadTime for none, or one that is over."""
    typed = " ".join(text.casefold().split())
    here = now.astimezone(_zone(zone))
    found = _preset(typed, now, zone) or _span(typed, here) or _day(typed, here) or _moment(typed, here)
    if found is None:
        raise BadTime("This is no time." if typed else "No time is given.")
    if found <= now:
        raise BadTime("This time is over.")
    if found - now > _LONGEST:
        raise BadTime("This is more than a year away.")
    return found


def _preset(typed: str, now: datetime, zone: str) -> datetime | None:
    wanted = typed.replace(" ", "_").replace("-", "_")
    return next((each.until for each in presets(now, zone) if each.id == wanted), None)


def _span(typed: str, here: datetime) -> datetime | None:
    found = _SPAN.fullmatch(typed)
    if found is None:
        return None
    number, unit = int(found[1]), _UNITS[found[2]]
    if unit in ("days", "weeks"):
        # Days by the calendar: the morning is meant, whatever clocks do in between.
        return _at(here, number * (7 if unit == "weeks" else 1), MORNING)
    return (here + timedelta(**{unit: number})).astimezone(UTC)


def _day(typed: str, here: datetime) -> datetime | None:
    """`fri`, `friday 9:00`, `tomorrow 2pm`, `today 17:00`, `17:00`."""
    word, _, rest = typed.partition(" ")
    if word in ("today", "tomorrow"):
        days = ("today", "tomorrow").index(word)
    elif word in _DAYS:
        days = (_DAYS[word] - here.weekday()) % 7
    else:
        return _next_clock(typed, here)
    clock = _clock(rest) if rest else MORNING
    if clock is None:
        return None
    found = _at(here, days, clock)
    return _at(here, days + 7, clock) if found <= here and word in _DAYS else found


def _next_clock(typed: str, here: datetime) -> datetime | None:
    clock = _clock(typed) if ":" in typed or typed.endswith("m") else None
    if clock is None:
        return None
    today = _at(here, 0, clock)
    return today if today > here else _at(here, 1, clock)


def _moment(typed: str, here: datetime) -> datetime | None:
    """A date (its morning) or a date with a time, in the zone unless it says otherwise."""
    try:
        found = datetime.fromisoformat(typed.upper())
    except ValueError:
        return None
    if found.tzinfo is not None:
        return parse_time(typed.upper())
    if len(typed) <= 10:
        found = datetime.combine(found.date(), MORNING)
    return found.replace(tzinfo=here.tzinfo).astimezone(UTC)


def _clock(text: str) -> time | None:
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _later(here: datetime) -> datetime:
    """In three hours, but not beyond the evening; late in the day, in three hours all the same."""
    evening = _at(here, 0, _EVENING)
    later = (here + _LATER).astimezone(UTC)
    return evening if here + timedelta(minutes=30) < evening < later else later


def _at(here: datetime, days: int, clock: time) -> datetime:
    day = here.date() + timedelta(days=days)
    return datetime.combine(day, clock, tzinfo=here.tzinfo).astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
