"""`Idempotency-Key`: the same POST again changes nothing and gets the same answer."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx

from imail_tui.sandbox.app import ServerOptions, create_app
from imail_tui.sandbox.clock import WorldClock
from imail_tui.sandbox.middleware.claim import KEPT_MS, Claim, StoredAnswer, release_unfinished
from imail_tui.sandbox.testing import ThreadSandbox
from tests.unit.sandbox.server.wire import fault, good, key

_numbers = itertools.count()


def _lead() -> dict[str, str]:
    return {"email": f"once{next(_numbers)}@idempotency.example"}


def test_the_same_request_again_replays_the_answer_and_costs_a_token(api: httpx.Client) -> None:
    lead, headers = _lead(), key()
    first = api.post("/leads", json=lead, headers=headers)
    again = api.post("/leads", json=lead, headers=headers)
    assert good(again, 201) == good(first, 201)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    assert int(again.headers["X-RateLimit-Remaining"]) < int(
        api.get("/workspace").headers["X-RateLimit-Limit"]
    )


def test_another_body_under_the_key_is_a_conflict_also_after_a_refusal(api: httpx.Client) -> None:
    headers = key()
    refused = api.post("/leads", json={"email": "nonsense"}, headers=headers)
    assert fault(refused, 400)["field"] == "email"
    assert fault(api.post("/leads", json=_lead(), headers=headers), 409)["code"] == "idempotency_conflict"
    replayed = api.post("/leads", json={"email": "nonsense"}, headers=headers)
    assert replayed.status_code == 400
    assert replayed.content == refused.content
    assert replayed.headers["Idempotency-Replayed"] == "true"


def test_a_key_belongs_to_one_api_key_and_path(api: httpx.Client, sandbox: ThreadSandbox) -> None:
    lead, headers = _lead(), key()
    good(api.post("/leads", json=lead, headers=headers), 201)
    live = headers | {"Authorization": f"Bearer {sandbox.live_key}"}
    other_side = httpx.post(f"{sandbox.url}/leads", json=lead, headers=live)
    assert other_side.status_code == 201
    assert "Idempotency-Replayed" not in other_side.headers
    assert good(api.post("/leads/lookup", json={"emails": []}, headers=headers)) == {"data": []}


def test_it_must_be_a_uuid(api: httpx.Client) -> None:
    error = fault(api.post("/leads", json=_lead(), headers={"Idempotency-Key": "1"}), 400)
    assert error["field"] == "Idempotency-Key"


def test_many_at_once_create_one_lead(api: httpx.Client) -> None:
    lead, headers, start = _lead(), key(), threading.Barrier(8)

    def send(_: int) -> httpx.Response:
        start.wait()
        return api.post("/leads", json=lead, headers=headers)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    created = [answer for answer in answers if answer.status_code == 201]
    assert created
    assert {answer.json()["id"] for answer in created} == {created[0].json()["id"]}
    others = [answer for answer in answers if answer.status_code != 201]
    assert all(fault(answer, 409)["code"] == "idempotency_in_progress" for answer in others)
    assert sum("Idempotency-Replayed" not in answer.headers for answer in created) == 1


def test_a_key_still_in_use_is_told_so_and_free_after_a_restart(sandbox: ThreadSandbox) -> None:
    ledger = sandbox.ledgers.test
    scope = (sandbox.api_key, "POST", "/v1/leads", key()["Idempotency-Key"])
    assert Claim(ledger, scope, "hash").take() is None
    headers = {"Authorization": f"Bearer {sandbox.api_key}", "Idempotency-Key": scope[3]}
    second = httpx.post(f"{sandbox.url}/leads", json=_lead(), headers=headers)
    assert fault(second, 409)["code"] == "idempotency_conflict"
    release_unfinished(ledger)
    assert Claim(ledger, scope, "hash").take() is None


def test_server_errors_free_the_key_and_refusals_stay(sandbox: ThreadSandbox) -> None:
    ledger = sandbox.ledgers.test
    for status, kept in ((500, False), (429, False), (404, True)):
        scope = ("imk_test_x", "POST", "/v1/x", key()["Idempotency-Key"])
        Claim(ledger, scope, "hash").take()
        answer = StoredAnswer(status, {}, b"body")
        Claim(ledger, scope, "hash").settle(answer)
        assert Claim(ledger, scope, "hash").take() == (answer if kept else None)


async def test_answers_are_kept_for_a_day_of_world_time(sandbox: ThreadSandbox) -> None:
    ledger = sandbox.ledgers.test
    now = ledger.now_ms() / 1000
    clock = WorldClock(wall=lambda: now)
    before = ledger.clock
    ledger.clock = clock
    try:
        transport = httpx.ASGITransport(create_app(sandbox.ledgers, ServerOptions()))
        headers = {"Authorization": f"Bearer {sandbox.api_key}"} | key()
        lead = _lead()
        async with httpx.AsyncClient(transport=transport, base_url="http://s/v1", headers=headers) as api:
            good(await api.post("/leads", json=lead), 201)
            now += KEPT_MS / 1000 - 1
            assert (await api.post("/leads", json=lead)).status_code == 201
            now += 1
            assert fault(await api.post("/leads", json=lead), 409)["code"] == "duplicate_in_workspace"
    finally:
        ledger.clock = before
