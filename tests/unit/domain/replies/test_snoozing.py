"""Times that are typed, in the workspace's zone, over changes of its clock."""

from datetime import UTC, datetime

import pytest

from imail_tui.domain.replies.snoozing import BadTime, presets, read_time

ZONE = "Europe/Berlin"
NOW = datetime(2026, 3, 26, 9, 30, tzinfo=UTC)
"""A Thursday, 10:30 in Berlin; clocks go forward on Sunday."""


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("2h", "2026-03-26T11:30"),
        ("90 min", "2026-03-26T11:00"),
        ("3d", "2026-03-29T07:00"),
        ("1w", "2026-04-02T07:00"),
        ("fri 9:00", "2026-03-27T08:00"),
        ("Thursday", "2026-04-02T07:00"),
        ("thu 17:00", "2026-03-26T16:00"),
        ("monday", "2026-03-30T07:00"),
        ("tomorrow 2pm", "2026-03-27T13:00"),
        ("17:00", "2026-03-26T16:00"),
        ("8:00", "2026-03-27T07:00"),
        ("2026-04-01", "2026-04-01T07:00"),
        ("2026-04-01 12:15", "2026-04-01T10:15"),
        ("later today", "2026-03-26T12:30"),
    ],
)
def test_a_typed_time(typed: str, until: str) -> None:
    assert read_time(typed, NOW, ZONE) == datetime.fromisoformat(f"{until}+00:00")


@pytest.mark.parametrize(
    "typed", ["", "soon", "today 9:00", "2020-01-01", "25:00", "9999d", "0h", "fri 9:99"]
)
def test_what_is_no_time_to_come_says_how_to_write_one(typed: str) -> None:
    with pytest.raises(BadTime) as refused:
        read_time(typed, NOW, ZONE)
    assert "fri 9:00" in refused.value.problem.remedy


def test_presets_are_ahead_and_an_unknown_zone_is_utc() -> None:
    for hour in (0, 7, 12, 17, 23):
        now = NOW.replace(hour=hour)
        assert all(each.until > now for each in presets(now, ZONE))
    assert read_time("fri 9:00", NOW, "Nowhere/Land") == datetime(2026, 3, 27, 9, tzinfo=UTC)
