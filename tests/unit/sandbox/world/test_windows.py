"""Send windows across zones, weekends and changes of daylight saving."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.sandbox.clock import from_ms, to_ms
from imail_tui.sandbox.world.windows import SendWindow

_ZONES = ("Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "Asia/Tokyo", "Australia/Melbourne", "UTC")
_INSTANTS = st.integers(min_value=1_750_000_000_000, max_value=1_830_000_000_000)


def at(text: str) -> int:
    return to_ms(dt.datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("zone", "now", "opens"),
    [
        ("Europe/Berlin", "2026-11-23T08:30:00+01:00", "2026-11-23T09:00:00+01:00"),
        ("Europe/Berlin", "2026-11-23T16:59:59+01:00", "2026-11-23T16:59:59+01:00"),
        ("Europe/Berlin", "2026-11-27T17:00:00+01:00", "2026-11-30T09:00:00+01:00"),
        ("Europe/Berlin", "2026-03-27T18:00:00+01:00", "2026-03-30T09:00:00+02:00"),
        ("America/New_York", "2026-10-30T18:00:00-04:00", "2026-11-02T09:00:00-05:00"),
        ("Asia/Kolkata", "2026-11-23T03:00:00+00:00", "2026-11-23T09:00:00+05:30"),
    ],
)
def test_next_opening(zone: str, now: str, opens: str) -> None:
    assert SendWindow().next_open(zone, at(now)) == at(opens)


@given(st.sampled_from(_ZONES), _INSTANTS)
def test_an_opening_is_open_and_never_in_the_past(zone: str, now: int) -> None:
    window = SendWindow()
    opening = window.next_open(zone, now)
    assert opening is not None
    assert opening >= now
    local = from_ms(opening).astimezone(ZoneInfo(zone))
    assert local.weekday() < 5
    assert 9 <= local.hour < 17
    assert window.is_open(zone, opening)


def test_fixed_zone_dates_and_exclusions() -> None:
    window = SendWindow.parse(
        '{"timezone":"UTC","days":["mon","tue"],"start":"10:00","end":"11:00",'
        '"start_date":"2026-11-24","end_date":"2026-12-01","exclude_dates":["2026-11-30"]}'
    )
    assert window.next_open("Asia/Tokyo", at("2026-11-23T10:30:00+00:00")) == at("2026-11-24T10:00:00+00:00")
    assert window.next_open("UTC", at("2026-11-24T11:00:00+00:00")) == at("2026-12-01T10:00:00+00:00")
    assert window.next_open("UTC", at("2026-12-01T11:00:00+00:00")) is None


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "Europe", "\0"])
def test_what_is_no_zone_counts_as_utc(zone: str) -> None:
    assert SendWindow().next_open(zone, at("2026-11-23T03:00:00+00:00")) == at("2026-11-23T09:00:00+00:00")


def test_business_days_skip_the_weekend() -> None:
    friday = at("2026-11-27T15:00:00+01:00")
    assert SendWindow().add_days("Europe/Berlin", friday, 2) == at("2026-12-01T15:00:00+01:00")
