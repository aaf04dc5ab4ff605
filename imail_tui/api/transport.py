"""The one file that touches the HTTP library.

An attempt runs in a task owned here. It waits for a connection in a queue of our own, where it may be
dropped at any time. Inside the library it is never cancelled by who waits for it: httpx 0.28 loses
connections of its pool when a request is cancelled (measured: 6 of 8). There only the total deadline ends
an attempt from outside, and its pool is retired with it. The library is imported at the first attempt, in
a thread, because it takes 0.15 s, and without its own command line, which takes as long again.
"""

import asyncio
import logging
import ssl
import sys
import time
from collections.abc import Callable, MutableMapping
from importlib import import_module
from importlib.metadata import version as installed_version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from imail_tui.api.body import BodyReader, BodyStream, BodyTooBig, BodyUndecodable
from imail_tui.api.credentials import MaskedStream, is_sendable, without_key
from imail_tui.api.deadlines import Deadlines
from imail_tui.api.flights import Flight
from imail_tui.api.progress import Progress
from imail_tui.api.slots import Slots
from imail_tui.api.wire import Answer, Failure, Fault, Request, Result, Sink
from imail_tui.domain.budget import Priority
from imail_tui.model.secret import Secret

if TYPE_CHECKING:
    import httpx

CONNECTIONS = 16
KEPT_FOR_PEOPLE = 2
"""Connections that jobs and background work leave free: a server slow for them is not slow for a person."""
IDLE_SECONDS = 4.0
"""Below the 5 s after which common servers close an idle connection."""
_ITS_COMMAND_LINE = "httpx._main"
_ASKED_FOR = "sniffio"
"""What the library imports four times a request; each search for it where it is missing takes half a ms."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class _Pool:
    """One httpx client and how many attempts use it."""

    def __init__(self, client: "httpx.AsyncClient") -> None:
        self.client = client
        self.users = 0
        self.retired = False

    async def leave(self) -> None:
        self.users -= 1
        if self.retired and not self.users:
            await self.client.aclose()


class Transport:
    """Sends attempts to one server with one key. Times are seconds."""

    def __init__(
        self, secret: Secret, base_url: str, *, version: str | None = None, deadlines: Deadlines | None = None
    ) -> None:
        self._secret = secret
        self._base_url = base_url.rstrip("/")
        self._version = version
        self._deadlines = deadlines or Deadlines()
        self._pool: _Pool | None = None
        self._opening = asyncio.Lock()
        self._slots = Slots(CONNECTIONS, KEPT_FOR_PEOPLE)
        self._attempts: dict[Flight, Progress] = {}
        self._closed = False

    async def prepare(self) -> None:
        """Load the library now, so that the first attempt is not counted with it."""
        await self._open()

    def start(
        self, request: Request, priority: Priority, seconds: float, done: Callable[[Result], None]
    ) -> Flight:
        """Begin one attempt that lasts at most `seconds`. `done` hears of its end before any waiter.

        Wait for it with `asyncio.wait` or `asyncio.shield`; it never raises.
        """
        progress = Progress()
        flight = asyncio.create_task(self._attempt(request, priority, seconds, progress))
        self._attempts[flight] = progress

        def ended(flight: Flight) -> None:
            del self._attempts[flight]
            done(Failure(progress.cancelled(closed=self._closed)) if flight.cancelled() else flight.result())

        flight.add_done_callback(ended)
        return flight

    def drop(self, flight: Flight) -> bool:
        """Give up an attempt that waits for a connection; False = it has one, and goes on."""
        progress = self._attempts.get(flight)
        return progress is not None and progress.queued and flight.cancel()

    async def close(self) -> None:
        """End the attempts under way and close the connections."""
        self._closed = True
        for flight in tuple(self._attempts):
            flight.cancel()
        if self._attempts:
            await asyncio.wait(self._attempts)
        if self._pool is not None:
            pool, self._pool = self._pool, None
            await pool.client.aclose()

    async def _attempt(
        self, request: Request, priority: Priority, seconds: float, progress: Progress
    ) -> Result:
        started = time.monotonic()
        try:
            if self._closed:
                return Failure(Fault.CLOSED)
            if not request.public and not is_sendable(self._secret):
                return Failure(Fault.KEY)
            async with asyncio.timeout(seconds):
                body = await self._in_turn(request, priority, seconds, progress)
        except asyncio.CancelledError:
            fault = progress.cancelled(closed=self._closed)
        except TimeoutError:
            fault = progress.out_of_time()
        except BodyTooBig:
            fault = Fault.TOO_BIG
        except BodyUndecodable:
            fault = Fault.UNDECODABLE
        except Exception as error:
            fault = _fault_of(error)
        else:
            assert progress.status is not None
            body = without_key(body, self._secret)
            return Answer(progress.status, progress.headers, body, time.monotonic() - started)
        return Failure(fault, time.monotonic() - started, progress.status, progress.headers)

    async def _in_turn(
        self, request: Request, priority: Priority, seconds: float, progress: Progress
    ) -> bytes:
        await self._slots.take(priority)
        progress.queued = False
        try:
            return await self._exchange(request, seconds, progress)
        finally:
            self._slots.give_back()

    async def _exchange(self, request: Request, seconds: float, progress: Progress) -> bytes:
        pool = await self._open()
        pool.users += 1
        try:
            return await self._stream(pool.client, request, seconds, progress)
        except asyncio.CancelledError:
            # The connection's slot may be lost now: nobody else shall use this pool.
            pool.retired = True
            if self._pool is pool:
                self._pool = None
            raise
        finally:
            await pool.leave()

    async def _stream(
        self, client: "httpx.AsyncClient", request: Request, seconds: float, progress: Progress
    ) -> bytes:
        built = client.build_request(
            request.method,
            request.url(self._base_url),
            params=request.query or None,
            headers=self._headers(request),
            content=request.body,
            timeout=self._timeouts(request.method, seconds),
            extensions={"trace": progress.trace},
        )
        response = await client.send(built, stream=True, auth=None if request.public else self._sign)
        try:
            progress.sent = True
            progress.status = response.status_code
            progress.headers = tuple(response.headers.multi_items())
            encoding = response.headers.get("content-encoding", "")
            if request.sink is not None and response.is_success:
                await self._pass_on(response, encoding, request.sink)
                return b""
            body = BodyReader(encoding)
            async for piece in response.aiter_raw():
                body.feed(piece)
            return body.whole()
        finally:
            await response.aclose()

    async def _pass_on(self, response: "httpx.Response", encoding: str, sink: Sink) -> None:
        """The body to a sink, piece by piece, in which the key is shown masked."""
        body = BodyStream(encoding)
        masked = MaskedStream(self._secret)
        sink.begin()
        async for piece in response.aiter_raw():
            for decoded in body.feed(piece):
                await sink.feed(masked.feed(decoded))
        body.end()
        await sink.feed(masked.rest())

    def _headers(self, request: Request) -> dict[str, str]:
        headers = {"Accept": "application/json", **dict(request.headers)}
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        if self._version:
            headers["Imail-Version"] = self._version
        return headers

    def _timeouts(self, method: str, seconds: float) -> tuple[float, float, float, None]:
        """Connect, read, write and pool, in httpx's order."""
        silence = min(self._deadlines.silence(method), seconds)
        connect = min(self._deadlines.connect, seconds)
        return connect, silence, silence, None

    def _sign(self, request: "httpx.Request") -> "httpx.Request":
        # The key meets the request here only, so it is in no other local variable.
        request.headers["Authorization"] = f"Bearer {self._secret.reveal()}"
        return request

    async def _open(self) -> _Pool:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncio.to_thread(self._new_pool)
            return self._pool

    def _new_pool(self) -> _Pool:
        _load_library()
        import httpx

        for name in ("httpx", "httpcore"):
            # Their INFO lines hold whole URLs, and with them addresses.
            logging.getLogger(name).setLevel(logging.WARNING)
        url = urlsplit(self._base_url)
        host = url.hostname or ""
        client = httpx.AsyncClient(
            # A server without TLS needs no list of trusted certificates, which takes 0.05 s to read.
            verify=httpx.create_ssl_context() if url.scheme == "https" else _trusting_nobody(),
            headers={
                "User-Agent": f"imail-tui/{installed_version('imail-tui')}",
                # Compressing costs more than it saves on a link faster than about 500 Mbit/s.
                "Accept-Encoding": "identity" if host in _LOOPBACK else "gzip",
            },
            # Our own slots bound the connections: nobody ever waits in the library's queue.
            limits=httpx.Limits(
                max_connections=None,
                max_keepalive_connections=CONNECTIONS,
                keepalive_expiry=IDLE_SECONDS,
            ),
        )
        return _Pool(client)


def trusted_certificates() -> ssl.SSLContext:
    """Whom attempts trust: SSL_CERT_FILE or SSL_CERT_DIR, else the list the library brings. Takes 0.2 s."""
    _load_library()
    import httpx

    return httpx.create_ssl_context()


def _trusting_nobody() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _load_library() -> None:
    """Import httpx without its command line, which it loads where click and rich are installed."""
    if "httpx" in sys.modules:
        return
    modules: MutableMapping[str, Any] = sys.modules
    # What stands as None cannot be imported, which the library takes for "not installed".
    modules[_ITS_COMMAND_LINE] = None
    if _ASKED_FOR not in modules and find_spec(_ASKED_FOR) is None:
        modules[_ASKED_FOR] = None
    try:
        import_module("httpx")
    finally:
        modules.pop(_ITS_COMMAND_LINE, None)


def _fault_of(error: Exception) -> Fault:
    """What an exception of the library means for the request it belonged to."""
    import httpx

    if _is_certificate(error):
        return Fault.CERTIFICATE
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)):
        return Fault.NOT_SENT
    if isinstance(error, httpx.TimeoutException):
        return Fault.TIMED_OUT
    if isinstance(error, (httpx.NetworkError, httpx.RemoteProtocolError)):
        return Fault.CUT
    return Fault.UNUSABLE


def _is_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
