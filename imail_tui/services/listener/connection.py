"""One HTTP/1.1 connection to the listener: every request is judged before its body is read.

h11 parses and knows no network, so every limit is ours: the head is bounded, the body is counted while it
comes in, and the whole request has a deadline.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import h11

from imail_tui.services.listener.limits import Limits

_READ = 65_536

RawHeaders = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a sender is told."""

    status: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Door:
    """What a request must be for its body to be read: POST, to this path, for one of these hosts."""

    path: str
    hosts: frozenset[str]
    """In lower case, as in a `Host` header, with the port where it is not the scheme's own."""

    def judge(self, request: h11.Request) -> Answer | None:
        """Why a request is turned away, None = it may come in."""
        if not hmac.compare_digest(request.target, self.path.encode()):
            return Answer(404, "not found")
        host = next((value for name, value in request.headers if name == b"host"), b"")
        if host.decode("latin-1").lower() not in self.hosts:
            return Answer(421, "not a host of this listener")
        if request.method != b"POST":
            return Answer(405, "POST only")
        return None


Deliver = Callable[[RawHeaders, bytes], Awaitable[Answer]]


class _Refused(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.text)
        self.answer = answer


class Connection:
    """Serves one connection until it ends. `busy`: a whole request is being worked on."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        door: Door,
        limits: Limits,
        deliver: Deliver,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._door = door
        self._limits = limits
        self._deliver = deliver
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=limits.head)
        self.busy = False

    async def serve(self) -> None:
        """Answer requests until the peer ends, breaks a rule, or says nothing for too long."""
        try:
            while await self._one_request():
                self._http.start_next_cycle()
        except (OSError, h11.RemoteProtocolError, h11.LocalProtocolError):
            # It is gone, or speaks no HTTP.
            return
        finally:
            self._writer.close()

    def drop(self) -> None:
        """End it at once; what was not yet sent is lost."""
        self._writer.transport.abort()

    async def _one_request(self) -> bool:
        """Whether the connection can be used again."""
        try:
            async with asyncio.timeout(self._limits.read_seconds):
                request = await self._head()
                if request is None:
                    return False
                body = await self._body(request)
            self.busy = True
            answer = await self._deliver([(bytes(n), bytes(v)) for n, v in request.headers], body)
        except TimeoutError:
            answer = Answer(408, "too slow")
        except _Refused as refused:
            answer = refused.answer
        except h11.RemoteProtocolError as error:
            answer = Answer(error.error_status_hint, "not HTTP as it should be")
        await self._answer(answer)
        self.busy = False
        return self._http.our_state is h11.DONE and self._http.their_state is h11.DONE

    async def _head(self) -> h11.Request | None:
        event = await self._next()
        if not isinstance(event, h11.Request):
            return None
        if sum(len(name) + len(value) for name, value in event.headers) > self._limits.head:
            # h11 bounds a head that comes in parts, not one that is there at once.
            raise _Refused(Answer(431, "headers too large"))
        refusal = self._door.judge(event)
        if refusal is not None:
            raise _Refused(refusal)
        announced = next((value for name, value in event.headers if name == b"content-length"), b"0")
        if int(announced) > self._limits.body:
            raise _Refused(Answer(413, "too large"))
        return event

    async def _body(self, request: h11.Request) -> bytes:
        if self._http.they_are_waiting_for_100_continue:
            self._send(h11.InformationalResponse(status_code=100, headers=[]))
        parts: list[bytes] = []
        size = 0
        while isinstance(event := await self._next(), h11.Data):
            size += len(event.data)
            if size > self._limits.body:
                raise _Refused(Answer(413, "too large"))
            parts.append(bytes(event.data))
        if not isinstance(event, h11.EndOfMessage):
            raise ConnectionResetError(request.target)
        return b"".join(parts)

    async def _next(self) -> h11.Event | type[h11.PAUSED]:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._reader.read(_READ))
        assert not isinstance(event, type) or event is h11.PAUSED
        return event

    async def _answer(self, answer: Answer) -> None:
        if self._http.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return
        body = answer.text.encode()
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
        if answer.status == 405:
            headers.append(("Allow", "POST"))
        if self._http.their_state is not h11.DONE:
            # The rest of what it sends is not read.
            headers.append(("Connection", "close"))
        self._send(h11.Response(status_code=answer.status, headers=headers))
        if body:
            self._send(h11.Data(data=body))
        self._send(h11.EndOfMessage())
        try:
            async with asyncio.timeout(self._limits.read_seconds):
                await self._writer.drain()
        except TimeoutError:
            self.drop()

    def _send(self, event: h11.Event) -> None:
        data = self._http.send(event)
        if data:
            self._writer.write(data)
