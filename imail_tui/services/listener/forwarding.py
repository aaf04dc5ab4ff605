"""Passing deliveries on to another URL, as they came: same body, same signature headers."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import h11

from imail_tui.model.problem import Problem
from imail_tui.services.listener.receiver import Received

SECONDS = 10.0
WAITING = 1_000
"""Deliveries that wait to be passed on; one more is dropped, and that is told."""
_PASSED_ON = (b"content-type", b"user-agent", b"webhook-", b"imail-")
_READ = 65_536
_HEAD = 16_384


class BadForward(Exception):
    """A URL that nothing can be passed on to; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Forwarded:
    """How passing one delivery on went: the status it was answered with, or why there is none."""

    received: Received
    status: int | None
    why: str = ""


class Forwarding:
    """Passes deliveries on, one after the other, without holding up the next one that comes in."""

    def __init__(self, url: str, tell: Callable[[Forwarded], None]) -> None:
        """Raises BadForward."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadForward(
                Problem("Nothing can be passed on to this address.", "Give an http or https URL.", where=url)
            )
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._host, self._port = parts.hostname, parts.port or (443 if self._tls else 80)
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._authority = parts.netloc.rpartition("@")[2]
        self._tell = tell
        self._waiting: asyncio.Queue[Received] = asyncio.Queue(WAITING)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; needs a running loop."""
        self._task = asyncio.create_task(self._run())

    def add(self, received: Received) -> None:
        """Pass it on when it is its turn."""
        try:
            self._waiting.put_nowait(received)
        except asyncio.QueueFull:
            self._tell(Forwarded(received, None, f"{WAITING} others wait already"))

    async def stop(self) -> None:
        """End; what waits is not passed on."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            received = await self._waiting.get()
            try:
                async with asyncio.timeout(SECONDS):
                    forwarded = Forwarded(received, await self._post(received))
            except TimeoutError:
                forwarded = Forwarded(received, None, f"no answer within {SECONDS:g} s")
            except (OSError, h11.ProtocolError) as error:
                forwarded = Forwarded(received, None, str(error) or type(error).__name__)
            self._tell(forwarded)

    async def _post(self, received: Received) -> int:
        reader, writer = await asyncio.open_connection(self._host, self._port, ssl=self._tls)
        try:
            http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_HEAD)
            own = [(b"Host", self._authority.encode()), (b"Content-Length", b"%d" % len(received.body))]
            passed = [(name, value) for name, value in received.headers if name.startswith(_PASSED_ON)]
            request = h11.Request(
                method="POST", target=self._target, headers=[*own, *passed, (b"Connection", b"close")]
            )
            for sent in (request, h11.Data(data=received.body), h11.EndOfMessage()):
                writer.write(http.send(sent) or b"")
            await writer.drain()
            while True:
                event = http.next_event()
                if event is h11.NEED_DATA:
                    http.receive_data(await reader.read(_READ))
                elif isinstance(event, h11.Response):
                    return event.status_code
                elif not isinstance(event, h11.InformationalResponse):
                    raise ConnectionResetError("it hung up without an answer")
        finally:
            writer.close()
