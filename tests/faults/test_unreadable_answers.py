"""Answers that are complete and still not what the API promises."""

import gzip
import zlib

import pytest

from imail_tui.api.body import BODY_LIMIT
from imail_tui.api.errors import BadResponse, Forbidden, ServerError, Unauthorized
from tests.fakes.raw_server import Reply, drips, http, raw_server, says, says_raw
from tests.faults.conftest import KEY, Connect

REQUEST_ID = ("X-Request-Id", "req_42")
HTML = b"<html><script>alert(1)</script>\x1b]52;c;ZXZpbA==\x07" + b"x" * 5000
CASES = {
    "empty": (200, b""),
    "cut json": (200, b'{"id":"led_1","ema'),
    "html": (200, HTML),
    "html 502": (502, HTML),
    "html 401": (401, HTML),
    "list": (200, b'[{"id":"led_1"}]'),
    "null": (200, b"null"),
    "string": (200, b'"led_1"'),
    "number": (200, b"1e999"),
    "no id": (200, b'{"email":"ada@example.com"}'),
    "id null": (200, b'{"id":null}'),
    "not utf-8": (200, b'{"id":"\xff\xfe"}'),
    "deep": (200, b"[" * 100_000),
    "redirect": (302, b""),
    "error without message": (400, b'{"error":{}}'),
    "error as a string": (500, b'{"error":"boom"}'),
    "error empty": (404, b""),
}


@pytest.mark.parametrize("name", CASES)
async def test_it_is_a_bad_response_with_status_and_request_id(connect: Connect, name: str) -> None:
    status, body = CASES[name]
    async with raw_server(says(status, body, REQUEST_ID, ("Location", "/elsewhere"))) as server:
        with pytest.raises(BadResponse) as caught:
            await connect(server.url).leads.get("led_1")
        problem = caught.value.problem
        assert (problem.status, problem.request_id, problem.code) == (status, "req_42", "bad_response")
        assert problem.what
        assert problem.remedy
        assert caught.value.excerpt == body.decode("utf-8", "replace")[:200]
        assert {seen.target for seen in server.requests} == {"/v1/leads/led_1"}


@pytest.mark.parametrize("body", [b"{}", b'{"data":null}', b'{"data":[1]}', b'{"data":[{}]}', b'{"data":{}}'])
async def test_a_list_that_is_none_is_a_bad_response(connect: Connect, body: bytes) -> None:
    async with raw_server(says(200, body, REQUEST_ID)) as server:
        with pytest.raises(BadResponse) as caught:
            await connect(server.url).leads.list().page()
        assert caught.value.problem.request_id == "req_42"


async def test_unknown_fields_and_odd_types_are_kept(connect: Connect) -> None:
    body = b'{"id":"led_1","email":7,"mood":"fine","enrollments":null,"suppressed":"maybe"}'
    async with raw_server(says(200, body)) as server:
        lead = await connect(server.url).leads.get("led_1")
        assert lead.wire()["mood"] == "fine"
        assert lead.unreadable == {"email": 7, "suppressed": "maybe"}
        assert lead.enrollments == []


async def test_errors_of_the_documented_shape_are_typed(connect: Connect) -> None:
    body = (
        b'{"error":{"code":"tier_required","message":"Surge and above","field":"","doc":"https://x",'
        b'"details":{"required_tier":"surge"}},"request_id":"req_body"}'
    )
    async with raw_server(says(403, body, REQUEST_ID)) as server:
        with pytest.raises(Forbidden) as caught:
            await connect(server.url).leads.get("led_1")
        problem = caught.value.problem
        assert (problem.code, problem.what, problem.request_id) == (
            "tier_required",
            "Surge and above",
            "req_body",
        )
        assert "Surge" in problem.remedy
        assert caught.value.doc == "https://x"


async def test_no_exception_shows_the_key_even_when_the_server_repeats_it(connect: Connect) -> None:
    body = f'{{"error":{{"code":"invalid_key","message":"unknown key {KEY}"}}}}'.encode()
    async with raw_server(says(401, body), says(500, f"<html>{KEY}".encode())) as server:
        client = connect(server.url)
        with pytest.raises(Unauthorized) as refused:
            await client.leads.get("led_1")
        with pytest.raises(BadResponse) as page:
            await client.leads.get("led_1")
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
        shown = [str(refused.value), repr(refused.value), repr(refused.value.problem), repr(client)]
        shown += [page.value.excerpt, repr(page.value.__context__), repr(page.value.__cause__)]
        assert not [text for text in shown if KEY in text]


async def test_exception_text_does_not_repeat_the_request(connect: Connect) -> None:
    body = b'{"error":{"code":"\\u001b]0;x","message":"ada@example.com is taken"},"request_id":"r\\n1"}'
    async with raw_server(says(500, body)) as server:
        with pytest.raises(ServerError) as caught:
            await connect(server.url).leads.create({"email": "ada@example.com"})
        assert "ada" not in str(caught.value)
        assert str(caught.value).isprintable()


def bomb() -> bytes:
    """Just over the cap, packed a thousandfold."""
    return gzip.compress(b"[" * (BODY_LIMIT + 1), 9)


@pytest.mark.parametrize(
    "reply",
    [
        says(200, bomb(), ("Content-Encoding", "gzip")),
        says_raw(http(200, b"[" * (BODY_LIMIT + 1))),
        says(200, b"not gzip at all", ("Content-Encoding", "gzip")),
        says(200, gzip.compress(b"{}" * 50)[:-9], ("Content-Encoding", "gzip")),
        says(200, zlib.compress(b"{}"), ("Content-Encoding", "deflate")),
        says(200, b"{}", ("Content-Encoding", "br")),
    ],
    ids=["bomb", "huge", "not gzip", "cut gzip", "deflate", "brotli"],
)
async def test_a_body_too_large_or_packed_oddly_is_refused(connect: Connect, reply: Reply) -> None:
    good = says(200, b'{"id":"led_1"}')
    async with raw_server(reply, good) as server:
        client = connect(server.url)
        with pytest.raises(BadResponse) as caught:
            await client.leads.get("led_1")
        assert caught.value.problem.status == 200
        assert (await client.leads.get("led_1")).id == "led_1"


async def test_gzip_is_read(connect: Connect) -> None:
    packed = gzip.compress(b'{"id":"led_1"}')
    reply = drips(http(200, packed, ("Content-Encoding", "gzip")), 0.001)
    async with raw_server(reply) as server:
        assert (await connect(server.url).leads.get("led_1")).id == "led_1"
        assert server.requests[0].headers["accept-encoding"] == "identity"
