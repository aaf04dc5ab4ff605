"""One POST over a connection of its own: to an address already checked, no redirects, in bounded time."""

import asyncio
import contextlib
import functools
import ssl
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from imail_tui.sandbox.webhooks.destinations import port_of

TIMEOUT_SECONDS = 10.0
"""From the first connection to the end of the answer's head."""

_HEAD_BYTES = 65_536
_BODY_BYTES = 65_536
_HEAD_END = b"\r\n\r\n"


class Answer(NamedTuple):
    """What a receiver answered: its status and after how many milliseconds of wall time; None = nothing."""

    status: int | None = None
    milliseconds: int | None = None

    @property
    def accepted(self) -> bool:
        """Only 2xx is a success."""
        return self.status is not None and 200 <= self.status < 300


async def post(
    url: str,
    addresses: Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    timeout: float = TIMEOUT_SECONDS,
) -> Answer:
    """Send a body to the first address that takes a connection; whatever goes wrong is no answer."""
    started = time.monotonic()
    end = asyncio.get_running_loop().time() + timeout
    try:
        async with asyncio.timeout_at(end):
            reader, writer = await _connect(url, addresses)
    except (OSError, TimeoutError):
        return Answer()
    try:
        async with asyncio.timeout_at(end):
            writer.write(_request(url, headers, body))
            status, head = await _read_head(reader)
        milliseconds = round((time.monotonic() - started) * 1000)
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout_at(end):
                await _drain(reader, head)
        return Answer(status, milliseconds)
    except (OSError, EOFError, ValueError, TimeoutError):
        return Answer()
    finally:
        writer.transport.abort()


async def _connect(url: str, addresses: Sequence[str]) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(url)
    tls = parts.scheme == "https"
    refused: OSError | None = None
    for address in addresses:
        try:
            return await asyncio.open_connection(
                address,
                port_of(url),
                limit=_HEAD_BYTES,
                ssl=_tls() if tls else None,
                server_hostname=parts.hostname if tls else None,
            )
        except OSError as error:
            refused = error
    raise refused or OSError("no address")


@functools.cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _request(url: str, headers: Mapping[str, str], body: bytes) -> bytes:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [
        f"POST {target} HTTP/1.1",
        f"Host: {parts.netloc.rpartition('@')[2]}",
        *(f"{name}: {value}" for name, value in headers.items()),
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    return "\r\n".join(lines).encode("ascii") + _HEAD_END + body


async def _read_head(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and head of the final answer. Raises `ValueError` for what is not HTTP, `EOFError` at an end."""
    while True:
        try:
            head = await reader.readuntil(_HEAD_END)
        except asyncio.LimitOverrunError as error:
            raise ValueError("the answer's head is too long") from error
        protocol, _, rest = head.partition(b" ")
        code = rest[:3]
        if not protocol.startswith(b"HTTP/1.") or len(code) < 3 or not code.isdigit():
            raise ValueError("not an HTTP answer")
        if (status := int(code)) >= 200:
            return status, head


async def _drain(reader: asyncio.StreamReader, head: bytes) -> None:
    """Take a little of the body: a receiver that is cut off while it writes would report an error."""
    lengths = [
        value.strip()
        for name, _, value in (line.partition(b":") for line in head.split(b"\r\n"))
        if name.strip().lower() == b"content-length"
    ]
    wanted = min(int(lengths[0]), _BODY_BYTES) if lengths and lengths[0].isdigit() else _BODY_BYTES
    while wanted > 0 and (chunk := await reader.read(wanted)):
        wanted -= len(chunk)
