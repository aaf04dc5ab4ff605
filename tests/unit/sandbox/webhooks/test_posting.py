"""One POST over a real connection, to receivers that answer oddly or not at all."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from imail_tui.sandbox.webhooks.posting import Answer, post
from tests.patience import PATIENCE


class Line:
    """A receiver that says these bytes and then, if told to, says nothing more."""

    def __init__(self, words: bytes, *, hang: bool) -> None:
        self._words = words
        self._hang = hang
        self.received = b""
        self.ended = asyncio.Event()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.received = head + await reader.readexactly(4)
        with contextlib.suppress(OSError):
            writer.write(self._words)
            await writer.drain()
            if self._hang:
                await reader.read()
        writer.close()
        self.ended.set()


@contextlib.asynccontextmanager
async def listening(line: Line) -> AsyncIterator[str]:
    server = await asyncio.start_server(line, "127.0.0.1", 0)
    async with server:
        yield f"http://localhost:{server.sockets[0].getsockname()[1]}/a/b?c=d"


async def answer_to(words: bytes, *, hang: bool = False, timeout: float = 10) -> tuple[Answer, Line]:
    line = Line(words, hang=hang)
    async with listening(line) as url:
        answer = await post(url, ["127.0.0.1"], {"X-One": "1"}, b"body", timeout)
        await asyncio.wait_for(line.ended.wait(), PATIENCE)
    return answer, line


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204),
        (b"HTTP/1.0 200\r\nContent-Length: 2\r\n\r\nok", 200),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", 201),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 200),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", 200),
        (b"HTTP/1.1 200 OK\r\nContent-Length: soon\r\n\r\n", 200),
        (b"HTTP/1.1 500 Oh no\r\n\r\n" + b"x" * 200_000, 500),
        (b"HTTP/1.1 2x0 OK\r\n\r\n", None),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", None),
        (b"HTTP/1.1 200 OK\r\nX: never ends", None),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n", None),
        (b"", None),
    ],
)
async def test_the_status_of_an_answer(words: bytes, status: int | None) -> None:
    answer, line = await answer_to(words)
    assert answer.status == status
    assert (answer.milliseconds is None) == (status is None)
    assert answer.accepted == (status in (200, 201, 204))
    assert line.received.startswith(b"POST /a/b?c=d HTTP/1.1\r\nHost: localhost:")
    assert line.received.endswith(b"X-One: 1\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody")


async def test_a_receiver_that_says_nothing_is_left() -> None:
    answer, _ = await answer_to(b"HTTP/1.1 200", hang=True, timeout=0.05)
    assert answer == Answer(None, None)


async def test_a_body_that_never_ends_takes_nothing_from_its_status() -> None:
    answer, _ = await answer_to(b"HTTP/1.1 200 OK\r\n\r\n", hang=True, timeout=1.0)
    assert answer.accepted


async def test_the_next_address_is_tried_and_a_closed_port_is_no_answer() -> None:
    line = Line(b"HTTP/1.1 200 OK\r\n\r\n", hang=False)
    async with listening(line) as url:
        assert (await post(url, ["127.0.0.9", "127.0.0.1"], {}, b"body")).status == 200
    assert await post(url, ["127.0.0.1"], {}, b"body") == Answer()
    assert await post(url, [], {}, b"body") == Answer()


async def test_a_receiver_without_tls_is_not_spoken_to_in_the_clear() -> None:
    line = Line(b"HTTP/1.1 200 OK\r\n\r\n", hang=False)
    async with listening(line) as url:
        answer = await post(url.replace("http:", "https:"), ["127.0.0.1"], {}, b"body", timeout=0.3)
    assert answer == Answer()
    assert line.received == b""
