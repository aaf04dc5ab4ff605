"""The forecast of 100,000 leads in a 20-step campaign, all its runs together.

    uv run python -m tests.benchmarks.forecast

Beside it what walking each of the leads once by the real engine would take, reckoned from a sample: that is
what sampled walks and a flow by days spare. Aim: 2 s.
"""

import time
from datetime import UTC, datetime
from statistics import median
from zoneinfo import ZoneInfo

from imail_tui.domain.forecast.forecast import Task, forecast
from imail_tui.domain.forecast.habits import Habits
from imail_tui.domain.forecast.room import Room, SendingInbox
from imail_tui.domain.forecast.ways import SAMPLES, sample_ways
from imail_tui.domain.sequence.lead import Lead
from imail_tui.services.campaign_code.simulating import course_of
from tests.benchmarks.campaigns import full_campaign

LEADS = 100_000
ROUNDS = 5


def main() -> None:
    """Measure and print."""
    zones = ("Europe/Berlin", "Europe/London", "America/New_York")
    course = course_of({**full_campaign(), "inbox_ids": ["inb_1"]}, "Europe/Berlin")
    leads = [Lead(f"led_{number}", zones[number % 3], {"title": "CEO"}) for number in range(300)]
    begins = datetime(2026, 3, 2, 6, tzinfo=UTC)
    task = Task(course, leads, LEADS, {}, begins)
    shares = [(ZoneInfo(zone), 1 / len(zones)) for zone in zones]
    room = Room(course.window, shares, 5_000, [SendingInbox(200, 60) for _ in range(25)])
    found, took = forecast(task, room, Habits()), []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        forecast(task, room, Habits())
        took.append(time.perf_counter() - started)
    started = time.perf_counter()
    sample_ways(course, leads, Habits(), begins, 1)
    each = (time.perf_counter() - started) / SAMPLES
    print(f"{found.mails:,.0f} mails on {len(found.days):,} days, done {found.done}")
    print(f"forecast {median(took):.2f} s (aim: 2); walking every lead once {LEADS * each:.0f} s")
    print(f"ratio {median(took) / (LEADS * each):.4f}")


if __name__ == "__main__":
    main()
