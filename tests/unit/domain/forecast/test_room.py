"""How many mails may leave on a day, and which limit says so."""

from datetime import UTC, date
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.forecast.room import Room, SendingInbox
from imail_tui.domain.sequence.window_json import read_window
from imail_tui.domain.sequence.windows import SendWindow

MONDAY, SUNDAY = date(2026, 3, 2), date(2026, 3, 8)


def window(days: list[str], start: str, end: str) -> SendWindow:
    return read_window({"days": days, "start": start, "end": end})[0]


ALL_DAY = window(["mon", "tue", "wed", "thu", "fri"], "00:00", "23:59")
OFFICE = window(["mon", "tue", "wed", "thu", "fri"], "09:00", "17:00")
UTC_ONLY = [(UTC, 1.0)]


def test_the_campaigns_limit_where_it_is_the_smallest() -> None:
    room = Room(ALL_DAY, UTC_ONLY, 50, [SendingInbox(40), SendingInbox(40)])
    mails, bound = room.bounds(MONDAY)
    assert bound == "limit"
    assert 49 < mails <= 50


def test_the_inboxes_less_what_other_campaigns_take() -> None:
    room = Room(ALL_DAY, UTC_ONLY, 500, [SendingInbox(40, others=15), SendingInbox(40, up=0.5)])
    assert room.bounds(MONDAY) == (45.0, "inboxes")


def test_pauses_between_two_mails_of_an_inbox() -> None:
    room = Room(OFFICE, UTC_ONLY, 500, [SendingInbox(100, gap_seconds=600)])
    assert room.bounds(MONDAY) == (48.0, "pause")


def test_nothing_on_a_day_the_window_is_shut_and_nothing_without_an_inbox() -> None:
    assert Room(OFFICE, UTC_ONLY, 50, [SendingInbox(40)]).on(SUNDAY) == 0
    assert Room(OFFICE, UTC_ONLY, 50, []).on(MONDAY) == 0


def test_the_limit_is_spread_over_the_day_and_the_hours_after_the_last_closing_are_lost() -> None:
    inboxes = [SendingInbox(1_000)]
    assert Room(OFFICE, UTC_ONLY, 240, inboxes).on(MONDAY) == 170.0
    west = [(ZoneInfo("America/New_York"), 1.0)]
    assert Room(OFFICE, west, 240, inboxes).on(MONDAY) == 220.0


def test_one_more_inbox_is_one_like_the_others() -> None:
    room = Room(ALL_DAY, UTC_ONLY, 500, [SendingInbox(30), SendingInbox(50)])
    assert room.with_inbox().on(MONDAY) == 120


@given(
    limit=st.integers(1, 2_000),
    inboxes=st.lists(st.builds(SendingInbox, st.integers(0, 200), st.integers(0, 900)), max_size=6),
    pace=st.floats(0.3, 1.3),
)
def test_never_more_than_any_limit_and_never_less_with_one_more_inbox(
    limit: int, inboxes: list[SendingInbox], pace: float
) -> None:
    room = Room(OFFICE, UTC_ONLY, limit, inboxes, pace)
    assert 0 <= room.on(MONDAY) <= min(limit, sum(inbox.daily_limit for inbox in inboxes)) + 1e-9
    assert room.with_inbox().on(MONDAY) >= room.on(MONDAY) - 1e-9
