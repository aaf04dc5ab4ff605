"""What really goes over the wire, seen by a server on loopback."""

import asyncio
import gzip
import logging
from functools import partial
from pathlib import Path

import pytest

from imail_tui.api.body import BodyReader, BodyStream, BodyTooBig, BodyUndecodable
from imail_tui.api.client import ImailClient
from imail_tui.api.credentials import MaskedStream
from imail_tui.api.deadlines import Deadlines
from imail_tui.api.spool import Spool
from imail_tui.api.transport import CONNECTIONS, KEPT_FOR_PEOPLE, Transport
from imail_tui.api.wire import Answer, Failure, Fault, Request
from imail_tui.domain.budget import Priority
from imail_tui.model.secret import Secret
from imail_tui.services.budget import BudgetLimiter
from tests.fakes.raw_server import raw_server, says, says_raw, says_then_stalls

KEY = "imk_test_01HZSENTINELSENTINEL"
PERSON = Priority.INTERACTIVE
LEAD = says(200, b'{"id":"led_1"}', ("X-RateLimit-Remaining", "200"), ("Set-Cookie", "a=b"))


def client_of(url: str, version: str | None = None) -> ImailClient:
    return ImailClient(Secret(KEY), url, limiter=BudgetLimiter(), version=version)


async def test_the_headers_of_a_request() -> None:
    async with raw_server(LEAD) as server:
        client = client_of(server.url + "/", version="2026-03-10")
        await client.leads.get("led_1")
        await client.leads.create({"email": "ada@example.com"})
        await client.metrics.get()
        await client.close()
    get, post, public = server.requests
    assert get.headers["user-agent"].startswith("imail-tui/")
    assert get.headers["authorization"] == f"Bearer {KEY}"
    assert (get.headers["accept"], get.headers["imail-version"]) == ("application/json", "2026-03-10")
    assert "content-type" not in get.headers
    assert (post.method, post.headers["content-type"]) == ("POST", "application/json")
    assert post.body == b'{"email":"ada@example.com"}'
    assert (public.target, "authorization" in public.headers) == ("/v1/metrics", False)


async def test_logs_hold_neither_key_nor_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with raw_server(says(200, b'{"data":[]}')) as server:
        client = client_of(server.url)
        await client.leads.list(q="ada@example.com").page()
        await client.close()
    assert KEY not in caplog.text
    assert "ada" not in caplog.text


async def test_a_user_in_the_address_does_not_replace_the_key() -> None:
    async with raw_server(LEAD) as server:
        client = client_of(server.url.replace("//", "//me:secret@"))
        await client.leads.get("led_1")
        await client.close()
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


async def test_an_attempt_lives_on_when_nobody_waits() -> None:
    ended: list[Answer | Failure] = []
    async with raw_server(LEAD) as server:
        transport = Transport(Secret(KEY), server.url)
        attempt = transport.start(Request("GET", "/leads/led_1"), PERSON, 5, ended.append)
        waiter = asyncio.ensure_future(asyncio.shield(attempt))
        await asyncio.sleep(0)
        waiter.cancel()
        await asyncio.wait({attempt})
        await transport.close()
    assert isinstance(ended[0], Answer)
    assert ended[0].status == 200


async def test_the_limit_of_an_attempt_is_kept_and_costs_no_later_one() -> None:
    heard: list[Answer | Failure] = []
    async with raw_server(says_then_stalls(b"HTTP/1.1 200 OK\r\nX-A: b"), LEAD) as server:
        transport = Transport(Secret(KEY), server.url, deadlines=Deadlines(read=9))
        late = await transport.start(Request("GET", "/leads/led_1"), PERSON, 0.2, heard.append)
        assert isinstance(late, Failure)
        assert late.fault is Fault.TIMED_OUT
        assert isinstance(
            await transport.start(Request("GET", "/leads/led_1"), PERSON, 5, heard.append), Answer
        )
        await transport.close()
        closed = await transport.start(Request("GET", "/leads/led_1"), PERSON, 5, heard.append)
    assert isinstance(closed, Failure)
    assert closed.fault is Fault.CLOSED
    assert heard[0] is late
    assert heard[2] is closed


async def test_an_attempt_without_a_connection_is_dropped_and_one_with_it_goes_on() -> None:
    heard: list[Answer | Failure] = []
    async with raw_server(says_then_stalls(b"")) as server:
        transport = Transport(Secret(KEY), server.url)
        start = partial(transport.start, Request("GET", "/leads/led_1"), PERSON, 5, heard.append)
        flights = [start() for _ in range(CONNECTIONS + 1)]
        await server.wait_for(CONNECTIONS)
        assert [transport.drop(flight) for flight in flights] == [False] * CONNECTIONS + [True]
        assert (await flights[-1]) == heard[0]
        unbegun = start()
        assert transport.drop(unbegun)
        await asyncio.wait({unbegun})
        assert not transport.drop(unbegun)
        late = await transport.start(Request("GET", "/leads/led_1"), PERSON, 0.05, heard.append)
        await transport.close()
    assert isinstance(late, Failure)
    faults = [result.fault for result in heard if isinstance(result, Failure)]
    assert faults == [Fault.DROPPED] * 3 + [Fault.LEFT] * CONNECTIONS
    assert len(server.requests) == CONNECTIONS


async def test_a_job_and_background_work_leave_connections_for_people() -> None:
    async with raw_server(says_then_stalls(b"")) as server:
        transport = Transport(Secret(KEY), server.url)
        for number in range(CONNECTIONS):
            rank = Priority.JOB if number % 2 else Priority.BACKGROUND
            transport.start(Request("GET", "/events"), rank, 5, lambda _: None)
        await server.wait_for(CONNECTIONS - KEPT_FOR_PEOPLE)
        transport.start(Request("GET", "/leads/led_1"), PERSON, 5, lambda _: None)
        await server.wait_for(CONNECTIONS - KEPT_FOR_PEOPLE + 1)
        await transport.close()
    assert server.requests[-1].target == "/v1/leads/led_1"


def test_a_body_stops_at_its_cap() -> None:
    reader = BodyReader("", limit=10)
    reader.feed(b"12345")
    reader.feed(b"67890")
    assert reader.whole() == b"1234567890"
    with pytest.raises(BodyTooBig):
        reader.feed(b"1")


@pytest.mark.parametrize("coding", ["br", "deflate", "zstd", "gzip, br"])
def test_a_coding_nobody_asked_for_is_refused(coding: str) -> None:
    with pytest.raises(BodyUndecodable):
        BodyReader(coding)


def test_an_empty_packed_body_is_empty() -> None:
    assert BodyReader("gzip").whole() == b""


def test_a_streamed_body_is_decoded_in_pieces_and_has_a_cap() -> None:
    whole = b"0123456789" * 100_000
    packed = gzip.compress(whole) + b"what follows the stream is none of it"
    stream = BodyStream("gzip", limit=len(whole))
    pieces = [
        piece for start in range(0, len(packed), 97) for piece in stream.feed(packed[start : start + 97])
    ]
    stream.end()
    assert b"".join(pieces) == whole
    with pytest.raises(BodyTooBig):
        list(BodyStream("", limit=3).feed(b"0123"))
    cut = BodyStream("gzip")
    list(cut.feed(packed[:50]))
    with pytest.raises(BodyUndecodable):
        cut.end()
    BodyStream("gzip").end()


def test_a_key_that_is_cut_in_two_is_masked_in_a_stream() -> None:
    masked = MaskedStream(Secret(KEY))
    body = f"a,{KEY},b".encode()
    shown = b"".join(masked.feed(body[place : place + 1]) for place in range(len(body))) + masked.rest()
    assert shown == f"a,{Secret(KEY)!r},b".encode()


async def test_a_body_passes_through_to_its_sink_and_begins_anew(tmp_path: Path) -> None:
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nday,sent\n"
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nday,sent\n1\n"
    refused = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}"

    heard: list[int] = []
    with (tmp_path / "spool").open("w+b") as file:
        spool = Spool(file, heard.append)
        async with raw_server(says_raw(cut), says_raw(whole), says_raw(refused)) as server:
            transport = Transport(Secret(KEY), server.url)
            request = Request("GET", "/analytics", sink=spool)
            ends = [await transport.start(request, PERSON, 10, lambda _: None) for _ in range(2)]
            await spool.finish()
            file.seek(0)
            assert isinstance(ends[0], Failure)
            assert isinstance(ends[1], Answer)
            assert (ends[1].body, file.read(), heard[-1]) == (b"", b"day,sent\n1\n", 11)
            last = await transport.start(request, PERSON, 10, lambda _: None)
            assert isinstance(last, Answer)
            assert (last.status, last.body) == (400, b"{}")
            await transport.close()
