"""Injected events: the same rows, counts and payloads as the world's own."""

import sqlite3
from typing import Any

import httpx
import pytest

from imail_tui.sandbox.testing import ControlRefused, SandboxControl, ThreadSandbox
from tests.unit.sandbox.server.wire import good

_COUNTERS = (
    "opened",
    "unique_opened",
    "clicked",
    "replied",
    "auto_replied",
    "positive_replied",
    "bounced_hard",
)


def _mailed(stage: ThreadSandbox, condition: str = "1") -> sqlite3.Row:
    """A lead on its way through an active campaign, whose latest mail nobody has reacted to."""
    with stage.ledgers.test.read() as connection:
        row: sqlite3.Row | None = connection.execute(
            "SELECT m.* FROM mail m JOIN enrollment e ON e.lead_id = m.lead_id "
            "AND e.campaign_id = m.campaign_id JOIN campaign c ON c.id = e.campaign_id "
            "WHERE c.status = 'active' AND e.status = 'active' AND m.opened_at IS NULL "
            "AND m.replied_at IS NULL AND m.bounced_at IS NULL AND m.sent_at = (SELECT max(sent_at) "
            f"FROM mail o WHERE o.lead_id = m.lead_id) AND {condition} ORDER BY m.sent_at DESC LIMIT 1"
        ).fetchone()
    assert row is not None
    return row


def _totals(api: httpx.Client, mail: sqlite3.Row) -> dict[str, int]:
    params = {"campaign_id": mail["campaign_id"], "from": "2026-11-23", "to": "2026-11-23"}
    row = good(api.get("/analytics", params=params))["data"][0]
    return {name: row[name] for name in _COUNTERS}


def _added(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {name: after[name] - before[name] for name in before if after[name] != before[name]}


def _event(api: httpx.Client, lead_id: str) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = good(api.get("/events", params={"lead_id": lead_id, "limit": 100}))["data"]
    return events


def test_a_reply_in_my_words_with_its_label(
    stage: ThreadSandbox, control: SandboxControl, api: httpx.Client
) -> None:
    mail = _mailed(stage)
    before = _totals(api, mail)
    event_ids = control.reply(mail["lead_id"], "Call me\n\nat nine.", label="interested")
    happened = [event for event in _event(api, mail["lead_id"]) if event["id"] in event_ids]
    assert [event["type"] for event in happened] == ["reply.received", "reply.classified"]
    reply = good(api.get(f"/replies/{happened[0]['data']['reply_id']}"))
    assert reply["text"] == "Call me\n\nat nine."
    assert reply["snippet"] == "Call me at nine."
    assert reply["classification"] == {"label": "interested", "confidence": 0.9, "source": "ai"}
    assert reply["campaign_id"] == mail["campaign_id"]
    assert _added(before, _totals(api, mail)) == {"replied": 1, "positive_replied": 1}
    found = good(api.get("/replies", params={"q": "nine", "campaign_id": mail["campaign_id"]}))["data"]
    assert reply["id"] in [row["id"] for row in found]
    lead = good(api.get(f"/leads/{mail['lead_id']}"))
    assert lead["classification"] == "interested"


def test_a_classification_that_takes_its_time(
    stage: ThreadSandbox, control: SandboxControl, api: httpx.Client
) -> None:
    mail = _mailed(stage)
    fields = {"lead_id": mail["lead_id"], "text": "Hm.", "label": "not_now", "classify_after_seconds": 120}
    assert len(control.happen("reply.received", **fields)) == 1
    reply = good(api.get("/replies"))["data"][0]
    assert reply["classification"] is None
    event_ids = control.happen("reply.classified", reply_id=reply["id"], label="objection")
    assert len(event_ids) == 1
    assert good(api.get(f"/replies/{reply['id']}"))["classification"]["label"] == "objection"


def test_an_automatic_reply_is_no_reply(
    stage: ThreadSandbox, control: SandboxControl, api: httpx.Client
) -> None:
    mail = _mailed(stage)
    before = _totals(api, mail)
    control.reply(mail["lead_id"], "I am away.", auto=True)
    assert _added(before, _totals(api, mail)) == {"auto_replied": 1}
    status = good(api.get(f"/leads/{mail['lead_id']}"))["enrollments"][0]["status"]
    assert status == "active"


def test_opens_and_clicks_count_once_as_unique(
    stage: ThreadSandbox, control: SandboxControl, api: httpx.Client
) -> None:
    mail = _mailed(stage)
    before = _totals(api, mail)
    for type_ in ("email.opened", "email.opened", "email.clicked"):
        assert len(control.happen(type_, lead_id=mail["lead_id"])) == 1
    assert _added(before, _totals(api, mail)) == {"opened": 2, "unique_opened": 1, "clicked": 1}


def test_bounces_and_unsubscriptions_end_and_suppress(
    stage: ThreadSandbox, control: SandboxControl, api: httpx.Client
) -> None:
    bounced = _mailed(stage)
    control.happen("email.bounced.hard", lead_id=bounced["lead_id"])
    gone = _mailed(stage)
    assert control.happen("unsubscribed", lead_id=gone["lead_id"]) == []
    for mail, status in ((bounced, "bounced"), (gone, "unsubscribed")):
        lead = good(api.get(f"/leads/{mail['lead_id']}"))
        assert lead["suppressed"] is True
        assert lead["enrollments"][0]["status"] == status
    soft = _mailed(stage)
    control.happen("email.bounced.soft", lead_id=soft["lead_id"], category="greylisted")
    assert _event(api, soft["lead_id"])[-1]["data"]["bounce"]["category"] == "greylisted"


def test_inboxes_are_lost_until_found_again(
    stage: ThreadSandbox, control: SandboxControl, api: httpx.Client
) -> None:
    inbox = good(api.get("/inboxes", params={"status": "connected"}))["data"][0]
    control.happen("inbox.disconnected", inbox_id=inbox["id"], reason="Password changed")
    lost = good(api.get(f"/inboxes/{inbox['id']}"))
    assert (lost["status"], lost["status_reason"]) == ("disconnected", "Password changed")
    with pytest.raises(ControlRefused, match="nothing_happened"):
        control.happen("inbox.disconnected", inbox_id=inbox["id"])
    control.happen("inbox.reconnected", inbox_id=inbox["id"])
    assert good(api.get(f"/inboxes/{inbox['id']}"))["status"] == "connected"
    warming = next(
        one
        for one in good(api.get("/inboxes", params={"limit": 100}))["data"]
        if one["warmup"]["status"] == "warming"
    )
    control.happen("warmup.threshold_paused", inbox_id=warming["id"], spam_rate=0.07)
    paused = good(api.get(f"/inboxes/{warming['id']}"))["warmup"]
    assert (paused["status"], paused["spam_rate"]) == ("threshold_paused", 0.07)


@pytest.mark.parametrize(
    ("type_", "fields", "code"),
    [
        ("email.opened", {"lead_id": "led_none"}, "unknown_reference"),
        ("inbox.disconnected", {"inbox_id": "inb_none"}, "unknown_reference"),
        ("email.opened", {}, "invalid_field"),
        ("email.melted", {"lead_id": "led_none"}, "invalid_field"),
    ],
)
def test_what_cannot_happen_is_refused(
    control: SandboxControl, type_: str, fields: dict[str, Any], code: str
) -> None:
    with pytest.raises(ControlRefused) as refused:
        control.happen(type_, **fields)
    assert (refused.value.status, refused.value.code) == (400, code)


def test_a_lead_nobody_wrote_to_cannot_answer(control: SandboxControl, api: httpx.Client) -> None:
    lead = good(api.post("/leads", json={"email": "silent@new.example"}), 201)
    with pytest.raises(ControlRefused, match="nothing_sent"):
        control.reply(lead["id"], "Hello?")


def test_the_world_is_left_in_step_with_its_counts(stage: ThreadSandbox, control: SandboxControl) -> None:
    """Sums of the day's counts move exactly with the events."""

    def sums() -> tuple[int, ...]:
        query = "SELECT sum(opened), sum(clicked), sum(replied + auto_replied) FROM daily"
        with stage.ledgers.test.read() as db:
            return tuple(int(value) for value in db.execute(query).fetchone())

    def events() -> tuple[int, ...]:
        types = ("email.opened", "email.clicked", "reply.received")
        query = "SELECT count(*) FROM event WHERE type = ?"
        with stage.ledgers.test.read() as db:
            return tuple(db.execute(query, (type_,)).fetchone()[0] for type_ in types)

    before, logged = sums(), events()
    for _ in range(4):
        lead_id = _mailed(stage)["lead_id"]
        control.happen("email.opened", lead_id=lead_id)
        control.happen("email.clicked", lead_id=lead_id)
        control.reply(lead_id, "Yes.")
    added = [after - first for first, after in zip(before, sums(), strict=True)]
    assert added == [after - first for first, after in zip(logged, events(), strict=True)]
    assert added == [4, 4, 4]
