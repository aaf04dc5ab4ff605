"""The heartbeat: the same world however it is cut, inside windows and limits, adding up."""

import datetime as dt
import json
import sqlite3
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from imail_tui.sandbox.clock import from_ms
from imail_tui.sandbox.suppressions import suppress
from tests.unit.sandbox.worlds import (
    HOUR,
    MONDAY,
    SUNDAY,
    advance,
    fingerprint,
    number,
    small_world,
    start_ms,
)

TWO_DAYS = 48 * HOUR
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DEFAULT_WINDOW = {"timezone": "lead", "days": DAY_NAMES[:5], "start": "09:00", "end": "17:00"}


@lru_cache(maxsize=1)
def _two_days_on() -> sqlite3.Connection:
    world = small_world()
    advance(world, start_ms() + TWO_DAYS)
    return world


def test_one_call_and_many_calls_give_the_same_world() -> None:
    at_once, in_steps = small_world(), small_world()
    start = start_ms()
    advance(at_once, start + 6 * HOUR)
    odd = [start + step * 37_123 for step in range(1, 6 * HOUR // 37_123)]
    advance(in_steps, *odd, start + 6 * HOUR)
    assert fingerprint(at_once) == fingerprint(in_steps)
    assert number(at_once, "SELECT count(*) FROM event WHERE created_at > ?", start) > 200


def test_events_since_the_start_agree_with_the_counts() -> None:
    world, before = _two_days_on(), small_world()
    for counter, condition in {
        "sent": "type = 'email.sent'",
        "delivered": "type = 'email.delivered'",
        "opened": "type = 'email.opened'",
        "clicked": "type = 'email.clicked'",
        "bounced_hard": "type = 'email.bounced.hard'",
        "bounced_soft": "type = 'email.bounced.soft'",
        "replied + auto_replied": "type = 'reply.received'",
    }.items():
        query = f"SELECT sum({counter}) FROM daily"
        added = number(world, query) - number(before, query)
        events = number(world, f"SELECT count(*) FROM event WHERE created_at > ? AND {condition}", start_ms())
        assert added == events > 0, counter


def test_positive_answers_agree_with_their_labels() -> None:
    world, before = _two_days_on(), small_world()
    query = "SELECT sum(positive_replied) FROM daily"
    judged = "SELECT count(*) FROM reply WHERE positive_on IS NOT NULL"
    assert number(world, query) - number(before, query) == number(world, judged) - number(before, judged) > 0


def test_mail_leaves_only_inside_its_window() -> None:
    world = _two_days_on()
    sent = world.execute(
        "SELECT m.sent_at, l.timezone, c.send_window FROM mail m JOIN lead l ON l.id = m.lead_id "
        "JOIN campaign c ON c.id = m.campaign_id WHERE m.sent_at > ?",
        (start_ms(),),
    ).fetchall()
    assert len(sent) > 500
    for at, zone, text in sent:
        raw: dict[str, Any] = json.loads(text) if text else dict(DEFAULT_WINDOW)
        name = (zone or "Europe/Berlin") if raw["timezone"] == "lead" else raw["timezone"]
        local = from_ms(at).astimezone(ZoneInfo(name))
        assert DAY_NAMES[local.weekday()] in raw["days"]
        assert raw["start"] <= f"{local:%H:%M}" < raw["end"]


def test_no_day_goes_over_a_limit() -> None:
    for table in ("campaign", "inbox"):
        over = number(
            _two_days_on(),
            f"SELECT count(*) FROM (SELECT 1 FROM daily d JOIN {table} t ON t.id = d.{table}_id "
            f"WHERE t.daily_limit IS NOT NULL GROUP BY d.date, t.id HAVING sum(d.sent) > t.daily_limit)",
        )
        assert over == 0, table


def test_no_lead_gets_a_step_twice_and_none_before_its_gap() -> None:
    world = _two_days_on()
    sent = number(
        world, "SELECT count(*) FROM event WHERE type = 'email.sent' AND created_at > ?", start_ms()
    )
    distinct = number(
        world,
        "SELECT count(DISTINCT lead_id || campaign_id || json_extract(data, '$.step_id')) FROM event "
        "WHERE type = 'email.sent' AND created_at > ?",
        start_ms(),
    )
    assert sent == distinct
    too_close = number(
        world,
        "SELECT count(*) FROM (SELECT "
        "m.sent_at - lag(m.sent_at) OVER (PARTITION BY inbox_id ORDER BY sent_at) gap, "
        "i.min_gap_seconds * 1000 least FROM mail m JOIN inbox i ON i.id = m.inbox_id WHERE m.sent_at > ?) "
        "WHERE gap < least",
        start_ms() + HOUR,
    )
    assert too_close == 0


def test_suppressed_leads_get_nothing() -> None:
    world = small_world()
    start = start_ms()
    leads = world.execute(
        "SELECT l.id, l.email FROM enrollment e JOIN lead l ON l.id = e.lead_id "
        "JOIN campaign c ON c.id = e.campaign_id WHERE c.status = 'active' "
        "AND e.status IN ('queued', 'active') AND l.no % 2 = 0"
    ).fetchall()
    for _, email in leads:
        suppress(world, email, "manual", start)
    advance(world, start + 12 * HOUR)
    sent_to = {
        row[0]
        for row in world.execute(
            "SELECT lead_id FROM event WHERE type = 'email.sent' AND created_at > ?", (start,)
        )
    }
    assert len(sent_to) > 50
    assert sent_to.isdisjoint(lead_id for lead_id, _ in leads)


def test_counters_stay_with_the_enrollments() -> None:
    world = _two_days_on()
    kept = world.execute(
        "SELECT campaign_id, status, leads FROM enrollment_count WHERE leads > 0 ORDER BY 1, 2"
    ).fetchall()
    counted = world.execute(
        "SELECT campaign_id, status, count(*) FROM enrollment GROUP BY 1, 2 ORDER BY 1, 2"
    )
    assert [tuple(row) for row in kept] == [tuple(row) for row in counted]


def test_a_paused_campaign_sends_nothing_more() -> None:
    world = small_world()
    world.execute("UPDATE campaign SET status = 'paused' WHERE status = 'active'")
    advance(world, start_ms() + 6 * HOUR)
    assert number(world, "SELECT count(*) FROM mail WHERE sent_at > ?", start_ms()) == 0
    assert number(world, "SELECT count(*) FROM event WHERE created_at > ?", start_ms()) > 20


def test_without_classification_answers_stay_unlabelled() -> None:
    world = small_world()
    world.execute("UPDATE workspace SET classification_enabled = 0")
    advance(world, start_ms() + 12 * HOUR)
    assert number(world, "SELECT count(*) FROM reply WHERE received_at > ?", start_ms()) > 5
    assert number(world, "SELECT count(label) FROM reply WHERE received_at > ?", start_ms()) == 0


@pytest.mark.parametrize(
    "start", [MONDAY, pytest.param(SUNDAY, marks=pytest.mark.slow)], ids=["weekday", "sunday"]
)
def test_something_is_always_going_on(start: dt.datetime) -> None:
    world = small_world(start)
    began = start_ms(start)
    advance(world, began + 12 * HOUR)
    moments = [began, *(row[0] for row in world.execute("SELECT created_at FROM event ORDER BY seq"))]
    recent = [at for at in moments if at >= began]
    gaps = [later - earlier for earlier, later in pairwise(recent)]
    quiet = sum(gap > 10 * 60_000 for gap in gaps)
    assert quiet <= 6
    assert recent == sorted(recent)


def test_inboxes_get_lost_and_come_back() -> None:
    world = _two_days_on()
    lost = number(world, "SELECT count(*) FROM event WHERE type = 'inbox.disconnected'")
    found = number(world, "SELECT count(*) FROM event WHERE type = 'inbox.reconnected'")
    assert 8 <= lost <= 32
    assert 0 <= lost - found <= 3


def test_a_scheduled_message_leaves_when_due_and_fails_without_its_inbox() -> None:
    world, now = small_world(), start_ms()
    connected, lost = (
        world.execute("SELECT id FROM inbox WHERE status = ? LIMIT 1", (status,)).fetchone()[0]
        for status in ("connected", "error")
    )
    thread_id = world.execute("SELECT id FROM thread LIMIT 1").fetchone()[0]
    for name, inbox_id, at in (
        ("a", connected, now + 5_000),
        ("b", lost, now + 5_000),
        ("c", "inb_gone", now + 5_000),
        ("d", connected, now + 50_000),
    ):
        world.execute(
            "INSERT INTO message (id, thread_id, direction, from_email, to_email, subject, text, at, "
            "inbox_id, status) VALUES (?, ?, 'out', 'a@x.example', 'b@x.example', '', '', ?, ?, 'scheduled')",
            (name, thread_id, at, inbox_id),
        )
    advance(world, now + 5_000)
    states = world.execute("SELECT id, status FROM message WHERE length(id) = 1 ORDER BY id").fetchall()
    assert [tuple(row) for row in states] == [
        ("a", "sent"),
        ("b", "failed"),
        ("c", "failed"),
        ("d", "scheduled"),
    ]
