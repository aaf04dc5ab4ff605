"""The line to the server: every call of every area passes here, so its state is judged in one place."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from imail_tui.api.client import ImailClient
from imail_tui.api.errors import (
    ApiError,
    BadResponse,
    DeadlineExceeded,
    Forbidden,
    Interrupted,
    NotFound,
    NotOffered,
    ServerError,
    Unauthorized,
    Unreachable,
)
from imail_tui.domain.budget import Priority
from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.model.status import Link
from imail_tui.model.workspace import Workspace
from imail_tui.services.signals import Signal

RETRY_SECONDS = (2.0, 5.0, 10.0, 30.0, 60.0)
"""Pauses between looks for a server that was lost; the last one repeats."""

_T = TypeVar("_T")
_SILENT = (Unreachable, Interrupted, DeadlineExceeded)
_BLOCKED = frozenset({Link.OFFLINE, Link.UNAUTHORIZED, Link.FORBIDDEN})


@dataclass(eq=False, slots=True)
class _InUse:
    """A client, its key, and how many calls it is carrying through."""

    client: ImailClient
    secret: Secret
    calls: int = 0


class Line:
    """Asks the server, and knows whether it can be asked.

    While the server is lost, background calls fail at once with the known error and send nothing; it is
    looked for with growing pauses, and what a person or a job asks is sent. A refused key stops everybody: a
    person's call fails at once, the others do too or, where `key_awaited`, wait until there is another key.
    """

    def __init__(
        self,
        open_client: Callable[[Secret], ImailClient],
        secret: Secret | None,
        find_secret: Callable[[], Awaitable[Secret]],
        retry_seconds: Sequence[float] = RETRY_SECONDS,
    ) -> None:
        """Without a `secret` it is found before the first call: asking a secret store may take seconds.

        `find_secret` raises `Unauthorized` when there is none.
        """
        self._open_client = open_client
        self._current = None if secret is None else _InUse(open_client(secret), secret)
        self._replaced: set[_InUse] = set()
        self._closing: set[asyncio.Task[None]] = set()
        self._find_secret = find_secret
        self._finding: asyncio.Task[_InUse] | None = None
        self._retry_seconds = retry_seconds
        self._error: ApiError | None = None
        self._search: asyncio.Task[None] | None = None
        self._key_good = asyncio.Event()
        self._key_good.set()
        self.link = Link.UNKNOWN
        self.key_awaited = False
        """Whether somebody looks for another key when this one is refused."""
        self.changed: Signal[Link] = Signal()
        """Emitted when `link` or `problem` differ from before."""

    @property
    def client(self) -> ImailClient:
        """The client in use; another one after `replace`. Raises RuntimeError before the key is found."""
        if self._current is None:
            raise RuntimeError("the key is not found yet")
        return self._current.client

    @property
    def secret(self) -> Secret | None:
        """The key in use, None before it is found."""
        return None if self._current is None else self._current.secret

    @property
    def problem(self) -> Problem | None:
        """What is wrong with the line, None when the last answer was fine."""
        return self._error.problem if self._error else None

    @property
    def obstacle(self) -> Problem | None:
        """Why the server takes nothing now, None when it does."""
        return self.problem if self.link in _BLOCKED else None

    def now(self) -> datetime:
        """World time; this machine's until the server has told it."""
        return datetime.now(UTC) if self._current is None else self._current.client.now()

    def told(self) -> datetime:
        """World time as the server last told it: what is asked of it now happens no earlier."""
        return datetime.now(UTC) if self._current is None else self._current.client.told()

    async def find_key(self) -> None:
        """Fetch the key if that was not done yet; sends nothing. Raises `Unauthorized`."""
        if self._current is None:
            await self._found_client()

    async def key_is_good(self) -> None:
        """Wait until the key is not refused, or no longer."""
        await self._key_good.wait()

    def fail_if_refused(self) -> None:
        """Raise the known error while the key is refused: a person is told at once."""
        if self.link is Link.UNAUTHORIZED and self._error is not None:
            raise self._error

    async def ask(
        self,
        question: Callable[[ImailClient], Awaitable[_T]],
        priority: Priority = Priority.INTERACTIVE,
    ) -> _T:
        """The answer to a question. Raises `ApiError`.

        A question that met a refused key is asked again from its beginning once there is a good one: the
        server carries out nothing for a key it refuses.
        """
        while True:
            if self._waits(priority):
                await self.key_is_good()
            self.fail_if_refused()
            if priority is Priority.BACKGROUND and self.link in _BLOCKED and self._error is not None:
                raise self._error
            try:
                return await self._send(question, priority)
            except ApiError as error:
                # Refused, and yet the line is not: the key was replaced while the question was under way.
                replaced = self.link is not Link.UNAUTHORIZED
                if not is_key_refused(error) or error.in_doubt or not (replaced or self._waits(priority)):
                    raise

    async def replace(self, client: ImailClient, secret: Secret) -> None:
        """Go on with another client and its key. What is under way with the old one may end by itself."""
        old, self._current = self._current, _InUse(client, secret)
        self._stop_search()
        self._become(Link.ONLINE, None)
        if old is not None:
            self._replaced.add(old)
            self._close_if_idle(old)

    async def close(self) -> None:
        """End everything under way."""
        self._stop_search()
        if self._finding is not None:
            self._finding.cancel()
        for used in (*self._replaced, *([self._current] if self._current else [])):
            await used.client.close()
        await asyncio.gather(*self._closing)

    def _waits(self, priority: Priority) -> bool:
        refused = self.link is Link.UNAUTHORIZED
        return refused and self.key_awaited and priority is not Priority.INTERACTIVE

    async def _send(self, question: Callable[[ImailClient], Awaitable[_T]], priority: Priority) -> _T:
        used = self._current
        try:
            if used is None:
                used = await self._found_client()
            answer = await self._carry_through(used, question, priority)
        except NotOffered:
            # Nothing was sent, so nothing is known of the server or the key.
            raise
        except ApiError as error:
            # An answer to a key that was replaced meanwhile says nothing about the new one.
            if used is self._current:
                self._judge(error)
            raise
        if used is self._current:
            self._become(Link.ONLINE, None)
        return answer

    async def _carry_through(
        self, used: _InUse, question: Callable[[ImailClient], Awaitable[_T]], priority: Priority
    ) -> _T:
        used.calls += 1
        try:
            return await question(used.client.at(priority))
        finally:
            used.calls -= 1
            self._close_if_idle(used)

    def _close_if_idle(self, used: _InUse) -> None:
        if used in self._replaced and not used.calls:
            self._replaced.discard(used)
            closing = asyncio.create_task(used.client.close())
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    async def _found_client(self) -> _InUse:
        """The client, once the key is found; all who wait share one search."""
        if self._finding is None or self._finding.done():
            self._finding = asyncio.create_task(self._find_client())
        return await asyncio.shield(self._finding)

    async def _find_client(self) -> _InUse:
        secret = await self._find_secret()
        if self._current is None:
            self._current = _InUse(self._open_client(secret), secret)
        return self._current

    def _judge(self, error: ApiError) -> None:
        match error:
            case _ if is_key_refused(error):
                self._become(Link.UNAUTHORIZED, error)
            case Forbidden() if self.link is not Link.ONLINE:
                # A key that works elsewhere lacks one feature; a key that never worked lacks the API.
                self._become(Link.FORBIDDEN, error)
            case _ if isinstance(error, _SILENT):
                self._become(Link.OFFLINE, error)
                self._start_search()
            case ServerError() if error.problem.status is None and self.link is Link.OFFLINE:
                # The host was left alone and nothing was sent: no news of a server that was lost.
                self._start_search()
            case ServerError() | BadResponse():
                self._become(Link.ONLINE, error)
            case _:
                self._become(Link.ONLINE, None)

    def _become(self, link: Link, error: ApiError | None) -> None:
        before = (self.link, self.problem)
        self.link, self._error = link, error
        if link is Link.UNAUTHORIZED:
            self._key_good.clear()
        else:
            self._key_good.set()
        if before != (self.link, self.problem):
            self.changed.emit(link)

    def _start_search(self) -> None:
        if self._search is None or self._search.done():
            self._search = asyncio.create_task(self._look_for_server())

    def _stop_search(self) -> None:
        if self._search is not None:
            self._search.cancel()
            self._search = None

    async def _look_for_server(self) -> None:
        looks = 0
        while self.link is Link.OFFLINE:
            await asyncio.sleep(self._retry_seconds[min(looks, len(self._retry_seconds) - 1)])
            looks += 1
            if self.link is Link.OFFLINE:
                try:
                    await self._send(ask_whose, Priority.BACKGROUND)
                except ApiError:
                    continue


async def ask_whose(client: ImailClient) -> Workspace | None:
    """Whose a client's key is, None where the server takes it without telling. Raises `ApiError`."""
    try:
        return await client.workspace.get()
    except NotOffered:
        # Nothing was sent: only an answer that needs the key shows that it is taken.
        await client.inboxes.list(limit=1).page()
        return None
    except NotFound:
        return None


def is_key_refused(error: ApiError) -> bool:
    """Whether the server, or a proxy before it, does not take the key: a 401 in any shape."""
    return isinstance(error, Unauthorized) or error.problem.status == 401
