"""Deliveries to a real receiver: what is sent, when again, what ends it."""

import collections
import datetime as dt
import hashlib
import itertools
import threading
import time

import httpx
import pytest

from imail_tui.domain.signatures import Scheme, Verified
from imail_tui.sandbox.testing import SandboxControl
from tests.unit.sandbox.server.wire import fault, good
from tests.unit.sandbox.webhooks.conftest import START
from tests.unit.sandbox.webhooks.receiver import Receiver
from tests.unit.sandbox.webhooks.subscribing import (
    DAY,
    HOUR,
    MINUTE,
    NOTHING,
    events,
    last_event,
    log,
    read,
    send_test,
    subscribe,
)


def _fails_often(event_id: str, before: int) -> int:
    """30 % of all requests, the same ones in every run."""
    drawn = hashlib.sha256(f"{event_id}/{before}".encode()).digest()[0]
    return 503 if drawn < 0.3 * 256 else 200


def test_every_event_comes_as_the_contract_has_it(
    control: SandboxControl, api: httpx.Client, receiver: Receiver
) -> None:
    before = last_event(api)
    webhook = subscribe(api, receiver.url, "email.sent")
    control.advance(HOUR)
    happened = events(api, "email.sent", before)
    assert len(happened) > 20
    assert [one.event for one in receiver.deliveries] == happened
    for one in receiver.deliveries:
        assert one.path == "/hook"
        assert one.header("Content-Type") == "application/json"
        assert one.event_id == one.event["id"]
        checked = one.checked(["whsec_x", webhook["secret"]], time.time())
        assert isinstance(checked, Verified)
        assert (checked.scheme, checked.secret) == (Scheme.IMAIL, 1)
    for delivery, event in zip(log(api, webhook), happened, strict=True):
        assert delivery["payload"] == event
        assert (delivery["event_id"], delivery["type"]) == (event["id"], "email.sent")
        assert (delivery["status"], delivery["attempt"]) == ("delivered", 1)
        assert (delivery["response_status"], delivery["next_attempt_at"]) == (204, None)
        assert 0 <= delivery["response_ms"] < 10_000


def test_of_a_third_that_fails_all_arrives_within_the_backoff(
    control: SandboxControl, api: httpx.Client, receiver: Receiver
) -> None:
    before = last_event(api)
    receiver.answer = _fails_often
    webhook = subscribe(api, receiver.url, "email.sent", "email.opened")
    control.advance(90 * MINUTE)
    good(api.patch(f"/webhooks/{webhook['id']}", json={"events": ["inbox.disconnected"]}))
    control.advance(3 * HOUR)
    happened = {event["id"] for kind in ("email.sent", "email.opened") for event in events(api, kind, before)}
    deliveries = [one for one in log(api, webhook) if one["type"] != "inbox.disconnected"]
    tries = collections.Counter(receiver.event_ids())
    assert len(deliveries) > 100
    assert {one["status"] for one in deliveries} == {"delivered"}
    assert {one["event_id"] for one in deliveries} <= happened
    for delivery in deliveries:
        expected = next(n for n in itertools.count() if _fails_often(delivery["event_id"], n) == 200) + 1
        assert delivery["attempt"] == tries[delivery["event_id"]] == expected
    accepted = receiver.event_ids(accepted=True)
    assert len(accepted) == len(set(accepted))
    order = [one["event_id"] for one in deliveries]
    first_tries = [one for one in dict.fromkeys(receiver.event_ids()) if one in set(order)]
    assert first_tries == order
    assert accepted != sorted(accepted, key=receiver.event_ids().index), "a retry overtakes nothing new"


@pytest.mark.slow
def test_the_waits_of_a_delivery_that_always_fails(
    control: SandboxControl, api: httpx.Client, receiver: Receiver
) -> None:
    receiver.answer = lambda *_: 500
    webhook = subscribe(api, receiver.url, "warmup.threshold_paused")
    event = send_test(api, webhook)["event_id"]
    waited: list[float] = []
    control.advance(NOTHING)
    while (row := log(api, webhook)[0])["status"] == "failed":
        assert len(waited) < 12
        due = dt.datetime.fromisoformat(row["next_attempt_at"])
        waited.append((due - START).total_seconds())
        assert receiver.event_ids().count(event) == row["attempt"] == len(waited)
        control.advance_to(due)
    assert waited == [10, 40, 130, 400, 1_210, 3_640, 10_930, 32_800, 86_400]
    assert (row["status"], row["attempt"], row["response_status"]) == ("abandoned", 10, 500)
    disabled = read(api, webhook)
    assert disabled["active"] is False
    assert disabled["disabled_at"] == "2026-11-24T14:23:00.000Z"
    assert "24 hours" in disabled["disabled_reason"]
    assert "500" in disabled["disabled_reason"]
    (noted,) = control.effects(kind="webhook.disabled")
    assert (noted.subject_id, noted.data["reason"]) == (webhook["id"], disabled["disabled_reason"])


def test_gone_switches_off_at_once_and_nothing_of_the_meantime_comes_later(
    control: SandboxControl, api: httpx.Client, receiver: Receiver
) -> None:
    receiver.answer = lambda *_: 410
    webhook = subscribe(api, receiver.url)
    control.advance(20 * MINUTE)
    disabled = read(api, webhook)
    assert (disabled["active"], len(receiver.deliveries)) == (False, 1)
    assert "410" in disabled["disabled_reason"]
    assert {one["status"] for one in log(api, webhook)} == {"abandoned"}
    assert fault(api.post(f"/webhooks/{webhook['id']}/test"), 409)["code"] == "webhook_inactive"
    old = log(api, webhook)[0]["id"]
    assert fault(api.post(f"/deliveries/{old}/redeliver"), 409)["code"] == "webhook_inactive"
    receiver.answer = lambda *_: 200
    missed = last_event(api)
    enabled = good(api.patch(f"/webhooks/{webhook['id']}", json={"active": True}))
    assert (enabled["disabled_at"], enabled["disabled_reason"]) == (None, None)
    control.advance(20 * MINUTE)
    assert receiver.event_ids()[1:] == [event["id"] for event in events(api, "email.sent", missed)]
    assert len(receiver.deliveries) > 5


@pytest.mark.slow
def test_one_success_in_a_day_keeps_a_subscription(
    control: SandboxControl, api: httpx.Client, receiver: Receiver
) -> None:
    webhook = subscribe(api, receiver.url, "inbox.reconnected")
    receiver.answer = lambda *_: 500
    failing = send_test(api, webhook)["event_id"]
    control.advance(20 * HOUR)
    receiver.answer = lambda event_id, _: 500 if event_id == failing else 200
    send_test(api, webhook)
    control.advance(6 * HOUR)
    assert read(api, webhook)["active"] is True
    given_up = next(one for one in log(api, webhook) if one["event_id"] == failing)
    assert given_up["status"] == "abandoned"


def test_rotation_loses_nothing(control: SandboxControl, api: httpx.Client, receiver: Receiver) -> None:
    receiver.answer = _fails_often
    webhook = subscribe(api, receiver.url)
    path, old = f"/webhooks/{webhook['id']}", webhook["secret"]
    control.advance(20 * MINUTE)
    new = good(api.post(f"{path}/rotate"))["secret"]
    newest = good(api.post(f"{path}/rotate"))["secret"]
    rotated_at = len(receiver.deliveries)
    control.advance(40 * MINUTE)
    both = receiver.deliveries[rotated_at:]
    assert len(both) > 20
    now = time.time()
    for one in receiver.deliveries:
        assert isinstance(one.checked([old], now), Verified)
    for one in both:
        assert isinstance(one.checked([new], now), Verified)
        assert isinstance(one.checked([newest], now), Verified)
    good(api.patch(path, json={"events": ["warmup.threshold_paused"]}))
    control.advance(DAY)
    receiver.answer = lambda *_: 200
    send_test(api, webhook)
    control.advance(NOTHING)
    assert {one["status"] for one in log(api, webhook)} == {"delivered"}
    last = receiver.deliveries[-1]
    assert isinstance(last.checked([newest], time.time()), Verified)
    for secret in (old, new):
        assert not isinstance(last.checked([secret], time.time()), Verified)
    for _ in range(7):
        good(api.post(f"{path}/rotate"))
    assert fault(api.post(f"{path}/rotate"), 409)["code"] == "too_many_secrets"


def test_an_older_version_gets_no_later_types(
    control: SandboxControl, api: httpx.Client, receiver: Receiver
) -> None:
    webhook = subscribe(api, receiver.url, "email.sent", version="2026-04-22")
    later = {"events": ["email.sent", "email.bounced.soft"]}
    assert fault(api.patch(f"/webhooks/{webhook['id']}", json=later), 400)["field"] == "events[1]"
    control.advance(20 * MINUTE)
    lead_id = receiver.deliveries[-1].event["data"]["lead"]["id"]
    assert control.happen("email.bounced.soft", lead_id=lead_id)
    control.advance(20 * MINUTE)
    assert {one.event["type"] for one in receiver.deliveries} == {"email.sent"}


def test_a_delivery_is_sent_again_when_asked(
    control: SandboxControl, api: httpx.Client, receiver: Receiver
) -> None:
    webhook = subscribe(api, receiver.url)
    sent = send_test(api, webhook)
    assert (sent["status"], sent["attempt"], sent["type"]) == ("pending", 0, "webhook.test")
    control.advance(NOTHING)
    receiver.answer = lambda *_: 503
    again = good(api.post(f"/deliveries/{sent['id']}/redeliver"), 202)
    assert (again["id"], again["status"]) == (sent["id"], "pending")
    control.advance(NOTHING)
    (row,) = log(api, webhook)
    assert (row["status"], row["attempt"]) == ("failed", 2)
    assert row["next_attempt_at"] == "2026-11-23T14:23:10.000Z"
    assert receiver.deliveries[0].body == receiver.deliveries[1].body
    assert receiver.event_ids() == [sent["event_id"]] * 2
    assert sent["event_id"] not in {event["id"] for event in events(api, "webhook.test")}
    fault(api.post("/deliveries/dlv_none/redeliver"), 404)
    fault(api.post("/webhooks/whk_none/test"), 404)


@pytest.mark.parametrize("status", [301, 302, 307, 404, 429, 500])
def test_nothing_but_2xx_is_a_success_and_no_redirect_is_followed(
    control: SandboxControl, api: httpx.Client, receiver: Receiver, status: int
) -> None:
    receiver.headers = {"Location": f"{receiver.url}/elsewhere"}
    receiver.answer = lambda *_: status
    webhook = subscribe(api, receiver.url)
    send_test(api, webhook)
    control.advance(NOTHING)
    assert [one.path for one in receiver.deliveries] == ["/hook"]
    (row,) = log(api, webhook)
    assert (row["status"], row["response_status"]) == ("failed", status)


def test_faults_of_webhooks(control: SandboxControl, api: httpx.Client, receiver: Receiver) -> None:
    webhook = subscribe(api, receiver.url, "warmup.threshold_paused")
    control.put_fault("webhook", delivery="duplicate", nth=1)
    control.put_fault("webhook", delivery="bad_signature", nth=2)
    control.put_fault("webhook", delivery="reorder", nth=3)
    all_waiting = threading.Event()
    receiver.answer = lambda *_: 200 if all_waiting.wait(20) else 500
    first, second, third, fourth, fifth = (send_test(api, webhook)["event_id"] for _ in range(5))
    all_waiting.set()
    control.advance(NOTHING)
    assert receiver.event_ids() == [first, first, second, fourth, third, fifth]
    now = time.time()
    genuine = [isinstance(one.checked([webhook["secret"]], now), Verified) for one in receiver.deliveries]
    assert genuine == [True, True, False, True, True, True]
