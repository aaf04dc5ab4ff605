"""What is done with a delivery that came in whole: it is verified, kept, and only then acknowledged.

A delivery whose answer was lost comes again; it is known by its event's id and acknowledged again. That is
also what a replayed delivery comes to: nothing is kept twice.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from imail_tui.domain.signatures import TOLERANCE_SECONDS, Refused, Scheme, verify
from imail_tui.model.events import Event, event_of
from imail_tui.model.secret import Secret
from imail_tui.services.listener.connection import Answer, RawHeaders
from imail_tui.store.event_store import EventsNotKept, EventStore, Kept

_PINNED = "listener.scheme"
"""The note that keeps the scheme of the first genuine delivery."""


class Fate(StrEnum):
    """What became of a delivery."""

    NEW = "new"
    KNOWN = "known"
    REFUSED = "refused"
    FAILED = "failed"
    """It could not be kept; its sender is told to try again."""


@dataclass(frozen=True, slots=True)
class Received:
    """One delivery and what became of it; `event` where it is genuine and readable."""

    fate: Fate
    headers: RawHeaders
    body: bytes
    event: Event | None = None
    why: str = ""


class Receiver:
    """Verifies and keeps deliveries. `tell` is called once for each, after the commit."""

    def __init__(
        self,
        store: EventStore,
        secrets: Iterable[Secret],
        tell: Callable[[Received], None],
        wall: Callable[[], float],
        tolerance: float = TOLERANCE_SECONDS,
    ) -> None:
        self._store = store
        self.trust(secrets)
        self._tell = tell
        self._wall = wall
        self._tolerance = tolerance
        self._pinned = store.recall(_PINNED)
        self._commits = _Commits(store, wall)

    def trust(self, secrets: Iterable[Secret]) -> None:
        """Believe deliveries signed with these secrets from now on, and no others."""
        self._secrets = tuple(secret.reveal() for secret in secrets)

    async def deliver(self, headers: RawHeaders, body: bytes) -> Answer:
        """The answer to a delivery, when its event is on the disk or will never be."""
        verdict = verify(body, headers, self._secrets, self._wall(), self._tolerance)
        if isinstance(verdict, Refused):
            return self._refuse(headers, body, verdict.check)
        if self._pinned not in (None, verdict.scheme):
            why = f"signed as {verdict.scheme}, but the first delivery was signed as {self._pinned}"
            return self._refuse(headers, body, why)
        try:
            kept = await self._commits.add(body)
            if self._pinned is None and kept.id:
                self._pin(verdict.scheme)
        except EventsNotKept as error:
            self._tell(Received(Fate.FAILED, headers, body, why=error.problem.sentence()))
            return Answer(503, "try again later")
        if not kept.id:
            self._tell(Received(Fate.REFUSED, headers, body, why="genuine, but no JSON object"))
            return Answer(400, "no JSON object")
        fate = Fate.NEW if kept.new else Fate.KNOWN
        self._tell(Received(fate, headers, body, event_of(self._store.get(kept.id) or {})))
        return Answer(200, fate)

    def _refuse(self, headers: RawHeaders, body: bytes, why: str) -> Answer:
        self._tell(Received(Fate.REFUSED, headers, body, why=why))
        # What was wrong is told here, not to whom it may help.
        return Answer(401, "refused")

    def _pin(self, scheme: Scheme) -> None:
        self._pinned = str(scheme)
        self._store.remember(_PINNED, self._pinned)


class _Commits:
    """Many deliveries at once are one transaction: a disk syncs a few hundred times a second at most."""

    def __init__(self, store: EventStore, wall: Callable[[], float]) -> None:
        self._store = store
        self._wall = wall
        self._waiting: list[tuple[bytes, asyncio.Future[Kept]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def add(self, body: bytes) -> Kept:
        """Keep one body. Raises EventsNotKept."""
        kept: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()
        self._waiting.append((body, kept))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await kept

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                bodies = [body for body, _ in batch]
                added = await asyncio.to_thread(self._store.add, bodies, self._wall())
            except EventsNotKept as error:
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
            else:
                for kept, (_, future) in zip(added.each, batch, strict=True):
                    if not future.done():
                        future.set_result(kept)
