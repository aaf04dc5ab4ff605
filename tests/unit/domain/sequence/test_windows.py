"""Windows against a walk minute by minute, in zones whose clocks do odd things."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imail_tui.domain.sequence.windows import (
    SendWindow,
    add_business_days,
    is_open,
    last_closing,
    next_opening,
    openings,
)

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
EVERY_DAY = frozenset(range(7))

CHANGES = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # half an hour back
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Africa/Casablanca", date(2026, 2, 15)),  # Ramadan
    ("Africa/Casablanca", date(2026, 3, 22)),
    ("America/Sao_Paulo", date(2018, 11, 4)),  # midnight does not exist
    ("America/Sao_Paulo", date(2018, 2, 17)),  # the last hour of Saturday twice
    ("America/Sao_Paulo", date(2018, 2, 18)),
    ("America/St_Johns", date(2010, 11, 7)),  # back at 00:01, into the day before
    ("America/St_Johns", date(2010, 11, 6)),
    ("Asia/Kathmandu", date(1986, 1, 1)),  # fifteen minutes ahead
    ("Pacific/Apia", date(2011, 12, 30)),  # a day that never was
    ("Pacific/Apia", date(2011, 12, 31)),
    ("UTC", date(2026, 5, 10)),
]

changes = st.sampled_from(CHANGES)
# Hours around midnight and in the small hours, where clocks change, as well as any.
minutes = st.one_of(st.sampled_from([0, 1, 30, 60, 90, 120, 135, 150, 180, 1380, 1410]), st.integers(0, 1439))


@st.composite
def windows(draw: st.DrawFn, around: date) -> SendWindow:
    start = draw(minutes)
    end = draw(st.one_of(st.integers(start + 1, 1440), st.just(min(start + 15, 1440))))
    near = st.integers(-3, 3).map(lambda days: around + days * DAY)
    return SendWindow(
        days=draw(st.one_of(st.just(EVERY_DAY), st.frozensets(st.integers(0, 6), min_size=1))),
        start=start,
        end=end,
        first_date=draw(st.none() | near),
        last_date=draw(st.none() | near),
        excluded=draw(st.frozensets(near, max_size=2)),
    )


def open_by_the_clock(window: SendWindow, zone: ZoneInfo, at: datetime) -> bool:
    """The definition, read off a clock on the wall."""
    local = at.astimezone(zone)
    day = local.date()
    return (
        day.weekday() in window.days
        and day not in window.excluded
        and not (window.first_date and day < window.first_date)
        and not (window.last_date and day > window.last_date)
        and window.start <= local.hour * 60 + local.minute < window.end
    )


@given(data=st.data(), change=changes, offset_minutes=st.integers(-36 * 60, 36 * 60))
def test_next_opening_is_the_first_open_minute(
    data: st.DataObject, change: tuple[str, date], offset_minutes: int
) -> None:
    name, around = change
    zone, window = ZoneInfo(name), data.draw(windows(around))
    at = datetime.combine(around, datetime.min.time(), UTC) + timedelta(minutes=offset_minutes, seconds=17)
    found = next_opening(window, zone, at)
    if open_by_the_clock(window, zone, at):
        assert found == at
        return
    step = at.replace(second=0) + MINUTE
    for _ in range(3 * 24 * 60):
        if open_by_the_clock(window, zone, step):
            assert found == step
            return
        step += MINUTE
    assert found is None or found > step - MINUTE
    if found is not None:
        assert open_by_the_clock(window, zone, found)
        assert not open_by_the_clock(window, zone, found - MINUTE)


@given(data=st.data(), change=changes)
def test_spans_of_a_day_are_its_open_minutes(data: st.DataObject, change: tuple[str, date]) -> None:
    name, around = change
    zone, window = ZoneInfo(name), data.draw(windows(around))
    allowed = window.allows(around)
    spans = openings(window, zone, around) if allowed else ()
    step = datetime.combine(around, datetime.min.time(), UTC) - timedelta(hours=16)
    for _ in range(56 * 60):
        if step.astimezone(zone).date() == around:
            inside = any(opens <= step < closes for opens, closes in spans)
            assert inside is (allowed and open_by_the_clock(window, zone, step))
        step += MINUTE


@given(data=st.data(), change=changes)
def test_after_the_last_closing_it_never_opens(data: st.DataObject, change: tuple[str, date]) -> None:
    name, around = change
    zone, window = ZoneInfo(name), data.draw(windows(around))
    closing = last_closing(window, zone)
    if closing is not None:
        assert next_opening(window, zone, closing) is None
        assert is_open(window, zone, closing - MINUTE)
    elif window.last_date is None:
        assert next_opening(window, zone, datetime(2030, 1, 1, tzinfo=UTC)) is not None
    else:
        assert next_opening(window, zone, datetime(2000, 1, 1, tzinfo=UTC)) is None


@given(
    change=changes,
    days=st.integers(1, 30),
    minute=minutes,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    excluded=st.frozensets(st.integers(-5, 20), max_size=4),
)
@example(
    change=("Pacific/Apia", date(2011, 12, 30)), days=1, minute=60, weekdays=EVERY_DAY, excluded=frozenset()
)
def test_business_days_keep_the_wall_time(
    change: tuple[str, date], days: int, minute: int, weekdays: frozenset[int], excluded: frozenset[int]
) -> None:
    name, around = change
    zone = ZoneInfo(name)
    window = SendWindow(days=weekdays, excluded=frozenset(around + number * DAY for number in excluded))
    at = datetime.combine(around - DAY, datetime.min.time(), zone) + timedelta(minutes=minute)
    found = add_business_days(window, zone, at.astimezone(UTC), days)
    wall = at.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    target = wall.date()
    counted = 0
    while counted < days:
        target += DAY
        counted += target.weekday() in weekdays and target not in window.excluded
    expected = datetime.combine(target, wall.time())
    local = found.astimezone(zone).replace(tzinfo=None)
    if local != expected:
        # The wall time does not exist: this is the first instant after the gap.
        assert local > expected
        assert (found - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None) < expected
    else:
        assert found.astimezone(zone).fold == 0


@pytest.mark.parametrize(
    ("zone", "window", "at", "expected"),
    [
        # 02:00 becomes 03:00: a start within the gap opens at its end.
        (
            "Europe/Berlin",
            SendWindow(days=EVERY_DAY, start=150, end=300),
            "2026-03-29T00:00",
            "2026-03-29T01:00",
        ),
        # A window wholly within the gap stays shut that day.
        (
            "Europe/Berlin",
            SendWindow(days=EVERY_DAY, start=135, end=165),
            "2026-03-29T00:30",
            "2026-03-30T00:15",
        ),
        # 03:00 becomes 02:00: hours that exist twice are open twice.
        (
            "Europe/Berlin",
            SendWindow(days=EVERY_DAY, start=150, end=165),
            "2026-10-25T00:00",
            "2026-10-25T00:30",
        ),
        (
            "Europe/Berlin",
            SendWindow(days=EVERY_DAY, start=150, end=165),
            "2026-10-25T00:45",
            "2026-10-25T01:30",
        ),
        ("Pacific/Apia", SendWindow(days=frozenset({4})), "2011-12-30T09:00", "2012-01-05T19:00"),
    ],
)
def test_changes_of_the_clocks(zone: str, window: SendWindow, at: str, expected: str) -> None:
    opens = next_opening(window, ZoneInfo(zone), datetime.fromisoformat(at + "+00:00"))
    assert opens == datetime.fromisoformat(expected + "+00:00")


def test_a_window_with_many_excluded_dates_opens_after_them() -> None:
    fridays = frozenset(date(2026, 1, 2) + number * 7 * DAY for number in range(100))
    window = SendWindow(days=frozenset({4}), excluded=fridays)
    opens = next_opening(window, UTC_ZONE, datetime(2026, 1, 1, tzinfo=UTC))
    assert opens == datetime(2027, 12, 3, 9, tzinfo=UTC)


def test_far_dates_neither_raise_nor_take_long() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert next_opening(SendWindow(first_date=date.max), UTC_ZONE, at) is None
    assert next_opening(SendWindow(last_date=date.min), UTC_ZONE, at) is None
    assert next_opening(SendWindow(first_date=date(9000, 1, 1)), UTC_ZONE, at) == datetime(
        9000, 1, 1, 9, tzinfo=UTC
    )
    for zone in (UTC_ZONE, ZoneInfo("Pacific/Apia"), ZoneInfo("Pacific/Honolulu")):
        assert last_closing(SendWindow(last_date=date.min), zone) is None
        assert last_closing(SendWindow(last_date=date.max), zone) is not None


@pytest.mark.parametrize(
    ("lead_zone", "expected"),
    [("Asia/Tokyo", "Asia/Tokyo"), ("Mars/Base", "Europe/Berlin"), (None, "Europe/Berlin")],
)
def test_the_lead_s_zone_or_the_workspace_s(lead_zone: str | None, expected: str) -> None:
    assert SendWindow().zone(lead_zone, "Europe/Berlin") == ZoneInfo(expected)
    assert SendWindow(timezone="America/New_York").zone(lead_zone, "Europe/Berlin") == ZoneInfo(
        "America/New_York"
    )


UTC_ZONE = ZoneInfo("UTC")
