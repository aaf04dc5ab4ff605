"""Answers killed anywhere: the server took each exactly once, and the outbox says so.

A program answers a reply through a line that loses answers, and is killed with SIGKILL before and after each
piece of work of the outbox's journal; started again, it clears up. Then the sandbox's ledger of effects is
compared.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from imail_tui.model.outbox import OutboxState
from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import Sandbox, SandboxControl, running_sandbox
from imail_tui.store.outbox_journal import OutboxJournal

POINTS = 4
"""Pieces of work: begun, changed, and those of the clearing up."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(SandboxOptions(per_minute=1e6, burst=1_000_000)) as running:
        yield running


def a_reply(sandbox: Sandbox) -> str:
    """The id of a reply that a connected inbox can answer."""
    authorized = {"Authorization": f"Bearer {sandbox.api_key}"}
    with httpx.Client(base_url=sandbox.url, headers=authorized) as api:
        inboxes = api.get("/inboxes", params={"status": "connected", "limit": 100}).json()["data"]
        connected = {inbox["id"] for inbox in inboxes}
        replies = api.get("/replies", params={"limit": 100}).json()["data"]
    return str(next(reply["id"] for reply in replies if reply["inbox_id"] in connected))


def answer(sandbox: Sandbox, home: Path, reply_id: str, text: str, point: str) -> int:
    """Run the program; its exit code."""
    program = [sys.executable, "-m", "tests.faults.killed_answerer", sandbox.url, sandbox.api_key]
    environment = {**os.environ, "IMAIL_TUI_HOME": str(home)}
    done = subprocess.run(
        [*program, reply_id, text, point], env=environment, capture_output=True, text=True, timeout=90
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode


def check(sandbox: Sandbox, home: Path, points: list[str], *, keyed: bool) -> int:
    """Kill at each point, clear up, compare; how many were killed."""
    control = SandboxControl(sandbox.url)
    killed, reply_id = 0, a_reply(sandbox)
    for point in points:
        control.clear_faults()
        if not keyed:
            control.put_fault("idempotency_off")
        if int(point[-1]) % 2:
            control.put_fault("cut", at="after", path="/replies/{reply_id}/send", nth=1)
        before = max((effect.seq for effect in control.effects()), default=0)
        place = home / point.replace(":", "-")
        text = f"Killed {point} {keyed}"
        killed += answer(sandbox, place, reply_id, text, point) != 0
        control.clear_faults()
        if not keyed:
            control.put_fault("idempotency_off")
        answer(sandbox, place, reply_id, text, "-")
        accepted = sum(each.kind == "message.accepted" for each in control.effects(after=before))
        [file] = (place / "data" / "outbox").glob("*.sqlite3")
        journal = OutboxJournal.open(file)
        items = journal.items()
        journal.close()
        sure = [item.state in (OutboxState.SCHEDULED, OutboxState.SENT) for item in items]
        if keyed:
            assert (accepted, sure) == (1, [True]), point
        else:
            # Without keys nothing is sent again by itself: it is found, or told as not known yet.
            assert accepted <= 1, point
            assert all(item.state is not OutboxState.FAILED or accepted == 0 for item in items), point
            assert not any(sure) or accepted == 1, point
    return killed


@pytest.mark.timeout(300)
def test_an_answer_leaves_once_wherever_the_program_is_killed(sandbox: Sandbox, tmp_path: Path) -> None:
    assert check(sandbox, tmp_path, ["after:1", "before:2"], keyed=True) == 2


@pytest.mark.timeout(300)
def test_without_keys_no_answer_leaves_twice_either(sandbox: Sandbox, tmp_path: Path) -> None:
    assert check(sandbox, tmp_path, ["before:2"], keyed=False) == 1


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("keyed", [True, False], ids=["keys", "no keys"])
def test_every_point(sandbox: Sandbox, tmp_path: Path, keyed: bool) -> None:
    points = [f"{kind}:{number}" for number in range(1, POINTS + 1) for kind in ("before", "after")]
    assert check(sandbox, tmp_path, points, keyed=keyed) > 2
