import pytest

from imail_tui.domain.conditions import conditions_of
from imail_tui.domain.filters import parse_filter
from imail_tui.domain.inbox_changes import PAUSE, RESUME, InboxChange, limit_fault, limit_to
from imail_tui.domain.inbox_stake import stake_of
from imail_tui.domain.listing import INBOXES
from imail_tui.domain.matching import matches
from imail_tui.model.campaigns import Campaign
from imail_tui.model.inboxes import Inbox
from imail_tui.model.record import Json


def inbox(**fields: str | int | None) -> Inbox:
    row: Json = {"id": "inb_1", "status": "connected", "daily_limit": 50, "sent_today": 20, **fields}
    return Inbox.model_validate(row)


@pytest.mark.parametrize(
    ("change", "before"), [(PAUSE, inbox()), (RESUME, inbox(status="paused")), (limit_to(9), inbox())]
)
def test_the_inverse_of_a_change_shows_the_row_as_it_was(change: InboxChange, before: Inbox) -> None:
    row = before.wire() | change.shown
    inverse = change.inverse(before)
    assert inverse is not None
    assert inverse.applies_to(Inbox.model_validate(row))
    assert row | inverse.shown == before.wire()


@pytest.mark.parametrize("status", ["disconnected", "error", "pending_setup", "of a newer server"])
def test_an_inbox_that_does_not_send_is_neither_paused_nor_resumed(status: str) -> None:
    assert not PAUSE.applies_to(inbox(status=status))
    assert not RESUME.applies_to(inbox(status=status))


def test_a_limit_that_is_set_already_changes_nothing() -> None:
    assert not limit_to(50).applies_to(inbox())
    assert limit_to(50).inverse(inbox(daily_limit=None)) is None


@pytest.mark.parametrize("text", ["", "0", "2001", "-1", "1.5", "٣", "9" * 5_000, "ten"])
def test_a_limit_the_api_would_refuse_is_a_fault(text: str) -> None:
    assert limit_fault(text) is not None


@pytest.mark.parametrize("text", ["1", " 50 ", "2000"])
def test_a_limit_in_bounds_is_none(text: str) -> None:
    assert limit_fault(text) is None


def campaign(name: str, status: str, *inbox_ids: str) -> Campaign:
    return Campaign.model_validate({"id": name, "name": name, "status": status, "inbox_ids": [*inbox_ids]})


def test_the_stake_is_what_the_inbox_may_still_send_for_an_active_campaign() -> None:
    campaigns = [campaign("a", "paused", "inb_1"), campaign("b", "active", "inb_1"), campaign("c", "active")]
    stake = stake_of(inbox(status="disconnected"), campaigns)
    assert [each.name for each in stake.campaigns] == ["b", "a"]
    assert stake.mails_today == 30
    assert stake_of(inbox(), campaigns).mails_today == 0
    assert stake_of(inbox(status="error"), campaigns[:1]).mails_today == 0
    assert stake_of(inbox(status="error", daily_limit=None), campaigns).mails_today is None


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("bounce:>3", True),
        ("bounce:>3%", True),
        ("bounce:>5", False),
        ("domain:acme.example", True),
        ("domain:sales", False),
        ("domain:other", False),
    ],
)
def test_terms_of_the_inboxes(text: str, holds: bool) -> None:
    row: Json = {"id": "inb_1", "email": "sales@Acme.Example", "health": {"bounce_rate_7d": 0.041}}
    assert matches(INBOXES, conditions_of(INBOXES, parse_filter(text)), row) is holds
