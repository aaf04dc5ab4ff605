"""Calls: retries, deadlines, budget and doubt, on a virtual clock."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from imail_tui.api.client import ImailClient
from imail_tui.api.deadlines import Deadlines
from imail_tui.api.errors import (
    ApiError,
    BadRequest,
    BadResponse,
    Conflict,
    DeadlineExceeded,
    Interrupted,
    NotFound,
    RateLimited,
    ServerError,
    Stale,
    Unreachable,
)
from imail_tui.api.exchange import Exchange
from imail_tui.api.wire import Failure, Fault, Result
from imail_tui.domain.budget import Priority
from imail_tui.domain.capabilities import UNKNOWN, Capabilities
from imail_tui.model.record import Json
from imail_tui.model.secret import Secret
from imail_tui.services.budget import BudgetLimiter
from tests.fakes.documents import UNKEYED
from tests.fakes.sending import ScriptedSender, answer, refusal
from tests.fakes.virtual_time import run_virtually

LEAD: Json = {"id": "led_1", "email": "ada@example.com"}
CUT = Failure(Fault.CUT)
LATE = Failure(Fault.TIMED_OUT)
UNSENT = Failure(Fault.NOT_SENT)
DOWN = refusal(503, "down")


class Ran:
    """What one call did: its sender, its error if any, its exchanges and how long it took."""

    def __init__(self, sender: ScriptedSender) -> None:
        self.sender = sender
        self.error: ApiError | None = None
        self.exchanges: list[Exchange] = []
        self.seconds = 0.0

    @property
    def keys(self) -> list[str | None]:
        return [dict(request.headers).get("Idempotency-Key") for request in self.sender.requests]

    def failed(self, kind: type[ApiError]) -> ApiError:
        assert self.error is not None
        assert type(self.error) is kind, repr(self.error)
        return self.error


def run(
    script: Sequence[Result],
    act: Callable[[ImailClient], Awaitable[object]],
    *,
    capabilities: Capabilities = UNKNOWN,
    latency: float = 0.0,
    priority: Priority = Priority.INTERACTIVE,
) -> Ran:
    ran = Ran(ScriptedSender(script, latency=latency))

    async def main() -> None:
        clock = asyncio.get_running_loop().time
        client = ImailClient(
            Secret("imk_test_01"),
            "http://server/v1",
            limiter=BudgetLimiter(clock=clock, chance=lambda: 0.0),
            on_exchange=ran.exchanges.append,
            deadlines=Deadlines(),
            capabilities=lambda: capabilities,
            transport=ran.sender,
            clock=clock,
        ).at(priority)
        try:
            await act(client)
        except ApiError as error:
            ran.error = error
        ran.seconds = clock()
        await client.close()

    run_virtually(main())
    assert ran.sender.closed
    return ran


def get(client: ImailClient) -> Awaitable[object]:
    return client.leads.get("led_1")


def post(client: ImailClient) -> Awaitable[object]:
    return client.leads.create({"email": "ada@example.com"})


def patch(client: ImailClient) -> Awaitable[object]:
    return client.leads.patch("led_1", {"title": None}, if_match="2026-05-20T12:00:00Z")


def delete(client: ImailClient) -> Awaitable[object]:
    return client.leads.delete("led_1")


@pytest.mark.parametrize("trouble", [CUT, LATE, UNSENT, DOWN, refusal(500, "oops"), answer(502, b"<html>")])
def test_a_read_is_tried_again(trouble: Result) -> None:
    ran = run([trouble, trouble, answer(200, LEAD)], get)
    assert ran.error is None
    assert len(ran.sender.requests) == 3
    assert 0.75 <= ran.seconds <= 1.51


def test_a_person_is_told_after_three_failures_and_a_job_after_five() -> None:
    assert len(run([UNSENT] * 9, get).sender.requests) == 3
    ran = run([UNSENT] * 9, get, priority=Priority.JOB)
    assert len(ran.sender.requests) == 5
    assert ran.failed(Unreachable).problem.code == "offline"
    assert not ran.failed(Unreachable).in_doubt


@pytest.mark.parametrize("trouble", [CUT, LATE, DOWN, refusal(409, "idempotency_in_progress")])
def test_a_keyed_post_is_repeated_with_the_same_key_and_bytes(trouble: Result) -> None:
    ran = run([trouble, answer(201, LEAD)], post)
    assert ran.error is None
    assert ran.keys[0] == ran.keys[1] is not None
    assert ran.sender.requests[0].body == ran.sender.requests[1].body
    other = run([answer(201, LEAD)], post)
    assert other.keys != ran.keys[:1]


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [(CUT, Interrupted), (LATE, Interrupted), (DOWN, ServerError), (answer(200, b"{"), BadResponse)],
)
def test_a_post_the_server_cannot_recognise_is_left_in_doubt(trouble: Result, kind: type[ApiError]) -> None:
    ran = run([trouble], post, capabilities=UNKEYED)
    assert ran.failed(kind).in_doubt
    assert "look" in ran.failed(kind).problem.remedy


@pytest.mark.parametrize("trouble", [UNSENT, refusal(503, "down", ("Retry-After", "1"))])
def test_a_post_that_was_not_carried_out_is_repeated_everywhere(trouble: Result) -> None:
    assert run([trouble, answer(201, LEAD)], post, capabilities=UNKEYED).error is None


def test_doubt_survives_a_later_failure_to_connect() -> None:
    assert run([CUT, UNSENT, UNSENT], post).failed(Unreachable).in_doubt


def test_a_definite_answer_to_the_same_key_ends_the_doubt() -> None:
    assert not run([CUT, refusal(400, "invalid_field")], post).failed(BadRequest).in_doubt
    assert not run([CUT, refusal(409, "exists")], post).failed(Conflict).in_doubt


def test_a_stale_answer_after_a_lost_one_may_be_our_own_change() -> None:
    assert run([CUT, refusal(412, "stale", current=LEAD)], patch).failed(Stale).in_doubt
    fresh = run([refusal(412, "stale", current=LEAD)], patch).failed(Stale)
    assert not fresh.in_doubt
    assert fresh.details["current"] == LEAD


def test_what_our_lost_attempt_deleted_counts_as_deleted() -> None:
    assert run([CUT, refusal(404, "not_found")], delete).error is None
    run([refusal(404, "not_found")], delete).failed(NotFound)


def test_an_unreadable_answer_to_a_read_is_read_again_once() -> None:
    assert run([answer(200, b"{"), answer(200, LEAD)], get).error is None
    ran = run([answer(200, b"{"), answer(200, b"")], get)
    assert not ran.failed(BadResponse).in_doubt
    assert len(ran.sender.requests) == 2


def test_a_429_is_waited_out_and_never_counted() -> None:
    throttled = refusal(429, "rate_limited", ("Retry-After", "2"))
    ran = run([throttled] * 6 + [answer(200, LEAD)], get)
    assert ran.error is None
    assert ran.seconds == pytest.approx(12, abs=0.1)
    assert [one.attempt for one in ran.exchanges] == [1, 2, 3, 4, 5, 6, 7]


def test_a_429_past_the_deadline_is_told_at_once() -> None:
    ran = run([refusal(429, "rate_limited", ("Retry-After", "60"))], get)
    error = ran.failed(RateLimited)
    assert (error.retryable, error.in_doubt, error.problem.request_id) == (True, False, "req_1")
    assert ran.seconds == 0
    job = run(
        [refusal(429, "rate_limited", ("Retry-After", "60")), answer(200, LEAD)], get, priority=Priority.JOB
    )
    assert job.error is None


def test_a_429_page_of_a_proxy_is_waited_out_too() -> None:
    assert run([answer(429, b"<html>slow down"), answer(200, LEAD)], get).error is None
    ran = run([answer(429, b"<html>", ("Retry-After", "60"))], get)
    assert ran.failed(RateLimited).problem.remedy


def test_the_deadline_bounds_everything() -> None:
    ran = run([LATE] * 9, get, latency=6.0)
    ran.failed(DeadlineExceeded)
    assert ran.sender.limits[0] == 15.0
    assert ran.sender.limits[2] < 3
    assert len(ran.sender.requests) == 3


def test_a_pause_that_would_pass_the_deadline_is_not_begun() -> None:
    ran = run([refusal(503, "down", ("Retry-After", "20"))], get)
    assert ran.failed(ServerError).problem.request_id == "req_1"
    assert ran.seconds == 0


@pytest.mark.parametrize("fault", [Fault.CERTIFICATE, Fault.UNUSABLE])
def test_what_does_not_pass_is_not_repeated(fault: Fault) -> None:
    ran = run([Failure(fault)], get)
    assert not ran.failed(Unreachable).retryable
    assert ran.error is not None
    assert ran.error.problem.remedy


def test_exchanges_hold_no_query_no_address_and_no_key() -> None:
    async def act(client: ImailClient) -> None:
        await client.leads.list(q="ada@example.com").page()
        await client.suppressions.delete("ada@example.com")

    ran = run([answer(200, {"data": []}, ("X-Request-Id", "req_9")), answer(204, b"")], act)
    assert [(one.method, one.path) for one in ran.exchanges] == [
        ("GET", "/leads"),
        ("DELETE", "/suppressions/…"),
    ]
    assert ran.exchanges[0].request_id == "req_9"
    assert ran.exchanges[1].tokens_left == 200
    assert "ada" not in repr(ran.exchanges)
    assert "imk_test_01" not in repr(ran.exchanges)


def test_a_cancelled_caller_leaves_the_attempt_and_the_budget_in_order() -> None:
    async def main() -> list[Exchange]:
        clock = asyncio.get_running_loop().time
        exchanges: list[Exchange] = []
        limiter = BudgetLimiter(clock=clock)
        sender = ScriptedSender([answer(200, LEAD)] * 2, latency=1.0)
        client = ImailClient(
            Secret("imk_test_01"),
            "http://server/v1",
            limiter=limiter,
            on_exchange=exchanges.append,
            transport=sender,
            clock=clock,
        )
        call = asyncio.create_task(client.leads.get("led_1"))
        await asyncio.sleep(0.5)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        assert call.cancelled()
        await asyncio.sleep(1)
        assert limiter.snapshot().left == 201 - 1
        await client.leads.get("led_1")
        return exchanges

    assert [one.status for one in run_virtually(main())] == [200, 200]


def test_metrics_take_no_token_and_are_kept_while_fresh() -> None:
    async def main() -> int | None:
        clock = asyncio.get_running_loop().time
        limiter = BudgetLimiter(clock=clock)
        fresh = ("Cache-Control", "public, max-age=30"), ("Age", "10")
        sender = ScriptedSender([answer(200, {"replies_24h": 7}, *fresh), answer(200, {})])
        client = ImailClient(
            Secret("imk_test_01"), "http://server/v1", limiter=limiter, transport=sender, clock=clock
        )
        assert (await client.metrics.get()).replies_24h == 7
        assert sender.requests[0].public
        await asyncio.sleep(19)
        await client.at(Priority.JOB).metrics.get()
        assert len(sender.requests) == 1
        await asyncio.sleep(1)
        await client.metrics.get()
        assert len(sender.requests) == 2
        return limiter.snapshot().left

    assert run_virtually(main()) is None


def sharing(act: Callable[[ImailClient], Awaitable[object]], script: Sequence[Result]) -> list[str]:
    """Methods of the attempts that `act` led to, each taking a second."""
    return [request.method for request in run(script, act, latency=1.0).sender.requests]


async def at(seconds: float, call: Awaitable[object]) -> object:
    await asyncio.sleep(seconds)
    return await call


OK = answer(200, LEAD)


def test_identical_reads_under_way_share_one_attempt() -> None:
    async def act(client: ImailClient) -> None:
        await get(client)
        leads = await asyncio.gather(get(client), get(client), at(0.5, get(client)))
        assert leads[0] == leads[1] == leads[2]
        await get(client)

    assert sharing(act, [OK] * 3) == ["GET"] * 3


def test_different_reads_do_not_share() -> None:
    async def act(client: ImailClient) -> None:
        await get(client)
        await asyncio.gather(client.leads.get("led_2"), client.leads.get("led_3"))

    assert sharing(act, [OK] * 3) == ["GET"] * 3


def test_writes_never_share() -> None:
    async def act(client: ImailClient) -> None:
        await get(client)
        await asyncio.gather(patch(client), patch(client))

    assert sharing(act, [OK] * 3) == ["GET", "PATCH", "PATCH"]


def test_a_read_after_a_write_is_not_answered_by_an_older_read() -> None:
    async def act(client: ImailClient) -> None:
        await get(client)
        await asyncio.gather(at(0.5, get(client)), patch(client), at(1.2, get(client)))

    assert sharing(act, [OK] * 4) == ["GET", "PATCH", "GET", "GET"]


def test_a_shared_read_outlives_the_caller_that_began_it() -> None:
    async def act(client: ImailClient) -> None:
        await get(client)
        first = asyncio.ensure_future(get(client))
        await asyncio.sleep(0.2)
        second = asyncio.ensure_future(get(client))
        await asyncio.sleep(0.2)
        first.cancel()
        await second

    assert sharing(act, [OK] * 2) == ["GET"] * 2


def test_a_shared_read_does_not_hold_a_caller_past_its_own_deadline() -> None:
    ended: list[float] = []

    async def act(client: ImailClient) -> None:
        slow = asyncio.ensure_future(get(client.at(Priority.JOB)))
        await asyncio.sleep(1)
        with pytest.raises(DeadlineExceeded):
            await get(client)
        ended.append(asyncio.get_running_loop().time())
        await slow

    ran = run([OK], act, latency=40.0)
    assert ended == [16.0]
    assert len(ran.sender.requests) == 1
