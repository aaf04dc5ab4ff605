"""The one file that touches the HTTP library.

An attempt runs in a task owned here and is never cancelled by who waits for it: httpx 0.28 loses
connections of its pool when a request is cancelled (measured: 6 of 8). Only the total deadline ends an
attempt from outside, and its pool is retired with it. The library is imported at the first attempt, in a
thread, because it takes 0.15 s.
"""

import asyncio
import logging
import ssl
import time
from collections.abc import Callable
from importlib.metadata import version as installed_version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from imail_tui.api.body import BodyReader, BodyTooBig, BodyUndecodable
from imail_tui.api.deadlines import Deadlines
from imail_tui.api.wire import Answer, Failure, Fault, Pairs, Request
from imail_tui.model.secret import Secret

if TYPE_CHECKING:
    import httpx

Result = Answer | Failure

CONNECTIONS = 16
IDLE_SECONDS = 4.0
"""Below the 5 s after which common servers close an idle connection."""
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


class _Progress:
    """How far an attempt came: what is known when it ends early."""

    def __init__(self) -> None:
        self.sent = False
        self.status: int | None = None
        self.headers: Pairs = ()

    async def trace(self, event: str, _info: object) -> None:
        """The connection's events, as httpx's `trace` extension tells them."""
        if event.endswith("send_request_headers.started"):
            self.sent = True


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
        self._tasks: set[asyncio.Task[Result]] = set()
        self._closed = False

    def start(
        self, request: Request, seconds: float, done: Callable[[Result], None]
    ) -> "asyncio.Task[Result]":
        """Begin one attempt that lasts at most `seconds`. `done` hears of its end before any waiter.

        Wait for the task with `asyncio.wait` or `asyncio.shield`; it never raises.
        """
        task = asyncio.create_task(self._attempt(request, seconds))
        self._tasks.add(task)

        def ended(task: "asyncio.Task[Result]") -> None:
            self._tasks.discard(task)
            done(Failure(Fault.CLOSED) if task.cancelled() else task.result())

        task.add_done_callback(ended)
        return task

    async def close(self) -> None:
        """End the attempts under way and close the connections."""
        self._closed = True
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        if self._pool is not None:
            pool, self._pool = self._pool, None
            await pool.client.aclose()

    async def _attempt(self, request: Request, seconds: float) -> Result:
        started = time.monotonic()
        progress = _Progress()
        fault = Fault.NOT_SENT
        try:
            if self._closed:
                return Failure(Fault.CLOSED)
            if not _is_key(self._secret.reveal()):
                return Failure(Fault.KEY)
            async with asyncio.timeout(seconds):
                body = await self._exchange(request, seconds, progress)
        except asyncio.CancelledError:
            fault = Fault.CLOSED
        except TimeoutError:
            fault = Fault.TIMED_OUT if progress.sent else Fault.NOT_SENT
        except BodyTooBig:
            fault = Fault.TOO_BIG
        except BodyUndecodable:
            fault = Fault.UNDECODABLE
        except Exception as error:
            fault = _fault_of(error)
        else:
            assert progress.status is not None
            body = body.replace(self._secret.reveal().encode(), repr(self._secret).encode())
            return Answer(progress.status, progress.headers, body, time.monotonic() - started)
        return Failure(fault, time.monotonic() - started, progress.status, progress.headers)

    async def _exchange(self, request: Request, seconds: float, progress: _Progress) -> bytes:
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
        self, client: "httpx.AsyncClient", request: Request, seconds: float, progress: _Progress
    ) -> bytes:
        built = client.build_request(
            request.method,
            self._base_url + request.path,
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
            body = BodyReader(response.headers.get("content-encoding", ""))
            async for piece in response.aiter_raw():
                body.feed(piece)
            return body.whole()
        finally:
            await response.aclose()

    def _headers(self, request: Request) -> dict[str, str]:
        headers = {"Accept": "application/json", **dict(request.headers)}
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        if self._version:
            headers["Imail-Version"] = self._version
        return headers

    def _timeouts(self, method: str, seconds: float) -> tuple[float, float, float, float]:
        """Connect, read, write and pool, in httpx's order."""
        silence = min(self._deadlines.silence(method), seconds)
        connect = min(self._deadlines.connect, seconds)
        return connect, silence, silence, connect

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
        import httpx

        for name in ("httpx", "httpcore"):
            # Their INFO lines hold whole URLs, and with them addresses.
            logging.getLogger(name).setLevel(logging.WARNING)
        host = urlsplit(self._base_url).hostname or ""
        client = httpx.AsyncClient(
            headers={
                "User-Agent": f"imail-tui/{installed_version('imail-tui')}",
                # Compressing costs more than it saves on a link faster than about 500 Mbit/s.
                "Accept-Encoding": "identity" if host in _LOOPBACK else "gzip",
            },
            limits=httpx.Limits(
                max_connections=CONNECTIONS,
                max_keepalive_connections=CONNECTIONS,
                keepalive_expiry=IDLE_SECONDS,
            ),
        )
        return _Pool(client)


def _is_key(text: str) -> bool:
    return bool(text) and text.isascii() and all(char.isprintable() and char != " " for char in text)


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
