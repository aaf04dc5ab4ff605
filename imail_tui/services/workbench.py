"""What every area works with: the line to the server, cache and events, each written on one thread."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from imail_tui.api.client import ImailClient
from imail_tui.domain.budget import Priority
from imail_tui.model.record import Json
from imail_tui.services.line import Line
from imail_tui.store.cache import Cache
from imail_tui.store.event_store import EventStore

_T = TypeVar("_T")


class Workbench:
    """Line, cache and events. `mode` is live or test, `wall` gives epoch seconds, for ages."""

    def __init__(
        self, line: Line, cache: Cache, events: EventStore, mode: str, wall: Callable[[], float] = time.time
    ) -> None:
        self.line = line
        self.cache = cache
        self.events = events
        self.mode = mode
        self.wall = wall
        self._closed = False
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="cache")
        self._event_writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="events")

    async def ask(
        self,
        question: Callable[[ImailClient], Awaitable[_T]],
        priority: Priority = Priority.INTERACTIVE,
    ) -> _T:
        """The server's answer. Raises `ApiError`."""
        return await self.line.ask(question, priority)

    async def put(self, kind: str, rows: Sequence[Json], *, complete: bool = False) -> frozenset[str]:
        """Keep rows just fetched; returns the ids that really differ."""
        at = self.wall()
        return await self.write(lambda cache: cache.put(kind, rows, at, complete=complete))

    async def keep(self, kind: str, document_id: str, document: Json) -> None:
        """Keep a document just fetched."""
        at = self.wall()
        await self.write(lambda cache: cache.keep(kind, document_id, document, at))

    async def write(self, change: Callable[[Cache], _T]) -> _T:
        """A change of the cache, after those before it."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, change, self.cache)

    async def on_events(self, work: Callable[[], _T]) -> _T:
        """A change or a long reading of the events, after those before it."""
        return await asyncio.get_running_loop().run_in_executor(self._event_writer, work)

    async def close(self) -> None:
        """Finish the writes, end the line, close cache and events. Closing twice does no harm."""
        if self._closed:
            return
        self._closed = True
        await self.line.close()
        await asyncio.get_running_loop().run_in_executor(self._writer, self.cache.close)
        await self.on_events(self.events.close)
        self._writer.shutdown(wait=False)
        self._event_writer.shutdown(wait=False)
