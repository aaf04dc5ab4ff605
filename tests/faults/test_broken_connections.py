"""Connections that break at every point: a typed error or a second try, never a stuck client."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from imail_tui.api.errors import ApiError, DeadlineExceeded, Interrupted, Unauthorized, Unreachable
from imail_tui.domain.budget import Priority
from tests.fakes.documents import UNKEYED
from tests.fakes.raw_server import (
    Reply,
    drips,
    http,
    raw_server,
    says,
    says_raw,
    says_then_resets,
    says_then_stalls,
)
from tests.faults.conftest import PATIENT, Connect

LEAD = b'{"id":"led_1","email":"ada@example.com"}'
WHOLE = http(200, LEAD, ("X-RateLimit-Remaining", "90000"), ("X-Request-Id", "req_7"))
HEAD = WHOLE.index(b"\r\n\r\n") + 4
CUTS = [0, 1, 9, 20, HEAD - 2, HEAD, HEAD + 1, len(WHOLE) - 1]
OK = says(200, LEAD)


@pytest.mark.parametrize("at", CUTS)
@pytest.mark.parametrize("end", [says_raw, says_then_resets])
async def test_a_read_survives_a_cut_at_any_byte(
    connect: Connect, at: int, end: Callable[[bytes], Reply]
) -> None:
    async with raw_server(end(WHOLE[:at]), OK) as server:
        lead = await connect(server.url).leads.get("led_1")
        assert lead.email == "ada@example.com"
        assert len(server.requests) == 2


@pytest.mark.parametrize("at", [0, HEAD, len(WHOLE) - 1])
async def test_a_cut_post_is_repeated_under_its_key_or_left_in_doubt(connect: Connect, at: int) -> None:
    async with raw_server(says_raw(WHOLE[:at]), OK) as server:
        await connect(server.url).leads.create({"email": "ada@example.com"})
        first, second = server.requests
        assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
        assert first.body == second.body
    async with raw_server(says_raw(WHOLE[:at]), OK) as server:
        with pytest.raises(Interrupted) as caught:
            await connect(server.url, capabilities=UNKEYED).leads.create({"email": "ada@example.com"})
        assert caught.value.in_doubt
        assert caught.value.problem.request_id == (None if at < HEAD else "req_7")
        assert len(server.requests) == 1


@pytest.mark.parametrize("garbage", [b"\x00\xff" * 400, b"SSH-2.0-OpenSSH_9.9\r\n", b"HTTP/9.9 what\r\n\r\n"])
async def test_something_that_is_not_http_is_an_interrupted_call(connect: Connect, garbage: bytes) -> None:
    async with raw_server(says_raw(garbage)) as server:
        with pytest.raises(Interrupted):
            await connect(server.url).leads.get("led_1")


@pytest.mark.parametrize("at", [0, HEAD, HEAD + 5])
async def test_a_silent_server_is_left_and_asked_again(connect: Connect, at: int) -> None:
    async with raw_server(says_then_stalls(WHOLE[:at]), OK) as server:
        client = connect(server.url, deadlines=replace(PATIENT, read=0.3))
        assert (await client.leads.get("led_1")).id == "led_1"


@pytest.mark.parametrize("reply", [drips(WHOLE, 0.1), drips(WHOLE[:HEAD] + b" " * 400, 0.02)])
async def test_a_drip_ends_with_the_total_deadline(connect: Connect, reply: Reply) -> None:
    async with raw_server(reply, OK) as server:
        client = connect(server.url, deadlines=replace(PATIENT, read_call=2.0))
        with pytest.raises(DeadlineExceeded):
            await client.leads.get("led_1")
        job = client.at(Priority.JOB)
        calls = (job.leads.get(f"led_{number}") for number in range(40))
        assert len(await asyncio.gather(*calls)) == 40


async def test_nobody_listening_is_offline(connect: Connect) -> None:
    async with raw_server(OK) as server:
        url = server.url
    with pytest.raises(Unreachable) as caught:
        await connect(url).leads.get("led_1")
    assert caught.value.problem.code == "offline"
    assert not caught.value.in_doubt


@pytest.mark.parametrize(
    "url", ["", "nonsense", "http://", "ftp://127.0.0.1/v1", "http://[::1/v1", "http://a b/"]
)
async def test_an_address_that_cannot_be_used_is_said(connect: Connect, url: str) -> None:
    with pytest.raises(Unreachable) as caught:
        await connect(url).leads.get("led_1")
    assert caught.value.problem.remedy


@pytest.mark.parametrize("key", ["", "imk_ü", "imk_a b", "imk_a\r\nX-Evil: 1", "imk_\x00"])
async def test_a_key_no_header_can_carry_is_unauthorized(connect: Connect, key: str) -> None:
    async with raw_server(OK) as server:
        with pytest.raises(Unauthorized):
            await connect(server.url, key=key).leads.get("led_1")
        assert server.requests == []


async def test_a_server_that_closes_idle_connections_costs_nothing(connect: Connect) -> None:
    async with raw_server(says_raw(WHOLE), OK) as server:
        client = connect(server.url)
        await client.leads.get("led_1")
        await client.leads.create({"email": "ada@example.com"})
        assert len(server.requests) == 2


async def test_close_ends_what_is_under_way_quietly(connect: Connect) -> None:
    async with raw_server(OK, says_then_stalls(b"")) as server:
        client = connect(server.url)
        await client.leads.get("led_1")
        calls = [asyncio.create_task(client.leads.get(f"led_{number}")) for number in range(3)]
        await server.wait_for(4)
        await client.close()
        errors = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(error, ApiError) for error in errors)
        assert not any(isinstance(error, DeadlineExceeded) for error in errors)
        assert len(server.requests) == 4
        await client.close()
