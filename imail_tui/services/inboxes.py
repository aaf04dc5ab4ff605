"""Inboxes: pausing, reconnecting, and how one did over the last days."""

from imail_tui.api.client import ImailClient
from imail_tui.api.pages import Pages
from imail_tui.model.inboxes import Inbox, InboxDay
from imail_tui.model.record import Json
from imail_tui.services.collections import Asked, Collection


class Inboxes(Collection[Inbox]):
    """All inboxes of the workspace."""

    kind = "inboxes"
    server_sort = "email"

    def parse(self, row: Json) -> Inbox:
        """The inbox of a row."""
        return Inbox.model_validate(row)

    async def pause(self, inbox_id: str, paused: bool) -> Inbox:
        """Stop an inbox from sending, or let it send again. Raises `ApiError`."""
        inbox = await self._bench.ask(lambda client: client.inboxes.patch(inbox_id, {"paused": paused}))
        await self._keep([inbox.wire()])
        return inbox

    async def reconnect(self, inbox_id: str) -> str | None:
        """Start reconnecting: the page to open in a browser, None when none is needed. Raises `ApiError`."""
        setup_url = await self._bench.ask(lambda client: client.inboxes.reconnect(inbox_id))
        await self.fetch(inbox_id)
        return setup_url

    async def history(self, inbox_id: str, days: int) -> list[InboxDay]:
        """One row for each of the last `days`. Raises `ApiError`."""
        return await self._bench.ask(lambda client: client.inboxes.history(inbox_id, days))

    def _list(self, client: ImailClient, asked: Asked) -> Pages[Inbox]:
        return client.inboxes.list(q=asked.words, updated_since=asked.since, sort=asked.sort)

    async def _get(self, client: ImailClient, record_id: str) -> Inbox:
        return await client.inboxes.get(record_id)
