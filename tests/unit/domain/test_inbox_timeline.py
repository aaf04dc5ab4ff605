"""Outages from events that come in any order, twice, or not at all."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.inbox_timeline import downtime, inbox_timeline
from imail_tui.domain.shown import duration
from imail_tui.model.events import Event, event_of
from imail_tui.model.inboxes import Inbox
from imail_tui.model.record import Json

START = datetime(2026, 3, 2, 10, tzinfo=UTC)


def event(kind: str, seconds: int, reason: str = "") -> Event:
    at = (START + timedelta(seconds=seconds)).isoformat()
    data: Json = {"inbox_id": "inb_1", "reason": reason}
    return event_of({"id": f"evt_{seconds}_{kind}", "type": kind, "created_at": at, "data": data})


def lost(seconds: int, reason: str = "") -> Event:
    return event("inbox.disconnected", seconds, reason)


def back(seconds: int) -> Event:
    return event("inbox.reconnected", seconds)


def inbox(status: str = "connected", disconnected_at: datetime | None = None) -> Inbox:
    return Inbox(id="inb_1", status=status, disconnected_at=disconnected_at, status_reason="revoked")


def test_an_outage_to_the_second() -> None:
    found = inbox_timeline(inbox(), [back(4_325), lost(0, "token revoked")], START + timedelta(days=1))
    assert [(each.type, each.reason, each.down) for each in found] == [
        ("inbox.reconnected", "", timedelta(seconds=4_325)),
        ("inbox.disconnected", "token revoked", None),
    ]
    assert duration(downtime(found)) == "1 h 12 min 5 s"


def test_one_that_lasts_grows_with_the_clock() -> None:
    now = START + timedelta(seconds=90)
    (found,) = inbox_timeline(inbox("disconnected"), [lost(0)], now)
    assert (found.down, found.lasts) == (timedelta(seconds=90), True)


def test_a_loss_before_events_were_followed_is_known_by_the_inbox() -> None:
    (found,) = inbox_timeline(inbox("disconnected", START), [], START + timedelta(hours=1))
    assert (found.at, found.down, found.reason) == (START, timedelta(hours=1), "revoked")
    assert inbox_timeline(inbox("disconnected"), [], START) == ()


def test_a_return_without_a_loss_has_no_downtime_and_a_second_loss_is_the_same_outage() -> None:
    events = [back(10), lost(20), lost(25), event("warmup.threshold_paused", 27), back(30)]
    found = inbox_timeline(inbox(), events, START + timedelta(days=1))
    assert [(each.type, each.down) for each in reversed(found)] == [
        ("inbox.reconnected", None),
        ("inbox.disconnected", None),
        ("warmup.threshold_paused", None),
        ("inbox.reconnected", timedelta(seconds=10)),
    ]


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(1, 500)), max_size=8), st.integers(0, 99))
def test_in_any_order_and_twice_it_is_the_same(spans: list[tuple[int, int]], seed: int) -> None:
    events: list[Event] = []
    at = 0
    for up, down in spans:
        events += [lost(at + up), back(at + up + down)]
        at += up + down
    shuffled = events * 2
    random.Random(seed).shuffle(shuffled)
    now = START + timedelta(days=9)
    found = inbox_timeline(inbox(), shuffled, now)
    assert found == inbox_timeline(inbox(), events, now)
    assert downtime(found) == timedelta(seconds=sum(down for _, down in spans))
