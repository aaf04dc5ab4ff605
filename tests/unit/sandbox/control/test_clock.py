"""World time under control: stepped, paced, frozen, and the same world however it passes."""

import datetime as dt
import time

import httpx
import pytest

from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import ControlRefused, SandboxControl, ThreadSandbox, sandbox_in_thread
from tests.patience import PATIENCE
from tests.unit.sandbox.control.conftest import START
from tests.unit.sandbox.server.wire import good

HOUR = dt.timedelta(hours=1)


def _log(sandbox: ThreadSandbox, until: dt.datetime) -> list[tuple[object, ...]]:
    """What happened up to an instant, in order; ids too, since both worlds have the same seed."""
    events = sandbox.control.events()
    return [(event.id, event.type, event.at, event.data) for event in events if event.at <= until]


def test_a_step_brings_everything_due_in_both_worlds(control: SandboxControl, api: httpx.Client) -> None:
    before = control.state()
    clock = control.advance(3 * HOUR)
    after = control.state()
    assert clock.world_now == START + 3 * HOUR
    assert clock.frozen
    assert api.get("/workspace").headers["Imail-Now"] == "2026-11-23T17:23:00.000Z"
    for mode in ("test", "live"):
        assert after.counts[mode]["mail"] - before.counts[mode]["mail"] > 50
    assert abs((clock.wall_now - dt.datetime.now(dt.UTC)).total_seconds()) < 60


def test_time_never_goes_back(control: SandboxControl) -> None:
    control.advance_to(START + HOUR)
    with pytest.raises(ControlRefused, match="never goes back") as refused:
        control.advance_to(START)
    assert refused.value.status == 400


def test_a_frozen_world_can_be_let_go_and_stopped(control: SandboxControl) -> None:
    running = control.pace(speed=3_600, frozen=False)
    assert (running.speed, running.frozen) == (3_600, False)
    deadline = time.monotonic() + PATIENCE
    while control.state().clock.world_now < START + dt.timedelta(minutes=30):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    stopped = control.pace(frozen=True).world_now
    assert control.state().clock.world_now == stopped


def test_an_hour_in_a_second_is_the_hour_stepped() -> None:
    """`--speed 3600` on a wall clock of the test's own, beaten like the server does, against one step."""
    wall = [1_800_000_000.0]
    fast = SandboxOptions(start=START, seed=7, speed=3_600)
    stepped = SandboxOptions(start=START, seed=7, frozen=True)
    with sandbox_in_thread(fast, lambda: wall[0]) as one, sandbox_in_thread(stepped) as other:
        for _ in range(9):
            wall[0] += 0.77
            one.ledgers.test.catch_up()
        until = START + dt.timedelta(seconds=9 * 0.77 * 3_600 - 1)
        other.control.advance_to(until)
        assert _log(one, until) == _log(other, until)
        assert len(_log(one, until)) > len(_log(one, START)) + 100


def test_nothing_else_is_a_clock_change(stage: ThreadSandbox) -> None:
    root = stage.url.removesuffix("/v1")
    for body in (
        {"advance_seconds": -1},
        {"advance_seconds": 1, "advance_to": "2027-01-01T00:00:00Z"},
        {"speed": 0},
        {"colour": "red"},
    ):
        response = httpx.post(f"{root}/__sandbox/clock", json=body)
        assert response.status_code == 400, body
        assert response.json()["error"]["message"]


def test_a_message_on_its_countdown_leaves_in_the_step(control: SandboxControl, api: httpx.Client) -> None:
    reply = next(row for row in good(api.get("/replies"))["data"] if row["lead"])
    inboxes = good(api.get("/inboxes", params={"status": "connected"}))["data"]
    body = {"body": "Gladly.", "inbox_id": inboxes[0]["id"], "send_after_seconds": 60}
    message = good(api.post(f"/replies/{reply['id']}/send", json=body), 202)
    assert message["status"] == "scheduled"
    control.advance(dt.timedelta(seconds=61))
    thread = good(api.get(f"/threads/{reply['thread_id']}"))
    assert thread["messages"][-1]["text"] == "Gladly."
    assert not good(api.get("/messages", params={"status": "scheduled"}))["data"]
