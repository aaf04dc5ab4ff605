"""The sandbox people watch."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from imail_tui.services.sandbox_process import lively


@pytest.mark.parametrize(
    ("now", "start"),
    [
        (datetime(2026, 11, 23, 14, 5, tzinfo=UTC), "2026-11-23T08:00:00+00:00"),
        (datetime(2026, 11, 23, 7, 59, tzinfo=UTC), "2026-11-20T08:00:00+00:00"),
        (datetime(2026, 11, 22, 12, tzinfo=UTC), "2026-11-20T08:00:00+00:00"),
        (datetime(2026, 11, 21, 3, tzinfo=UTC), "2026-11-20T08:00:00+00:00"),
        (datetime(2026, 11, 24, 1, tzinfo=timezone(timedelta(hours=9))), "2026-11-23T08:00:00+00:00"),
    ],
    ids=["monday afternoon", "monday before work", "sunday", "saturday night", "another zone"],
)
def test_its_world_begins_on_the_last_working_morning(now: datetime, start: str) -> None:
    assert lively(now, 30) == ("--speed=30", f"--start={start}")
