"""Replies, and the conversations they belong to."""

from collections.abc import Callable

from imail_tui.api.client import ImailClient
from imail_tui.api.pages import Pages
from imail_tui.domain.replies.triage import shown
from imail_tui.model.record import Json
from imail_tui.model.replies import Reply, Thread
from imail_tui.services.collections import Asked, Collection
from imail_tui.services.workbench import Workbench
from imail_tui.store.cache import Cache

_THREADS = "threads"
_NONE = object()


class Replies(Collection[Reply]):
    """All replies of the workspace, newest first."""

    kind = "replies"

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._expected: dict[str, Json] = {}

    def parse(self, row: Json) -> Reply:
        """The reply of a row."""
        return Reply.model_validate(row)

    def kept_thread(self, reply_id: str) -> Thread | None:
        """The conversation as it was when last read, to show while the new one is fetched."""
        reply = self.get(reply_id)
        found = self._bench.cache.kept(_THREADS, reply.thread_id) if reply and reply.thread_id else None
        return None if found is None else Thread.model_validate(found[0])

    async def thread(self, reply_id: str) -> Thread:
        """The whole conversation a reply belongs to. Raises `ApiError`."""
        reply = self.get(reply_id) or await self.fetch(reply_id)
        thread = await self._bench.ask(lambda client: client.threads.get(reply.thread_id or ""))
        await self._bench.keep(_THREADS, thread.id, thread.wire())
        return thread

    def expect(self, reply_id: str, changes: Json, *, instead_of: Json | None = None) -> None:
        """Show a reply with changes that are on their way, whatever is fetched meanwhile.

        `instead_of`: changes that were expected and are no more.
        """
        held = self._expected.pop(reply_id, {})
        left = {name: value for name, value in held.items() if (instead_of or {}).get(name, _NONE) != value}
        if left or changes:
            self._expected[reply_id] = {**left, **changes}

    async def amend(self, rows: list[Json], first: Callable[[Cache], None] = lambda _: None) -> None:
        """Keep rows as they will be; what was fetched is no younger for it. `first`: a change before it."""

        def change(cache: Cache) -> frozenset[str]:
            first(cache)
            return cache.amend(self.kind, rows)

        self._emit(await self._bench.write(change))

    async def take(self, reply: Reply) -> None:
        """Keep a reply the server just gave."""
        await self._keep([reply.wire()])

    async def _keep(self, rows: list[Json], *, complete: bool = False) -> frozenset[str]:
        held = self._expected
        seen = [shown(row, held[str(row.get("id"))]) if str(row.get("id")) in held else row for row in rows]
        return await super()._keep(seen, complete=complete)

    def _list(self, client: ImailClient, asked: Asked) -> Pages[Reply]:
        return client.replies.list(q=asked.words, updated_since=asked.since)

    async def _get(self, client: ImailClient, record_id: str) -> Reply:
        return await client.replies.get(record_id)
