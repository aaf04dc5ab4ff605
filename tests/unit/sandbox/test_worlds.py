"""Opening ledgers: two copies of one world, used again, refused when they are something else."""

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from imail_tui.sandbox.worlds import WorldMismatch, WorldOptions, open_ledgers
from tests.unit.sandbox.test_clock import Wall
from tests.unit.sandbox.worlds import MONDAY, number


def test_both_keys_start_with_the_same_world_and_part_from_there() -> None:
    ledgers = open_ledgers(WorldOptions(start=MONDAY, frozen=True))
    assert ledgers.test.api_key.startswith("imk_test_")
    assert ledgers.live.api_key.startswith("imk_live_")
    with ledgers.test.transaction() as test:
        test.execute("DELETE FROM webhook")
        test.execute("DELETE FROM reply WHERE no <= 10")
    with ledgers.test.read() as test, ledgers.live.read() as live:
        assert number(test, "SELECT count(*) FROM reply") == 390
        assert number(live, "SELECT count(*) FROM reply") == 400
    assert ledgers.test.catch_up() == 0


def test_a_failed_transaction_leaves_nothing_and_an_inner_one_joins() -> None:
    ledger = open_ledgers(WorldOptions(start=MONDAY, frozen=True)).test

    def fail_halfway() -> None:
        with ledger.transaction() as outer:
            outer.execute("UPDATE workspace SET name = 'one'")
            with ledger.transaction() as inner:
                inner.execute("UPDATE workspace SET timezone = 'UTC'")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    with ledger.read() as connection:
        row = connection.execute("SELECT name, timezone FROM workspace").fetchone()
    assert tuple(row) == ("Halden Pike Outbound", "Europe/Berlin")


def test_a_file_is_used_again_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    wall = Wall()
    options = WorldOptions(path=str(tmp_path / "world.db"), start=MONDAY, speed=60)
    first = open_ledgers(options, wall)
    wall.seconds += 120
    written = first.test.catch_up()
    key, reached = first.test.api_key, first.test.heartbeat.position
    made = first.test.new_id("cmp")
    first.close()
    second = open_ledgers(options, wall)
    assert written > 50
    assert second.test.api_key == key
    assert second.test.now_ms() == reached == second.test.heartbeat.position
    assert second.test.new_id("cmp") != made
    wall.seconds += 60
    assert second.test.catch_up() > 20
    second.close()


def test_no_mail_is_sent_for_the_time_the_server_was_off(tmp_path: Path) -> None:
    options = WorldOptions(path=str(tmp_path / "world.db"), start=MONDAY)
    open_ledgers(options, Wall()).close()
    later = dataclasses.replace(options, start=MONDAY + dt.timedelta(days=5))
    ledger = open_ledgers(later, Wall()).test
    ledger.heartbeat.advance_to(ledger.now_ms() + 1)
    with ledger.read() as connection:
        after = "SELECT count(*) FROM event WHERE type = ? AND created_at > ?"
        start = int(MONDAY.timestamp() * 1000)
        assert number(connection, after, "email.sent", start) == 0
        assert number(connection, after, "email.opened", start) > 50
    ledger.close()


def test_another_seed_or_a_foreign_file_is_refused_with_a_remedy(tmp_path: Path) -> None:
    path = tmp_path / "world.db"
    options = WorldOptions(path=str(path), start=MONDAY)
    open_ledgers(options).close()
    with pytest.raises(WorldMismatch, match=r"seed 1, but .* seed 2 was asked for\. Delete"):
        open_ledgers(dataclasses.replace(options, seed=2))
    (tmp_path / "world.db-live").unlink()
    with pytest.raises(WorldMismatch, match="is missing"):
        open_ledgers(options)
    path.write_text("not a database, but long enough to be read as one " * 20)
    (tmp_path / "world.db-live").write_text("x")
    with pytest.raises(WorldMismatch, match="not a sandbox database"):
        open_ledgers(options)
