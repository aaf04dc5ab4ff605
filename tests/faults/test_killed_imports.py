"""Imports killed anywhere: the server has what was accepted, each row was applied once and told as it was.

A program imports a file into a real sandbox and is killed with SIGKILL at a point drawn from a seed: at a
transition of its journal, within a request, after one whose answer was lost, or in a storm of 5xx. It is
started again, and killed again, until it comes to its end; then its report is compared with the ledger of
effects.
"""

import csv
import datetime as dt
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from imail_tui.model.imports import CREATED, SKIPPED, UPDATED, ImportState
from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import Sandbox, SandboxControl, running_sandbox
from imail_tui.store.import_journal import ImportJournal
from tests.patience import PATIENCE

ROWS = 260
CHUNK = 20
OLD = 60
"""Rows of the file that exist before it is imported."""
KILLS = 3
"""Times each import is killed: twelve points in the suite, a hundred and eight in the long run."""
SMALL = range(4)
LARGE = range(10, 58)
"""Imports of the long run: more than a hundred kills, half of them on a server without idempotency keys."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(SandboxOptions(per_minute=1e6, burst=1_000_000)) as running:
        yield running


def email(seed: int, number: int) -> str:
    return f"p{number}@s{seed}.example"


def import_killed(sandbox: Sandbox, home: Path, seed: int, policy: str) -> int:
    """Import, killed at points drawn from the seed, until it comes to its end; how often it was killed."""
    rng = random.Random(seed)
    environment = {**os.environ, "IMAIL_TUI_HOME": str(home)}
    for number in range(KILLS + 1):
        last = number == KILLS
        # Three writes a request: planned, sending, done; killed before one, after one, or between.
        kill = (
            "-" if last else f"{rng.choice(['before', 'after', 'later'])}:{rng.randrange(3 * ROWS // CHUNK)}"
        )
        program = [sys.executable, "-m", "tests.faults.killed_importer", sandbox.url, sandbox.api_key]
        done = subprocess.run(
            [*program, str(home / "people.csv"), policy, str(CHUNK), kill],
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        if done.returncode == 0:
            return number
        assert done.returncode == -signal.SIGKILL, done.stderr
    raise AssertionError("the import did not come to its end")


def check_points(sandbox: Sandbox, tmp_path: Path, seeds: range, *, keyed: bool) -> None:
    control = SandboxControl(sandbox.url)
    killed = 0
    authorized = {"Authorization": f"Bearer {sandbox.api_key}"}
    with httpx.Client(base_url=sandbox.url, headers=authorized) as api:
        for seed in seeds:
            control.clear_faults()
            policy = ("skip", "update")[seed % 2]
            home = tmp_path / str(seed)
            home.mkdir()
            people = [email(seed, number) for number in range(ROWS)]
            old = [{"email": each, "title": "Old", "phone": "1"} for each in people[:OLD]]
            assert api.post("/leads/bulk", json={"leads": old}).json()["created"] == OLD
            with (home / "people.csv").open("w", newline="") as stream:
                writer = csv.writer(stream)
                writer.writerow(["Email", "Title"])
                writer.writerows((each, "New") for each in random.Random(seed).sample(people, ROWS))
            before = max(effect.seq for effect in control.effects())
            # World time goes on, so that what was there before is older than what is sent.
            control.advance(dt.timedelta(seconds=5))
            if not keyed:
                control.put_fault("idempotency_off")
            control.put_fault("cut", at="after", path="/leads/bulk", rate=0.05, seed=seed)
            control.put_fault("status", status=503, path="/leads/bulk", rate=0.1, seed=seed)
            control.put_fault("cut", at="before", path="/leads/bulk", rate=0.05, seed=seed + 1)
            killed += import_killed(sandbox, home, seed, policy)
            control.clear_faults()
            compare(control, home, people, seed, policy, before)
    print(f"killed {killed} times in {len(seeds)} imports")
    assert killed > len(seeds)


def compare(
    control: SandboxControl, home: Path, people: list[str], seed: int, policy: str, before: int
) -> None:
    effects = control.effects(after=before)
    created = [str(each.data["email"]) for each in effects if each.kind == "lead.created"]
    updated = [str(each.data["email"]) for each in effects if each.kind == "lead.updated"]
    assert sorted(created) == sorted(people[OLD:]), f"seed {seed}: created once each"
    assert sorted(updated) == (sorted(people[:OLD]) if policy == "update" else []), f"seed {seed}"
    [place] = (home / "data" / "imports").glob("*/journal.sqlite3")
    journal = ImportJournal.open(place)
    try:
        [record] = journal.all()
        assert record.state is ImportState.DONE
        with (home / "people.csv").open() as stream:
            rows = [row[0] for row in csv.reader(stream)][1:]
        told = {
            rows[number - 1]: outcome
            for result in journal.results(record.id)
            for number, outcome in zip(result.records, result.outcomes, strict=True)
        }
    finally:
        journal.close()
    existed = UPDATED if policy == "update" else SKIPPED
    expected = {each: existed if number < OLD else CREATED for number, each in enumerate(people)}
    assert told == expected, f"seed {seed}: the report is what the ledger holds"


@pytest.mark.parametrize("keyed", [True, False], ids=["keys", "no keys"])
def test_a_killed_import_applies_each_row_once_and_says_so(
    sandbox: Sandbox, tmp_path: Path, keyed: bool
) -> None:
    check_points(sandbox, tmp_path, SMALL[::2] if keyed else SMALL[1::2], keyed=keyed)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("keyed", [True, False], ids=["keys", "no keys"])
def test_a_hundred_points(sandbox: Sandbox, tmp_path: Path, keyed: bool) -> None:
    check_points(sandbox, tmp_path, LARGE[::2] if keyed else LARGE[1::2], keyed=keyed)
