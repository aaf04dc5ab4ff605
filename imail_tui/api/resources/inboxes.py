"""Sending mailboxes."""

from datetime import datetime

from pydantic import JsonValue

from imail_tui.api.channel import path_of
from imail_tui.api.pages import Pages
from imail_tui.api.reading import json_object, records
from imail_tui.api.resources.listing import PAGE_SIZE, Collection
from imail_tui.model.inboxes import Inbox, InboxDay
from imail_tui.model.record import Json

Days = list[InboxDay]


class Inboxes(Collection[Inbox]):
    """`/inboxes`."""

    path = "inboxes"
    kind = Inbox

    def list(
        self,
        *,
        status: str | None = None,
        provider: str | None = None,
        q: str | None = None,
        updated_since: datetime | None = None,
        sort: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Pages[Inbox]:
        """Inboxes, filtered by the server; `limit` is the page size."""
        return self._list(
            {
                "status": status,
                "provider": provider,
                "q": q,
                "updated_since": updated_since,
                "sort": sort,
                "limit": limit,
            }
        )

    async def reconnect(self, inbox_id: str, credentials: Json | None = None) -> str | None:
        """Start reconnecting: the page to open, None when `credentials` (smtp, imap) did it at once."""
        path = path_of(self.path, inbox_id, "reconnect")
        answer = await self._channel.post(path, credentials or {}, json_object)
        url: JsonValue = answer.get("setup_url")
        return url if isinstance(url, str) and url else None

    async def history(self, inbox_id: str, days: int) -> Days:
        """One row per day of the last `days`."""
        path = path_of(self.path, inbox_id, "history")
        return await self._channel.get(path, records(InboxDay), (("days", str(days)),))
