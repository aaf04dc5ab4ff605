"""Every reason a campaign can have, in the order in which a person mends them."""

from datetime import UTC, datetime

import pytest

from imail_tui.domain.why_not_sending import Cause, NextDue, Reason, why_not_sending
from imail_tui.model.campaigns import Campaign
from imail_tui.model.inboxes import Inbox

MONDAY_NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)


def inbox(inbox_id: str = "inb_1", /, **fields: object) -> Inbox:
    row = {"id": inbox_id, "email": f"{inbox_id}@x.example", "status": "connected", "daily_limit": 50}
    return Inbox.model_validate({**row, "sent_today": 3, **fields})


def campaign(**fields: object) -> Campaign:
    row: dict[str, object] = {
        "id": "cmp_1",
        "name": "Q4",
        "status": "active",
        "inbox_ids": ["inb_1"],
        "daily_limit": 100,
        "sent_today": 3,
        "send_window": {"timezone": "UTC", "days": ["mon", "tue"], "start": "09:00", "end": "17:00"},
        "lead_counts": {"queued": 5, "active": 7, "completed": 1},
    }
    return Campaign.model_validate({**row, **fields})


def causes(found: tuple[Reason, ...]) -> list[Cause]:
    return [reason.cause for reason in found]


def test_one_that_can_send_has_none() -> None:
    assert why_not_sending(campaign(), {"inb_1": inbox()}, MONDAY_NOON) == ()
    assert why_not_sending(campaign(), {}, MONDAY_NOON) == (), "what is not known keeps nobody from sending"


@pytest.mark.parametrize(
    ("fields", "of_inbox", "cause", "what"),
    [
        ({"status": "draft"}, {}, Cause.STATE, "draft"),
        ({"status": "paused"}, {}, Cause.STATE, "paused"),
        ({"status": "completed"}, {}, Cause.STATE, "through"),
        ({"status": "archived"}, {}, Cause.STATE, "archived"),
        ({"status": "hibernating"}, {}, Cause.STATE, "hibernating"),
        ({"inbox_ids": []}, {}, Cause.INBOXES, "no inbox"),
        ({}, {"status": "disconnected", "status_reason": "revoked"}, Cause.INBOXES, "disconnected: revoked."),
        ({}, {"status": "paused"}, Cause.INBOXES, "inb_1@x.example is paused."),
        ({}, {"status": "pending_setup"}, Cause.INBOXES, "not set up yet"),
        ({"lead_counts": {"queued": 0, "active": 0, "completed": 9}}, {}, Cause.LEADS, "through"),
        ({"lead_counts": {"queued": 0, "active": 0, "paused": 2}}, {}, Cause.LEADS, "2 leads paused"),
        ({"lead_counts": {"queued": 0, "active": 0}}, {}, Cause.LEADS, "no leads"),
        ({"sent_today": 100}, {}, Cause.LIMIT, "100 of 100"),
        ({}, {"sent_today": 50}, Cause.LIMIT, "1 inbox of it"),
    ],
)
def test_each_reason_alone(
    fields: dict[str, object], of_inbox: dict[str, object], cause: Cause, what: str
) -> None:
    (reason,) = why_not_sending(campaign(**fields), {"inb_1": inbox(**of_inbox)}, MONDAY_NOON)
    assert (reason.cause, reason.stops) == (cause, True)
    assert what in reason.what
    assert reason.remedy
    assert reason.until == (MIDNIGHT if cause is Cause.LIMIT else None)


def test_a_closed_window_says_until_when_in_its_own_zone() -> None:
    window = {"timezone": "America/New_York", "days": ["mon"], "start": "09:00", "end": "17:00"}
    (reason,) = why_not_sending(campaign(send_window=window), {}, MONDAY_NOON)
    assert (reason.cause, reason.until) == (Cause.WINDOW, datetime(2026, 11, 23, 14, tzinfo=UTC))
    assert "Mon 2026-11-23 09:00 in America/New_York" in reason.what


def test_where_leads_have_zones_of_their_own_a_closed_window_does_not_stop_all() -> None:
    window = {"timezone": "lead", "days": ["mon"], "start": "13:00", "end": "17:00"}
    (reason,) = why_not_sending(campaign(send_window=window), {}, MONDAY_NOON, "Europe/London")
    assert (reason.cause, reason.stops) == (Cause.WINDOW, False)
    assert "in Europe/London; each lead's own zone decides" in reason.what


def test_a_window_that_is_over_never_opens() -> None:
    window = {"timezone": "UTC", "days": ["mon"], "start": "09:00", "end": "10:00", "end_date": "2026-11-23"}
    assert causes(why_not_sending(campaign(send_window=window), {}, MONDAY_NOON)) == [Cause.ENDED]


def test_one_inbox_of_two_only_slows_it_down_and_its_limit_is_that_of_the_other() -> None:
    both = campaign(inbox_ids=["inb_1", "inb_2"])
    out, full = inbox("inb_1", status="error"), inbox("inb_2", sent_today=50)
    (reason,) = why_not_sending(both, {"inb_1": out, "inb_2": inbox("inb_2")}, MONDAY_NOON)
    assert (reason.cause, reason.stops) == (Cause.SOME_INBOXES, False)
    found = why_not_sending(both, {"inb_1": out, "inb_2": full}, MONDAY_NOON)
    assert causes(found) == [Cause.LIMIT, Cause.SOME_INBOXES]


def test_what_is_not_due_yet() -> None:
    later = datetime(2026, 11, 24, 9, tzinfo=UTC)
    known = {"inb_1": inbox()}
    (exact,) = why_not_sending(campaign(), known, MONDAY_NOON, due=NextDue(later, all_seen=True))
    assert (exact.cause, exact.until, exact.stops) == (Cause.DUE, later, True)
    (some,) = why_not_sending(campaign(), known, MONDAY_NOON, due=NextDue(later, all_seen=False))
    assert not some.stops
    for nothing in (NextDue(None, all_seen=True), NextDue(MONDAY_NOON, all_seen=True)):
        assert why_not_sending(campaign(), known, MONDAY_NOON, due=nothing) == ()


def test_all_at_once_come_in_the_order_of_mending() -> None:
    worst = campaign(
        status="paused",
        sent_today=100,
        lead_counts={"queued": 0, "active": 0, "completed": 1},
        send_window={"timezone": "UTC", "days": ["tue"], "start": "09:00", "end": "17:00"},
    )
    found = why_not_sending(worst, {"inb_1": inbox(status="disconnected")}, MONDAY_NOON)
    assert causes(found) == [Cause.STATE, Cause.INBOXES, Cause.LEADS, Cause.LIMIT, Cause.WINDOW]
