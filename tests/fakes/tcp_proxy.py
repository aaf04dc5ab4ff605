"""A TCP proxy in front of a real server that harms exactly the exchanges a test names.

It knows HTTP/1.1 only as far as it must to tell one request from the next; what it passes on are bytes.
"""

import asyncio
import contextlib
import socket
import struct
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

_HEAD_END = b"\r\n\r\n"


@dataclass
class _End:
    """Our end of one connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def message(self) -> bytes:
        """The next whole message. Raises asyncio.IncompleteReadError when the other side ends."""
        head = await self.reader.readuntil(_HEAD_END)
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        length = int(lengths[0].partition(b":")[2]) if lengths else 0
        return head + await self.reader.readexactly(length)

    def close(self, *, reset: bool = False) -> None:
        if reset:
            connection = self.writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.close()


class Exchange:
    """One request and its answer on their way through the proxy."""

    def __init__(
        self,
        client: _End,
        server: Callable[[], Awaitable[_End]],
        request: bytes | None,
        seen: Callable[[bytes], None],
    ) -> None:
        self._client = client
        self._server = server
        self._request = request
        self._seen = seen
        self.over = False
        """Whether the connection cannot carry another exchange."""

    async def request(self) -> bytes:
        """The whole request."""
        if self._request is None:
            self._request = await self._client.message()
        self._seen(self._request)
        return self._request

    async def forward(self, data: bytes) -> None:
        """Give the server these bytes."""
        await (await self._server()).send(data)

    async def answer(self) -> bytes:
        """The server's whole answer to the whole request, which it has then carried out."""
        await self.forward(await self.request())
        return await (await self._server()).message()

    async def send(self, data: bytes) -> None:
        """Give the client these bytes."""
        await self._client.send(data)

    def end(self, *, reset: bool = False) -> None:
        """Close the client's connection, in order or with RST."""
        self.over = True
        self._client.close(reset=reset)

    async def stall(self) -> None:
        """Pass nothing on, either way, until the client gives up."""
        self.over = True
        while await self._client.reader.read(65536):
            pass


Fault = Callable[[Exchange], Awaitable[None]]


async def passes(exchange: Exchange) -> None:
    """No fault."""
    await exchange.send(await exchange.answer())


class TcpProxy:
    """What passes through. `upcoming` faults are used up, one for each exchange; then comes `otherwise`."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        assert parts.hostname is not None
        assert parts.port is not None
        self._target = (parts.hostname, parts.port)
        self._path = parts.path
        self._tasks: set[asyncio.Task[None]] = set()
        self._listening: asyncio.Server | None = None
        self._port = 0
        self.upcoming: deque[Fault] = deque()
        self.otherwise: Fault = passes
        self.requests: list[bytes] = []
        """Every request that came in whole."""
        self.exchanges = 0

    @property
    def url(self) -> str:
        """The API root behind the proxy."""
        return f"http://127.0.0.1:{self._port}{self._path}"

    @property
    def connections(self) -> int:
        """Connections of clients open now."""
        return len(self._tasks)

    async def listen(self) -> None:
        """Accept connections, at the port of the last time."""
        self._listening = await asyncio.start_server(self._connected, "127.0.0.1", self._port)
        self._port = self._listening.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Stop listening, and end all connections: the next one is refused."""
        if self._listening is not None:
            self._listening.close()
        await self.hang_up()

    async def hang_up(self) -> None:
        """End all connections."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        ends = [_End(reader, writer)]

        async def server() -> _End:
            if len(ends) == 1:
                ends.append(_End(*await asyncio.open_connection(*self._target)))
            return ends[1]

        try:
            await self._carry(ends[0], server)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            # A side went away, or the proxy ends: so do both connections.
            pass
        finally:
            self._tasks.discard(task)
            for end in ends:
                end.close()

    async def _carry(self, client: _End, server: Callable[[], Awaitable[_End]]) -> None:
        # The first exchange begins with the connection, so that a fault can strike before the request.
        request: bytes | None = None
        while True:
            fault = self.upcoming.popleft() if self.upcoming else self.otherwise
            self.exchanges += 1
            exchange = Exchange(client, server, request, self.requests.append)
            await fault(exchange)
            if exchange.over:
                return
            request = await client.message()


@contextlib.asynccontextmanager
async def tcp_proxy(target: str, *upcoming: Fault) -> AsyncIterator[TcpProxy]:
    """A proxy before the API root `target`, as long as the block lasts."""
    proxy = TcpProxy(target)
    proxy.upcoming.extend(upcoming)
    await proxy.listen()
    try:
        yield proxy
    finally:
        await proxy.refuse()
