"""A world in a file begins again in that file."""

import datetime as dt
from pathlib import Path

import pytest

from imail_tui.sandbox.seedfile.reading import SeedFile, read_world
from imail_tui.sandbox.worlds import Ledgers, WorldOptions, open_ledgers
from tests.unit.sandbox.worlds import fingerprint

START = dt.datetime(2026, 11, 23, 14, 23, tzinfo=dt.UTC)


@pytest.fixture
def by_hand(tmp_path: Path) -> SeedFile:
    path = tmp_path / "world.yaml"
    path.write_text("leads:\n  - email: bo@client.example\n", "utf-8")
    return read_world(str(path))


def _prints(ledgers: Ledgers) -> list[str]:
    found = []
    for ledger in ledgers.both:
        with ledger.read() as connection:
            found.append(fingerprint(connection))
    return found


def test_a_file_is_made_anew_and_nothing_else_is_left(tmp_path: Path, by_hand: SeedFile) -> None:
    options = WorldOptions(str(tmp_path / "world.db"), start=START, frozen=True, by_hand=by_hand)
    ledgers = open_ledgers(options)
    first = _prints(ledgers)
    with ledgers.test.transaction() as connection:
        connection.execute("DELETE FROM lead")
        connection.execute("UPDATE api_key SET revoked_at = 1")
    ledgers.reset()
    assert _prints(ledgers) == first
    ledgers.close()
    assert sorted(path.name for path in tmp_path.glob("*.db*")) == ["world.db", "world.db-live"]
    again = open_ledgers(options)
    with again.test.read() as connection:
        assert connection.execute("SELECT count(*) FROM lead").fetchone()[0] == 1
    again.close()


@pytest.mark.parametrize("start", [START, None], ids=["fixed", "now"])
def test_time_begins_again_where_the_options_say(start: dt.datetime | None, by_hand: SeedFile) -> None:
    wall = [1_800_000_000.0]
    ledgers = open_ledgers(WorldOptions(start=start, speed=10, by_hand=by_hand), lambda: wall[0])
    began = ledgers.clock.now_ms()
    ledgers.clock.move_to(began + 3_600_000)
    wall[0] += 100
    assert ledgers.clock.now_ms() == began + 3_600_000 + 1_000_000
    ledgers.reset()
    assert ledgers.clock.now_ms() == (began if start is not None else began + 100_000)
    assert ledgers.test.heartbeat.position == ledgers.clock.now_ms()
    assert ledgers.test.catch_up() == 0
    ledgers.close()
