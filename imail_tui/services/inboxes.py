"""Inboxes: adding, changing, reconnecting, and how one did over the last days."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from imail_tui.api.client import ImailClient
from imail_tui.api.errors import ApiError
from imail_tui.api.pages import Pages
from imail_tui.domain.inbox_changes import InboxChange
from imail_tui.model.inboxes import Inbox, InboxDay
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json
from imail_tui.services.collections import Asked, Collection
from imail_tui.services.workbench import Workbench

_AT_ONCE: Final = 4
"""Changes of one bulk act under way at a time: the rest of the line stays free for what is asked next."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a bulk change: inboxes as they were before, and why some are still so (by id)."""

    before: tuple[Inbox, ...]
    refused: Mapping[str, Problem]


class Inboxes(Collection[Inbox]):
    """All inboxes of the workspace."""

    kind = "inboxes"
    server_sort = "email"

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._refused: dict[str, Problem] = {}

    def parse(self, row: Json) -> Inbox:
        """The inbox of a row."""
        return Inbox.model_validate(row)

    @property
    def live(self) -> bool:
        """Whether changes reach real mail."""
        return self._bench.mode == "live"

    def refusal(self, inbox_id: str) -> Problem | None:
        """Why the last change of an inbox was taken back; None when it was not."""
        return self._refused.get(inbox_id)

    async def change(self, changes: Mapping[str, InboxChange]) -> Changed:
        """Change inboxes by id. Each row shows its change at once and goes back if the server refuses it.

        Inboxes that are not here, or that their change does not apply to any more, are passed over. Never
        raises `ApiError`: what the server refuses is in the answer and kept as the inbox's `refusal`.
        """
        found = ((self.get(inbox_id), change) for inbox_id, change in changes.items())
        wanted = [(inbox, change) for inbox, change in found if inbox and change.applies_to(inbox)]
        for inbox, _ in wanted:
            self._refused.pop(inbox.id, None)
        await self._keep([inbox.wire() | change.shown for inbox, change in wanted])
        places = asyncio.Semaphore(_AT_ONCE)

        async def one(inbox: Inbox, change: InboxChange) -> Problem | None:
            async with places:
                return await self._change_one(inbox, change)

        problems = await asyncio.gather(*(one(inbox, change) for inbox, change in wanted))
        refused = {inbox.id: problem for (inbox, _), problem in zip(wanted, problems, strict=True) if problem}
        return Changed(tuple(inbox for inbox, _ in wanted if inbox.id not in refused), refused)

    async def _change_one(self, before: Inbox, change: InboxChange) -> Problem | None:
        try:
            now = await self._bench.ask(lambda client: client.inboxes.patch(before.id, change.body))
        except ApiError as error:
            self._refused[before.id] = error.problem
            await self._keep([before.wire()])
            return error.problem
        await self._keep([now.wire()])
        return None

    async def add(self, body: Json) -> Inbox:
        """Add an inbox. Raises `ApiError`; `Conflict` names the one that is there as `existing_id`."""
        inbox = await self._bench.ask(lambda client: client.inboxes.create(body))
        await self._keep([inbox.wire()])
        return inbox

    async def delete(self, inbox_id: str, *, only: Inbox | None = None) -> None:
        """Delete it; `only`: if it is still as read then, else `Stale`.

        Raises `ApiError`; `Conflict` while an active campaign sends from it.
        """
        stamp = None if only is None else only.wire().get("updated_at")
        match = stamp if isinstance(stamp, str) else None
        await self._bench.ask(lambda client: client.inboxes.delete(inbox_id, if_match=match))
        await self.forget(inbox_id)

    async def reconnect(self, inbox_id: str, credentials: Json | None = None) -> str | None:
        """Start reconnecting: the page to open in a browser, None when none is needed. Raises `ApiError`.

        `credentials` (smtp, imap) connect an inbox of provider `smtp` at once.
        """
        setup_url = await self._bench.ask(lambda client: client.inboxes.reconnect(inbox_id, credentials))
        await self.fetch(inbox_id)
        return setup_url

    async def setup_page(self, inbox_id: str) -> tuple[Inbox, str | None]:
        """The inbox as it is now, and the page that connects it; a page that expired is asked for anew.

        No page when it is connected already. Raises `ApiError`.
        """
        inbox = await self.fetch(inbox_id)
        if inbox.status in ("connected", "paused") or inbox.setup_url:
            return inbox, inbox.setup_url
        url = await self.reconnect(inbox_id)
        return self.get(inbox_id) or inbox, url

    async def history(self, inbox_id: str, days: int) -> list[InboxDay]:
        """One row for each of the last `days`. Raises `ApiError`."""
        return await self._bench.ask(lambda client: client.inboxes.history(inbox_id, days))

    def _list(self, client: ImailClient, asked: Asked) -> Pages[Inbox]:
        return client.inboxes.list(q=asked.words, updated_since=asked.since, sort=asked.sort)

    async def _get(self, client: ImailClient, record_id: str) -> Inbox:
        return await client.inboxes.get(record_id)
