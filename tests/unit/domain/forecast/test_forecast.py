"""When a campaign is done, its range, and what holds it up."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from imail_tui.domain.forecast.forecast import Forecast, Task, forecast
from imail_tui.domain.forecast.habits import Habits
from imail_tui.domain.forecast.room import Room, SendingInbox
from imail_tui.domain.forecast.telling import done_words, last_words, load_words, pace_words, sooner_words
from imail_tui.domain.sequence.lead import Lead
from imail_tui.services.campaign_code.simulating import course_of

BEGINS: Final = datetime(2026, 3, 2, 6, tzinfo=UTC)
COURSE: Final = course_of(
    {
        "name": "c",
        "inbox_ids": ["inb_1"],
        "send_window": {"days": ["mon", "tue", "wed", "thu", "fri"], "start": "08:00", "end": "18:00"},
        "steps": [
            {"id": "hello", "type": "email", "subject": "Hi", "body": "Hello"},
            {"id": "pause", "type": "wait", "delay": {"value": 3, "unit": "days"}},
            {"id": "again", "type": "email", "subject": "", "body": "Again"},
        ],
    },
    "UTC",
)
QUIET: Final = (
    Habits().with_chosen("replied", 0.0).with_chosen("bounced", 0.0).with_chosen("unsubscribed", 0.0)
)


def told(queued: int, inboxes: int, limit: int = 10_000, habits: Habits = QUIET) -> Forecast:
    room = Room(COURSE.window, [(UTC, 1.0)], limit, [SendingInbox(50) for _ in range(inboxes)])
    return forecast(Task(COURSE, [Lead("l", "UTC", {})], queued, {}, BEGINS), room, habits)


def test_two_mails_to_each_are_twice_as_many() -> None:
    found = told(400, 2)
    assert round(found.mails) == 800
    assert found.bottleneck == "inboxes"
    # 100 a day on weekdays: eight days of sending at least.
    assert found.done is not None
    assert date(2026, 3, 11) <= found.done <= date(2026, 3, 17)


def test_who_leaves_early_makes_it_shorter() -> None:
    lively = replace(QUIET).with_chosen("bounced", 0.5)
    assert told(400, 2, habits=lively).mails < 0.85 * told(400, 2).mails


def test_the_bottleneck_is_what_most_full_days_are_full_by() -> None:
    assert told(2_000, 4, limit=40).bottleneck == "limit"
    assert told(20, 4).bottleneck == "course"
    assert told(0, 4).bottleneck == "nobody"


def test_one_more_inbox_helps_where_inboxes_hold_it_up_and_only_there() -> None:
    helped, spared = told(2_000, 2), told(2_000, 40, limit=50)
    assert helped.sooner is not None
    assert helped.sooner > 3
    assert spared.sooner == 0
    assert sooner_words(spared) == "nothing"
    assert sooner_words(helped) == f"done {helped.sooner} days sooner"


def test_the_range_holds_the_day_and_is_a_quarter_of_the_time_at_most() -> None:
    for queued in (50, 500, 5_000, 20_000):
        found = told(queued, 3)
        assert found.done is not None
        assert found.early is not None
        assert found.late is not None
        assert found.early <= found.done <= found.late
        remaining = found.done - BEGINS.date()
        assert found.late - found.early <= max(timedelta(days=2), remaining / 4)


def test_the_same_seed_gives_the_same_forecast() -> None:
    assert told(300, 2) == told(300, 2)


def test_without_an_inbox_nothing_is_in_sight() -> None:
    found = told(10, 0)
    assert found.done is None
    assert done_words(found, BEGINS.date()) == "not within four years at this pace"


def test_in_words() -> None:
    found = told(400, 2)
    assert done_words(found, BEGINS.date()).startswith(f"{found.done:%a %d %b %Y}, in ")
    assert last_words(found) == f"{found.last:%a %d %b %Y}"
    assert pace_words(found).endswith("at most 100 on Mon 02 Mar")
    assert "% of what may leave" in load_words(found)
    nobody = told(0, 2)
    assert {done_words(nobody, BEGINS.date()), last_words(nobody)} == {"–"}
