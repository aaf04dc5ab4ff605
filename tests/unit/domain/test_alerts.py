"""Each cause is told once, at a time when somebody wants to hear it, and counts until it is seen or over."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from imail_tui.domain.alerts import (
    Alert,
    AlertBoard,
    AlertSettings,
    Kind,
    QuietHours,
    Rule,
    of_campaign,
    of_event,
    of_inboxes,
)
from imail_tui.domain.why_not_sending import Cause, Reason
from imail_tui.model.campaigns import Campaign
from imail_tui.model.events import event_of
from imail_tui.model.inboxes import Inbox
from imail_tui.model.record import Json

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NIGHT = NOW.replace(hour=23)
DEFAULTS = AlertSettings()


def inbox(**fields: object) -> Inbox:
    return Inbox.model_validate({"id": "inb_1", "email": "anna@x.example", "status": "connected", **fields})


def alert(cause: str = "inbox_down:inb_1", **fields: Any) -> Alert:
    return replace(Alert(cause, Rule(Kind.INBOX_DOWN), "x", "y", "inboxes", "inb_1", NOW), **fields)


def only(kind: Kind, **fields: Any) -> AlertSettings:
    return AlertSettings({kind: replace(Rule(kind), **fields)})


def test_what_inboxes_are_worth() -> None:
    down = inbox(status="disconnected", disconnected_at=NOW, status_reason="token revoked")
    (found,) = of_inboxes(DEFAULTS, [inbox(), down], NOW)
    assert found.what == "anna@x.example is disconnected: token revoked."
    assert (found.area_id, found.record_id, found.since) == ("inboxes", "inb_1", NOW)
    bad = inbox(health={"bounce_rate_7d": 0.061}, warmup={"status": "threshold_paused"})
    bounces, warmup = of_inboxes(DEFAULTS, [bad], NOW)
    assert "bounces 6.1 %" in bounces.what
    assert "paused itself" in warmup.what


@pytest.mark.parametrize(("minutes", "found"), [(4, 0), (5, 1), (600, 1)])
def test_down_for_some_minutes(minutes: int, found: int) -> None:
    settings = only(Kind.INBOX_DOWN, minutes=5.0)
    down = inbox(status="disconnected", disconnected_at=NOW - timedelta(minutes=minutes))
    assert len(of_inboxes(settings, [down], NOW)) == found


def test_another_outage_is_another_cause() -> None:
    first, second = (
        of_inboxes(DEFAULTS, [inbox(status="disconnected", disconnected_at=at)], NOW)[0]
        for at in (NOW, NOW + timedelta(hours=1))
    )
    assert first.cause != second.cause


def test_a_campaign_that_stalls_by_itself_is_none() -> None:
    campaign = Campaign(id="cmp_1", name="Q4", status="active")
    closed = Reason(Cause.WINDOW, "closed")
    assert of_campaign(DEFAULTS, campaign, [closed], NOW) == []
    (found,) = of_campaign(DEFAULTS, campaign, [Reason(Cause.INBOXES, "anna is out."), closed], NOW)
    assert found.what == "Q4 sends nothing: anna is out."
    draft = Campaign(id="cmp_1", name="Q4", status="draft")
    assert of_campaign(DEFAULTS, draft, [Reason(Cause.INBOXES, "")], NOW) == []


def test_replies_only_when_asked_for() -> None:
    data: Json = {
        "reply_id": "rpl_1",
        "lead": {"email": "bo@x.example"},
        "classification": {"label": "interested"},
    }
    event = event_of({"id": "evt_1", "type": "reply.classified", "data": data})
    assert of_event(DEFAULTS, event, NOW) is None
    found = of_event(only(Kind.REPLY, labels=("interested",)), event, NOW)
    assert found is not None
    assert (found.what, found.passing, found.area_id) == ("bo@x.example: interested.", True, "replies")
    assert of_event(only(Kind.REPLY, labels=("question",)), event, NOW) is None


def test_told_once_and_again_when_it_comes_back() -> None:
    board = AlertBoard()
    assert board.stand([alert()], NOW) == [alert()]
    assert board.stand([alert(what="longer")], NOW) == []
    assert [each.what for each in board.standing] == ["longer"]
    assert board.stand([], NOW) == []
    assert board.standing == ()
    assert board.stand([alert()], NOW) == [alert()]


def test_seen_counts_no_more_and_is_gone_when_over() -> None:
    board = AlertBoard()
    board.stand([alert(), alert("other")], NOW)
    board.acknowledge(["other", "never heard of"])
    assert board.open == 1
    assert board.acknowledged == {"other"}
    board.stand([alert(), alert("other")], NOW)
    assert board.open == 1
    board.stand([alert()], NOW)
    assert board.acknowledged == frozenset()


def test_quiet_hours_put_off_what_still_stands_at_their_end() -> None:
    board = AlertBoard(QuietHours(time(22), time(7)))
    assert board.stand([alert("over by then"), alert("stands")], NIGHT) == []
    assert board.open == 2
    assert board.stand([alert("stands")], NIGHT + timedelta(hours=3)) == []
    assert board.stand([alert("stands")], NIGHT + timedelta(hours=8)) == [alert("stands")]


@pytest.mark.parametrize(
    ("start", "end", "at", "holds"),
    [(22, 7, 23, True), (22, 7, 6, True), (22, 7, 7, False), (9, 17, 9, True), (9, 17, 17, False)],
)
def test_quiet_hours_over_midnight(start: int, end: int, at: int, holds: bool) -> None:
    assert QuietHours(time(start), time(end)).hold(time(at)) is holds


def test_what_an_earlier_run_told_is_not_told_again_and_a_first_look_is_silent() -> None:
    board = AlertBoard(told=["inbox_down:inb_1"])
    assert board.stand([alert()], NOW) == []
    assert board.told == {"inbox_down:inb_1"}
    board.stand([], NOW)
    assert board.stand([alert()], NOW) == [alert()], "it is another one"
    first = AlertBoard()
    assert first.stand([alert()], NOW, silent=True) == []
    assert first.open == 1


def test_news_stays_until_it_is_seen_and_does_not_pile_up() -> None:
    board = AlertBoard()
    news = [alert(f"reply:{number}", passing=True) for number in range(150)]
    assert len(board.pass_on(news, NOW)) == AlertBoard.MOST_PASSING
    assert board.stand([], NOW) == []
    assert len(board.standing) == AlertBoard.MOST_PASSING
    assert board.pass_on(news[-3:], NOW) == []
    board.acknowledge([each.cause for each in board.standing])
    assert board.standing == ()
