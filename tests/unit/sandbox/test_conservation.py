"""Everything a world counts is what happened in it, and every lead walked as its sequence says."""

import json
import sqlite3
from collections import defaultdict
from functools import lru_cache
from itertools import pairwise

import pytest

from imail_tui.domain.sequence.lead import Lead
from imail_tui.domain.sequence.standing import Event, EventKind, from_row
from imail_tui.domain.sequence.walk import walk
from imail_tui.domain.sequence.windows import is_open
from imail_tui.sandbox.clock import DAY, from_ms, to_ms
from imail_tui.sandbox.world.enrollments import STATUS_OF_END, Enrollments, Place
from imail_tui.sandbox.world.heartbeat import Heartbeat
from imail_tui.sandbox.worlds import WorldOptions, open_ledgers
from tests.unit.sandbox.worlds import MONDAY, number

START = to_ms(MONDAY)
SLOW = (pytest.mark.slow, pytest.mark.timeout(600))
LONG = [pytest.param(30, seed, marks=SLOW, id=f"30 days, seed {seed}") for seed in (2, 3, 7)]
WORLDS = pytest.mark.parametrize(("days", "seed"), [pytest.param(3, 7, id="3 days, seed 7"), *LONG])

EVENTS: dict[str, EventKind] = {
    "email.opened": "opened",
    "email.clicked": "clicked",
    "email.bounced.hard": "bounced_hard",
    "email.bounced.soft": "bounced_soft",
    "reply.received": "replied",
    "reply.classified": "classified",
}
SNAPSHOT = "before"
"""The counts of the seeded past, kept beside the world's own."""


@lru_cache(maxsize=4)
def world(days: int, seed: int) -> sqlite3.Connection:
    """A small world after some days, with `before`: its daily counts when it began."""
    ledgers = open_ledgers(WorldOptions(start=MONDAY, seed=seed, frozen=True))
    with ledgers.test.transaction() as connection:
        connection.execute(f"CREATE TEMP TABLE {SNAPSHOT} AS SELECT * FROM daily")
        Heartbeat(connection, seed).advance_to(START + days * DAY)
    return connection


@WORLDS
def test_counts_are_the_events(days: int, seed: int) -> None:
    connection = world(days, seed)
    for counter, condition in {
        "sent": "type = 'email.sent'",
        "delivered": "type = 'email.delivered'",
        "opened": "type = 'email.opened'",
        "clicked": "type = 'email.clicked'",
        "bounced_hard": "type = 'email.bounced.hard'",
        "bounced_soft": "type = 'email.bounced.soft'",
        "replied + auto_replied": "type = 'reply.received'",
    }.items():
        added = connection.execute(
            "SELECT coalesce(campaign_id, ''), coalesce(inbox_id, ''), "
            "date(created_at / 1000, 'unixepoch'), count(*) "
            f"FROM event WHERE created_at > ? AND {condition} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            (START,),
        ).fetchall()
        both = f"SELECT *, 1 AS sign FROM main.daily UNION ALL SELECT *, -1 FROM {SNAPSHOT}"
        counted = connection.execute(
            f"SELECT campaign_id, inbox_id, date, sum(sign * ({counter})) AS n FROM ({both}) "
            "GROUP BY 1, 2, 3 HAVING n <> 0 ORDER BY 1, 2, 3"
        ).fetchall()
        assert [tuple(row) for row in added] == [tuple(row) for row in counted], counter
        assert added, counter


@WORLDS
def test_unique_counts_are_mails(days: int, seed: int) -> None:
    connection = world(days, seed)
    for counter, column in {"unique_opened": "opened_at", "unique_clicked": "clicked_at"}.items():
        added = number(connection, f"SELECT sum({counter}) FROM main.daily") - number(
            connection, f"SELECT sum({counter}) FROM {SNAPSHOT}"
        )
        assert added == number(connection, f"SELECT count(*) FROM mail WHERE {column} > ?", START) > 0


@WORLDS
def test_no_mail_breaks_a_rule(days: int, seed: int) -> None:
    """Windows, limits a day, gaps, the list, and no step twice."""
    connection = world(days, seed)
    sent = connection.execute(
        "SELECT e.campaign_id, e.lead_id, e.inbox_id, e.created_at, "
        "json_extract(e.data, '$.step_id') AS step, s.created_at AS listed_at "
        "FROM event e JOIN lead l ON l.id = e.lead_id "
        "LEFT JOIN suppression s ON s.value = lower(l.email) "
        "WHERE e.type = 'email.sent' AND e.created_at > ? ORDER BY e.created_at",
        (START,),
    ).fetchall()
    enrollments = Enrollments(connection)
    from_inbox = defaultdict(list)
    for row in sent:
        place = enrollments.find(row["campaign_id"], row["lead_id"])
        assert place is not None
        at = from_ms(row["created_at"])
        assert is_open(place.course.window, place.course.zone(place.lead), at)
        assert row["listed_at"] is None or row["listed_at"] >= row["created_at"]
        from_inbox[row["inbox_id"]].append(row["created_at"])
    for inbox_id, moments in from_inbox.items():
        gap = number(connection, "SELECT min_gap_seconds * 1000 FROM inbox WHERE id = ?", inbox_id)
        assert all(later - earlier >= gap for earlier, later in pairwise(moments))
    assert len({(row["campaign_id"], row["lead_id"], row["step"]) for row in sent}) == len(sent) > 300 * days
    for table in ("campaign", "inbox"):
        over = (
            f"SELECT count(*) FROM (SELECT 1 FROM main.daily d JOIN {table} t ON t.id = d.{table}_id "
            "WHERE t.daily_limit IS NOT NULL GROUP BY d.date, t.id HAVING sum(d.sent) > t.daily_limit)"
        )
        assert number(connection, over) == 0, table


@WORLDS
def test_every_lead_is_in_a_legal_state(days: int, seed: int) -> None:
    connection = world(days, seed)
    rows = connection.execute(
        "SELECT e.status, e.step_id, e.next_at, e.standing, c.status AS campaign, l.suppressed "
        "FROM enrollment e JOIN campaign c ON c.id = e.campaign_id JOIN lead l ON l.id = e.lead_id"
    ).fetchall()
    for row in rows:
        standing = None if row["standing"] is None else from_row(json.loads(row["standing"]))
        if row["status"] in ("queued", "active"):
            assert not row["suppressed"]
            assert (row["step_id"] is None) == (row["next_at"] is None) == (standing is None)
            assert standing is None or standing.ended is None
            assert row["status"] == "active" or standing is None or not standing.sends
        elif standing is not None:
            assert standing.ended is not None
            assert STATUS_OF_END[standing.ended] == row["status"] or standing.ended == "suppressed"
            assert row["next_at"] is None
    assert {row["status"] for row in rows} >= {"queued", "active", "replied", "completed", "bounced"}
    if days > 3:
        late = "SELECT count(*) FROM enrollment e JOIN campaign c ON c.id = e.campaign_id WHERE next_at < ? "
        still = "AND c.status = 'active' AND e.status IN ('queued', 'active')"
        waiting = number(connection, late + still, START + (days - 5) * DAY)
        assert waiting == 0, "nobody is forgotten"


@WORLDS
def test_every_lead_walked_as_its_sequence_says(days: int, seed: int) -> None:
    """The events of each lead, told to the pure walk, lead to the same place by the same way."""
    connection = world(days, seed)
    enrollments = Enrollments(connection)
    leads = connection.execute(
        "SELECT campaign_id, lead_id FROM mail GROUP BY 1, 2 HAVING min(sent_at) > ? ORDER BY 2 LIMIT 3000",
        (START,),
    ).fetchall()
    ends = set()
    for campaign_id, lead_id in leads:
        place = enrollments.find(campaign_id, lead_id)
        assert place is not None
        assert place.standing is not None
        _compare(connection, place, START + days * DAY)
        ends.add(place.standing.ended)
    assert len(leads) > min(100 * days, 2000)
    assert ends > {"replied", "bounced"}


def _compare(connection: sqlite3.Connection, place: Place, until: int) -> None:
    assert place.standing is not None
    query = "SELECT step_id, sent_at FROM mail WHERE lead_id = ? AND campaign_id = ? ORDER BY sent_at"
    mails = connection.execute(query, (place.lead.id, place.campaign_id)).fetchall()
    left = {step_id: from_ms(at) for step_id, at in mails}
    entered = min(left.values())
    lead = Lead(place.lead.id, place.lead.timezone, dict(place.lead.fields))
    walked = walk(place.course, lead, entered, _events(connection, lead.id), from_ms(until), left)
    standing = walked.standing
    assert standing.sends == place.standing.sends
    assert (standing.step_id, standing.ended) == (place.standing.step_id, place.standing.ended)
    assert standing.since == place.standing.since
    assert [(send.step_id, send.at) for send in standing.sends] == [*left.items()]


def _events(connection: sqlite3.Connection, lead_id: str) -> list[Event]:
    """What the log, and for leaving the list, knows of a lead."""
    rows = connection.execute(
        "SELECT e.type, e.created_at, json_extract(e.data, '$.step_id') AS step, "
        "json_extract(e.data, '$.classification.label') AS label, r.is_auto FROM event e "
        "LEFT JOIN reply r ON r.id = json_extract(e.data, '$.reply_id') WHERE e.lead_id = ?",
        (lead_id,),
    )
    events = [
        Event(
            EVENTS[row["type"]], from_ms(row["created_at"]), row["step"], bool(row["is_auto"]), row["label"]
        )
        for row in rows
        if row["type"] in EVENTS
    ]
    listed = connection.execute(
        "SELECT s.created_at FROM suppression s JOIN lead l ON s.value = lower(l.email) "
        "WHERE l.id = ? AND s.reason = 'unsubscribed'",
        (lead_id,),
    )
    return events + [Event("unsubscribed", from_ms(row[0])) for row in listed]
