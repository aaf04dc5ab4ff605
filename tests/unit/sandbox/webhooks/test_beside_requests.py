"""Deliveries of a running server: slow receivers, a restart in the middle, answers that come too late."""

import dataclasses
import threading
from pathlib import Path

from imail_tui.sandbox.testing import sandbox_in_thread
from tests.patience import PATIENCE
from tests.unit.sandbox.server.wire import good
from tests.unit.sandbox.webhooks.conftest import OPTIONS
from tests.unit.sandbox.webhooks.receiver import Receiver, receiving
from tests.unit.sandbox.webhooks.subscribing import (
    DAY,
    HOUR,
    MINUTE,
    NOTHING,
    client_of,
    events,
    last_event,
    log,
    send_test,
    subscribe,
)

RARE = "warmup.threshold_paused"


def test_a_slow_receiver_holds_up_nobody_not_even_its_own_next_event(receiver: Receiver) -> None:
    let_go = threading.Event()
    with receiving() as slow, sandbox_in_thread(dataclasses.replace(OPTIONS, frozen=False)) as sandbox:
        slow.answer = lambda _, __: 200 if let_go.wait(20) else 500
        with client_of(sandbox) as api:
            held_up, quick = subscribe(api, slow.url, RARE), subscribe(api, receiver.url, RARE)
            hanging = send_test(api, held_up)
            answering = send_test(api, quick)
            assert receiver.arrived.get(timeout=PATIENCE).event_id == answering["event_id"]
            following = send_test(api, held_up)
            good(api.get("/workspace"))
            waiting = {one["status"] for one in log(api, held_up)}
            slow.answer = lambda _, __: 200
            assert slow.arrived.get(timeout=PATIENCE).event_id == following["event_id"]
            assert waiting == {"pending"}
            let_go.set()
            assert slow.arrived.get(timeout=PATIENCE).event_id == hanging["event_id"]


def test_a_restart_in_the_middle_loses_nothing(tmp_path: Path, receiver: Receiver) -> None:
    options = dataclasses.replace(OPTIONS, db=str(tmp_path / "world.db"))
    on_its_way, let_go = threading.Event(), threading.Event()

    def hang(*_: object) -> int:
        on_its_way.set()
        return 200 if let_go.wait(20) else 500

    with sandbox_in_thread(options) as sandbox, client_of(sandbox) as api:
        webhook = subscribe(api, receiver.url)
        before = last_event(api)
        receiver.answer = lambda *_: 503
        sandbox.control.advance(20 * MINUTE)
        receiver.answer = hang
        cut_off = send_test(api, webhook)
        assert on_its_way.wait(20)
    receiver.answer = lambda *_: 200
    let_go.set()
    with sandbox_in_thread(options) as sandbox, client_of(sandbox) as api:
        happened = [event["id"] for event in events(api, "email.sent", before)]
        sandbox.control.advance(HOUR)
        deliveries = [one for one in log(api, webhook) if one["event_id"] in {*happened, cut_off["event_id"]}]
        assert len(deliveries) == len(happened) + 1 > 10
        assert {one["status"] for one in deliveries} == {"delivered"}
        assert next(one for one in deliveries if one["id"] == cut_off["id"])["attempt"] == 2
        accepted = [one for one in receiver.event_ids(accepted=True) if one in set(happened)]
        assert sorted(accepted) == sorted(happened)


def test_an_answer_that_comes_after_the_delivery_was_begun_anew_does_not_count(receiver: Receiver) -> None:
    arrived, let_go = threading.Event(), threading.Event()

    def answer(_: str, before: int) -> int:
        if before:
            return 200
        arrived.set()
        return 410 if let_go.wait(20) else 500

    receiver.answer = answer
    with sandbox_in_thread(OPTIONS) as sandbox, client_of(sandbox) as api:
        webhook = subscribe(api, receiver.url, RARE)
        sent = send_test(api, webhook)
        assert arrived.wait(20)
        # The first request is noted only when it is answered, so the second must come after it.
        good(api.post(f"/deliveries/{sent['id']}/redeliver"), 202)
        let_go.set()
        sandbox.control.advance(NOTHING)
        (row,) = log(api, webhook)
        assert (row["status"], row["attempt"], row["response_status"]) == ("delivered", 2, 200)
        assert good(api.get(f"/webhooks/{webhook['id']}"))["active"] is True


def test_switched_off_while_it_is_on_its_way(receiver: Receiver) -> None:
    arrived, let_go = threading.Event(), threading.Event()

    def answer(*_: object) -> int:
        arrived.set()
        return 503 if let_go.wait(20) else 200

    receiver.answer = answer
    with sandbox_in_thread(OPTIONS) as sandbox, client_of(sandbox) as api:
        webhook = subscribe(api, receiver.url, RARE)
        send_test(api, webhook)
        assert arrived.wait(20)
        good(api.patch(f"/webhooks/{webhook['id']}", json={"active": False}))
        let_go.set()
        sandbox.control.advance(DAY)
        (row,) = log(api, webhook)
        assert (row["status"], row["response_status"], row["attempt"]) == ("abandoned", 503, 1)


def test_a_deleted_subscription_takes_its_deliveries_along(receiver: Receiver) -> None:
    receiver.answer = lambda *_: 500
    with sandbox_in_thread(OPTIONS) as sandbox, client_of(sandbox) as api:
        webhook = subscribe(api, receiver.url, RARE)
        send_test(api, webhook)
        sandbox.control.advance(NOTHING)
        assert api.delete(f"/webhooks/{webhook['id']}").status_code == 204
        sandbox.control.advance(HOUR)
        assert len(receiver.deliveries) == 1
        assert sandbox.control.state().counts["test"]["delivery"] == 0
