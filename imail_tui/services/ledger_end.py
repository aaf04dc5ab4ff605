"""Finding the end of the event ledger, which the API only lists from its beginning.

A lead that replied lately has a short timeline whose last event is recent; from there the rest is a few
pages, and the last of them are the history a first start shows.
"""

from collections import deque
from dataclasses import dataclass

from imail_tui.api.client import ImailClient
from imail_tui.api.errors import NotFound
from imail_tui.model.record import Json

_REPLIES_TRIED = 5
_MOST_PAGES = 30
_SHOWN_PAGES = 5


@dataclass(frozen=True, slots=True)
class LedgerEnd:
    """Where the ledger ends: the last event's id (None: there is none) and the newest events."""

    after: str | None
    recent: list[Json]


async def find_ledger_end(client: ImailClient) -> LedgerEnd:
    """About ten requests. Raises `ApiError`; `NotFound` on a server without events.

    Of a ledger that is busier than that, an id near the end; following it reaches the end.
    """
    after = await _recent_event(client)
    recent: deque[list[Json]] = deque(maxlen=_SHOWN_PAGES)
    pages = 0
    async for page in client.events.list(after=after).pages():
        recent.append(page.raw)
        after = page.items[-1].id if page.items else after
        pages += 1
        if pages == _MOST_PAGES:
            break
    return LedgerEnd(after, [event for page in recent for event in page])


async def _recent_event(client: ImailClient) -> str | None:
    """The last event of a lead that replied lately, not the very latest; None when nobody did."""
    try:
        newest = await client.replies.list(limit=_REPLIES_TRIED).page()
    except NotFound:
        # A server without replies still has its ledger, read from the beginning.
        return None
    leads = [reply.lead.id for reply in newest.items if reply.lead and reply.lead.id]
    for lead_id in reversed(leads):
        timeline = await client.events.list(lead_id=lead_id).page()
        if timeline.items:
            return timeline.items[-1].id
    return None
