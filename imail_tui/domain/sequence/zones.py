"""Time zones by name, and local wall times as instants."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_SECOND = timedelta(seconds=1)


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo | None:
    """The zone of the IANA database of that name, None when there is none: leads bring any text."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def first_zone(*names: str | None) -> tzinfo:
    """The first name that is a zone; UTC when none is."""
    for name in names:
        found = zone(name) if name else None
        if found is not None:
            return found
    return UTC


def offset(of: tzinfo, wall: datetime, fold: int = 0) -> timedelta:
    """How far a zone is ahead of UTC at a naive wall time.

    In a gap `fold` 0 is the offset before it, 1 the one after; of a time that exists twice 0 is the first.
    """
    found = wall.replace(tzinfo=of, fold=fold).utcoffset()
    assert found is not None
    return found


def instant_of(of: tzinfo, wall: datetime) -> datetime:
    """The instant of a naive wall time, in UTC: the first of two, and the end of the gap it falls in."""
    before, after = offset(of, wall), offset(of, wall, fold=1)
    if after > before:
        # The earlier reading lies before the change, the later one after it.
        return change_between(of, _utc(wall - after), _utc(wall - before))
    return _utc(wall - before)


def change_between(of: tzinfo, early: datetime, late: datetime) -> datetime:
    """The first instant with the offset of `late`, where one change lies between two UTC instants."""
    target = late.astimezone(of).utcoffset()
    while late - early > _SECOND:
        middle = early + (late - early) // (2 * _SECOND) * _SECOND
        if middle in (early, late):
            break
        if middle.astimezone(of).utcoffset() == target:
            late = middle
        else:
            early = middle
    return late


def _utc(wall: datetime) -> datetime:
    return wall.replace(tzinfo=UTC)
