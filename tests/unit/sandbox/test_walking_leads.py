"""What reaches a lead from outside its sequence: edits, the list, steps nobody can execute."""

import json
import sqlite3

from imail_tui.domain.sequence.standing import from_row
from imail_tui.sandbox.clock import from_ms
from imail_tui.sandbox.suppressions import suppress
from tests.unit.sandbox.worlds import HOUR, advance, number, small_world, start_ms

WAITING = (
    "SELECT e.campaign_id, e.lead_id, e.step_id, e.next_at, l.email FROM enrollment e "
    "JOIN campaign c ON c.id = e.campaign_id JOIN lead l ON l.id = e.lead_id "
    "WHERE c.status = 'active' AND e.status = 'active' AND e.step_id = 'wait_last' AND e.next_at > ? "
    "ORDER BY e.next_at DESC LIMIT 1"
)


def _waiting(world: sqlite3.Connection) -> sqlite3.Row:
    row = world.execute(WAITING, (start_ms() + 24 * HOUR,)).fetchone()
    assert isinstance(row, sqlite3.Row)
    return row


def _enrollment(world: sqlite3.Connection, lead: sqlite3.Row) -> sqlite3.Row:
    row = world.execute(
        "SELECT * FROM enrollment WHERE campaign_id = ? AND lead_id = ?",
        (lead["campaign_id"], lead["lead_id"]),
    ).fetchone()
    assert isinstance(row, sqlite3.Row)
    return row


def _edit(world: sqlite3.Connection, campaign_id: str, step_id: str, **changes: object) -> None:
    text = world.execute("SELECT steps FROM campaign WHERE id = ?", (campaign_id,)).fetchone()[0]
    steps = [step | changes if step["id"] == step_id else step for step in json.loads(text)]
    world.execute("UPDATE campaign SET steps = ? WHERE id = ?", (json.dumps(steps), campaign_id))


def test_a_shorter_wait_lets_leads_go_on_sooner() -> None:
    world = small_world()
    lead = _waiting(world)
    _edit(world, lead["campaign_id"], "wait_last", delay={"value": 30, "unit": "days"})
    advance(world, start_ms() + HOUR)
    longer = _enrollment(world, lead)
    assert longer["next_at"] > lead["next_at"] + 20 * 24 * HOUR
    _edit(world, lead["campaign_id"], "wait_last", delay={"value": 1, "unit": "minutes"})
    advance(world, start_ms() + 2 * HOUR)
    assert _enrollment(world, lead)["next_at"] < lead["next_at"]
    assert number(world, "SELECT count(*) FROM campaign WHERE edited = 1") == 0


def test_a_step_of_an_unknown_kind_holds_the_lead_for_ever() -> None:
    world = small_world()
    lead = _waiting(world)
    _edit(world, lead["campaign_id"], "wait_last", type="linkedin_visit")
    advance(world, start_ms() + 30 * HOUR)
    stuck = _enrollment(world, lead)
    assert (stuck["status"], stuck["step_id"], stuck["next_at"]) == ("active", "wait_last", None)
    passed = "SELECT reached FROM step_reach WHERE campaign_id = ? AND step_id = 'wait_last'"
    assert number(world, passed, lead["campaign_id"]) > 1


def test_the_list_ends_a_lead_wherever_it_stands() -> None:
    world = small_world()
    lead = _waiting(world)
    suppress(world, lead["email"], "manual", start_ms() + 1_000)
    advance(world, start_ms() + HOUR)
    ended = _enrollment(world, lead)
    standing = from_row(json.loads(ended["standing"]))
    assert (ended["status"], ended["next_at"]) == ("unsubscribed", None)
    assert (standing.ended, standing.step_id) == ("suppressed", None)
    assert int(standing.since.timestamp() * 1000) == start_ms() + 1_000


def test_a_wait_ends_on_its_minute_though_no_mail_may_leave_today() -> None:
    world = small_world()
    soon = WAITING.replace("e.next_at > ? ", "e.next_at > ? AND e.next_at < ? ").replace("DESC", "")
    lead = world.execute(soon, (start_ms(), start_ms() + 24 * HOUR)).fetchone()
    world.execute("UPDATE campaign SET daily_limit = 1 WHERE id = ?", (lead["campaign_id"],))
    advance(world, lead["next_at"] - 1)
    assert _enrollment(world, lead)["step_id"] == "wait_last"
    advance(world, lead["next_at"] + HOUR // 30)
    gone_on = _enrollment(world, lead)
    assert gone_on["step_id"] != "wait_last"
    assert from_row(json.loads(gone_on["standing"])).since == from_ms(lead["next_at"])
