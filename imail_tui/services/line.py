"""The line to the server: every call of every area passes here, so its state is judged in one place."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
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
    ServerError,
    Unauthorized,
    Unreachable,
)
from imail_tui.domain.budget import Priority
from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.model.status import Link
from imail_tui.services.signals import Signal

RETRY_SECONDS = (2.0, 5.0, 10.0, 30.0, 60.0)
"""Pauses between looks for a server that was lost; the last one repeats."""

_T = TypeVar("_T")
_SILENT = (Unreachable, Interrupted, DeadlineExceeded)
_BLOCKED = frozenset({Link.OFFLINE, Link.UNAUTHORIZED, Link.FORBIDDEN})


class Line:
    """Asks the server, and knows whether it can be asked.

    While the server is lost or refuses the key, background calls fail at once with the known error and send
    nothing; a lost server is looked for with growing pauses. Calls a person made are always sent.
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
        self._client = None if secret is None else open_client(secret)
        self._find_secret = find_secret
        self._finding: asyncio.Task[ImailClient] | None = None
        self._retry_seconds = retry_seconds
        self._error: ApiError | None = None
        self._search: asyncio.Task[None] | None = None
        self.link = Link.UNKNOWN
        self.changed: Signal[Link] = Signal()
        """Emitted when `link` or `problem` differ from before."""

    @property
    def client(self) -> ImailClient:
        """The client in use; another one after `use_key`. Raises RuntimeError before the key is found."""
        if self._client is None:
            raise RuntimeError("the key is not found yet")
        return self._client

    @property
    def problem(self) -> Problem | None:
        """What is wrong with the line, None when the last answer was fine."""
        return self._error.problem if self._error else None

    def now(self) -> datetime:
        """World time; this machine's until the server has told it."""
        return datetime.now(UTC) if self._client is None else self._client.now()

    async def ask(
        self,
        question: Callable[[ImailClient], Awaitable[_T]],
        priority: Priority = Priority.INTERACTIVE,
    ) -> _T:
        """The answer to a question. Raises `ApiError`."""
        if priority is Priority.BACKGROUND and self.link in _BLOCKED and self._error is not None:
            raise self._error
        return await self._send(question, priority)

    async def use_key(self, secret: Secret) -> None:
        """Go on with another key. What was under way with the old one fails."""
        old, self._client = self._client, self._open_client(secret)
        self._stop_search()
        self._become(Link.UNKNOWN, None)
        if old is not None:
            await old.close()

    async def close(self) -> None:
        """End everything under way."""
        self._stop_search()
        if self._finding is not None:
            self._finding.cancel()
        if self._client is not None:
            await self._client.close()

    async def _send(self, question: Callable[[ImailClient], Awaitable[_T]], priority: Priority) -> _T:
        client = self._client
        try:
            if client is None:
                client = await self._found_client()
            answer = await question(client.at(priority))
        except ApiError as error:
            # An answer to a key that was replaced meanwhile says nothing about the new one.
            if client is self._client:
                self._judge(error)
            raise
        if client is self._client:
            self._become(Link.ONLINE, None)
        return answer

    async def _found_client(self) -> ImailClient:
        """The client, once the key is found; all who wait share one search."""
        if self._finding is None or self._finding.done():
            self._finding = asyncio.create_task(self._find_client())
        return await asyncio.shield(self._finding)

    async def _find_client(self) -> ImailClient:
        secret = await self._find_secret()
        if self._client is None:
            self._client = self._open_client(secret)
        return self._client

    def _judge(self, error: ApiError) -> None:
        match error:
            case Unauthorized():
                self._become(Link.UNAUTHORIZED, error)
            case Forbidden() if self.link is not Link.ONLINE:
                # A key that works elsewhere lacks one feature; a key that never worked lacks the API.
                self._become(Link.FORBIDDEN, error)
            case _ if isinstance(error, _SILENT):
                self._become(Link.OFFLINE, error)
                self._start_search()
            case ServerError() | BadResponse():
                self._become(Link.ONLINE, error)
            case _:
                self._become(Link.ONLINE, None)

    def _become(self, link: Link, error: ApiError | None) -> None:
        before = (self.link, self.problem)
        self.link, self._error = link, error
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
                    await self._send(lambda client: client.workspace.get(), Priority.BACKGROUND)
                except NotFound:
                    return
                except ApiError:
                    continue
