"""A server on loopback that answers with raw bytes: every way a connection can go wrong."""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field


@dataclass
class Seen:
    """One request as it arrived; header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Line:
    """The server's end of one connection."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def send(self, data: bytes) -> None:
        """Write and flush."""
        self._writer.write(data)
        await self._writer.drain()

    async def drip(self, data: bytes, every: float) -> None:
        """One byte at a time."""
        for index in range(len(data)):
            await self.send(data[index : index + 1])
            await asyncio.sleep(every)

    async def close(self) -> None:
        """Close in order (FIN)."""
        self._writer.close()

    async def reset(self) -> None:
        """Close with RST."""
        connection = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.close()

    async def stall(self) -> None:
        """Say nothing until the client goes away or the server stops."""
        await asyncio.Event().wait()


Reply = Callable[[Line], Awaitable[None]]


@dataclass
class RawServer:
    """What arrived at the server; `replies` are used up one per request, the last one again and again."""

    url: str
    replies: list[Reply] = field(default_factory=list)
    requests: list[Seen] = field(default_factory=list)
    _arrival: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def arrived(self, seen: Seen) -> None:
        """Note a request."""
        async with self._arrival:
            self.requests.append(seen)
            self._arrival.notify_all()

    async def wait_for(self, count: int) -> None:
        """Until so many requests have arrived."""
        async with self._arrival:
            await self._arrival.wait_for(lambda: len(self.requests) >= count)

    def next_reply(self) -> Reply:
        """The reply to the request that just arrived."""
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@contextlib.asynccontextmanager
async def raw_server(*replies: Reply, tls: ssl.SSLContext | None = None) -> AsyncIterator[RawServer]:
    """A server that runs inside the block and answers with `replies`."""
    server = RawServer("", list(replies))
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            while (seen := await _request(reader)) is not None:
                await server.arrived(seen)
                await server.next_reply()(Line(writer))
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            tasks.discard(task)
            writer.close()

    listening = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    scheme = "https" if tls else "http"
    server.url = f"{scheme}://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    try:
        yield server
    finally:
        listening.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def http(status: int, body: bytes = b"", *headers: tuple[str, str], length: int | None = None) -> bytes:
    """A response as bytes; `length` overrides Content-Length."""
    head = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body) if length is None else length}"]
    head += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def says(status: int, body: bytes = b"", *headers: tuple[str, str]) -> Reply:
    """A whole response."""
    return lambda line: line.send(http(status, body, *headers))


def says_raw(data: bytes) -> Reply:
    """These bytes, then the end of the connection."""

    async def reply(line: Line) -> None:
        await line.send(data)
        await line.close()

    return reply


def says_then_resets(data: bytes) -> Reply:
    """These bytes, then RST."""

    async def reply(line: Line) -> None:
        await line.send(data)
        await line.reset()

    return reply


def says_then_stalls(data: bytes) -> Reply:
    """These bytes, then nothing, the connection open."""

    async def reply(line: Line) -> None:
        await line.send(data)
        await line.stall()

    return reply


def drips(data: bytes, every: float) -> Reply:
    """These bytes one at a time, `every` seconds."""
    return lambda line: line.drip(data, every)


async def _request(reader: asyncio.StreamReader) -> Seen | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.split("\r\n")
    method, target, _ = first.split(" ", 2)
    pairs = (line.split(":", 1) for line in lines if line)
    headers = {name.lower(): value.strip() for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Seen(method, target, headers, body)
