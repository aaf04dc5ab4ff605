"""What stands beside a conversation: the lead, what happened with it, and a message as it was on the wire."""

from collections import OrderedDict
from typing import Final

from imail_tui.api.client import ImailClient
from imail_tui.api.errors import Gone, NotFound
from imail_tui.model.events import Event, event_of
from imail_tui.model.leads import Lead
from imail_tui.model.replies import Reply
from imail_tui.services.leads import Leads
from imail_tui.services.workbench import Workbench

_TIMELINES: Final = "timelines"
_MOST: Final = 500
_RAW_KEPT: Final = 20


class ReplyTimeline:
    """Read from what is kept here at once, and from the server when asked."""

    def __init__(self, bench: Workbench, leads: Leads) -> None:
        self._bench = bench
        self._leads = leads
        self._raw: OrderedDict[str, bytes] = OrderedDict()

    def kept_lead(self, reply: Reply) -> Lead | None:
        """The whole lead of a reply, when it is here."""
        return self._leads.get(reply.lead.id) if reply.lead is not None and reply.lead.id else None

    async def lead(self, reply: Reply) -> Lead | None:
        """The whole lead of a reply from the server, None for one of nobody. Raises `ApiError`."""
        return await self._leads.fetch(reply.lead.id) if reply.lead is not None and reply.lead.id else None

    def events(self, reply: Reply) -> list[Event]:
        """What is known here of a reply's lead, oldest first: what was fetched, and what arrived."""
        if reply.lead is None:
            return []
        found = {event.id: event for event in self._fetched(reply.lead.id or "")}
        arrived = self._bench.events.about("lead", reply.lead.email) if reply.lead.email else []
        found |= {event.id: event for event in map(event_of, arrived)}
        return sorted(found.values(), key=lambda event: (str(event.wire().get("created_at")), event.id))

    async def fetch(self, reply: Reply) -> list[Event]:
        """The same with what the server's ledger has. Raises `ApiError`; without a ledger what is here."""
        lead_id = reply.lead.id if reply.lead is not None else None
        if lead_id is None:
            return []

        kept = self._fetched(lead_id)
        try:
            told = [*kept, *await self._read(lead_id, kept[-1].id if kept else None)]
        except NotFound:
            return self.events(reply)
        except Gone:
            # The server keeps nothing so old any more: what it still has is the timeline.
            told = await self._read(lead_id, None)
        if len(told) > len(kept):
            await self._bench.keep(_TIMELINES, lead_id, {"events": [event.wire() for event in told]})
        return self.events(reply)

    async def raw(self, message_id: str) -> bytes:
        """A message as it was on the wire. Raises `ApiError`."""
        if message_id not in self._raw:
            self._raw[message_id] = await self._bench.ask(lambda client: client.messages.raw(message_id))
            while len(self._raw) > _RAW_KEPT:
                self._raw.popitem(last=False)
        return self._raw[message_id]

    async def _read(self, lead_id: str, after: str | None) -> list[Event]:
        """The ledger's events of a lead behind one that is known here."""

        async def read(client: ImailClient) -> list[Event]:
            found: list[Event] = []
            async for page in client.events.list(after, lead_id=lead_id).pages():
                found += page.items
                if len(found) >= _MOST:
                    break
            return found

        return await self._bench.ask(read)

    def _fetched(self, lead_id: str) -> list[Event]:
        kept = self._bench.cache.kept(_TIMELINES, lead_id)
        rows = kept[0].get("events") if kept is not None else None
        return [event_of(row) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
