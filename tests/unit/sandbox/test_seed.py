"""The seeded world: complete, reproducible, and adding up."""

import datetime as dt

import pytest

from imail_tui.sandbox.labels import LABELS
from imail_tui.sandbox.worlds import WorldOptions, open_ledgers
from tests.unit.sandbox.worlds import HOUR, MONDAY, fingerprint, number, small_world, start_ms


def test_same_seed_and_start_give_the_same_bytes_and_another_seed_does_not() -> None:
    prints = []
    for seed in (7, 7, 8):
        ledgers = open_ledgers(WorldOptions(start=MONDAY, seed=seed, frozen=True))
        with ledgers.test.read() as connection:
            prints.append(fingerprint(connection))
        ledgers.close()
    assert prints[0] == prints[1]
    assert prints[0] != prints[2]


def test_the_small_world_is_as_large_as_promised() -> None:
    world = small_world()
    counts = {
        table: number(world, f"SELECT count(*) FROM {table}")
        for table in ("inbox", "campaign", "lead", "reply")
    }
    assert counts == {"inbox": 24, "campaign": 6, "lead": 20_000, "reply": 400}


def test_every_status_label_and_provider_is_there() -> None:
    world = small_world()

    def values(query: str) -> set[str | None]:
        return {row[0] for row in world.execute(query)}

    assert values("SELECT status FROM campaign") == {"draft", "active", "paused", "completed", "archived"}
    assert values("SELECT status FROM inbox") == {
        "connected",
        "disconnected",
        "pending_setup",
        "paused",
        "error",
    }
    assert values("SELECT provider FROM inbox") == {"google", "microsoft", "smtp"}
    assert values("SELECT label FROM reply") == {None, *LABELS}
    assert number(world, "SELECT max(step_count) FROM campaign") == 20
    assert number(world, "SELECT count(*) FROM reply WHERE label IS NULL") >= 30
    assert number(world, "SELECT count(*) FROM reply WHERE lead_id IS NULL") >= 5
    assert number(world, "SELECT count(*) FROM reply WHERE label_source = 'human'") >= 3
    assert number(world, "SELECT count(*) FROM message WHERE html IS NOT NULL") >= 10
    assert number(world, "SELECT max(n) FROM (SELECT count(*) n FROM reply GROUP BY thread_id)") >= 2


def test_enrollment_counters_agree_with_the_enrollments() -> None:
    world = small_world()
    kept = world.execute("SELECT campaign_id, status, leads FROM enrollment_count ORDER BY 1, 2").fetchall()
    counted = world.execute(
        "SELECT campaign_id, status, count(*) FROM enrollment GROUP BY 1, 2 ORDER BY 1, 2"
    ).fetchall()
    assert [tuple(row) for row in kept] == [tuple(row) for row in counted]


def test_what_was_counted_can_be_found_again() -> None:
    world = small_world()
    written_to = "status <> 'queued' AND campaign_id NOT IN (SELECT id FROM campaign WHERE status = 'draft')"
    assert number(world, "SELECT sum(contacted) FROM daily") == number(
        world, f"SELECT count(*) FROM enrollment WHERE inbox_id IS NOT NULL AND {written_to}"
    ) + number(world, "SELECT count(*) FROM enrollment WHERE inbox_id IS NULL AND status <> 'queued'")
    assert number(world, "SELECT sum(bounced_hard) FROM daily") == number(
        world, "SELECT count(*) FROM suppression WHERE reason = 'hard_bounce'"
    )
    two_days_ago = start_ms() // (24 * HOUR) * 24 * HOUR - 24 * HOUR
    day = dt.datetime.fromtimestamp(two_days_ago / 1000, dt.UTC).date().isoformat()
    for counter, query in {
        "sent": "SELECT count(*) FROM event WHERE type = 'email.sent' AND created_at >= ?",
        "opened": "SELECT count(*) FROM event WHERE type = 'email.opened' AND created_at >= ?",
        "replied": (
            "SELECT count(*) FROM reply WHERE is_auto = 0 AND mail_id IS NOT NULL AND received_at >= ?"
        ),
    }.items():
        counted = number(world, f"SELECT sum({counter}) FROM daily WHERE date >= ?", day)
        assert counted == number(world, query, two_days_ago), counter


def test_rates_are_those_of_a_healthy_workspace() -> None:
    world = small_world()
    sent = number(world, "SELECT sum(sent) FROM daily")
    for counter, low, high in (
        ("unique_opened", 0.35, 0.55),
        ("replied", 0.025, 0.06),
        ("bounced_hard + bounced_soft", 0.008, 0.025),
    ):
        assert low < number(world, f"SELECT sum({counter}) FROM daily") / sent < high, counter
    assert number(world, "SELECT count(DISTINCT date) FROM daily") > 80


def test_nothing_is_dated_after_the_start() -> None:
    world = small_world()
    for column in ("event.created_at", "reply.received_at", "mail.sent_at", "lead.updated_at"):
        table = column.split(".")[0]
        assert number(world, f"SELECT count(*) FROM {table} WHERE {column} > ?", start_ms()) == 0, column


@pytest.mark.parametrize("counter", ["campaign_id", "inbox_id"])
def test_no_day_of_the_past_went_over_a_limit(counter: str) -> None:
    world = small_world()
    table = counter.removesuffix("_id")
    over = number(
        world,
        f"SELECT count(*) FROM (SELECT d.date FROM daily d JOIN {table} t ON t.id = d.{counter} "
        f"WHERE t.daily_limit IS NOT NULL GROUP BY d.date, d.{counter} HAVING sum(d.sent) > t.daily_limit)",
    )
    assert over == 0
