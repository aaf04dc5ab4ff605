"""The workspace's ledger of events."""

from imail_tui.api.channel import Channel
from imail_tui.api.pages import Pages
from imail_tui.api.resources.listing import PAGE_SIZE, listing
from imail_tui.model.events import Event


class Events:
    """`/events`, in the ledger's order."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def list(
        self,
        after: str | None = None,
        *,
        before: str | None = None,
        types: tuple[str, ...] = (),
        campaign_id: str | None = None,
        inbox_id: str | None = None,
        lead_id: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Pages[Event]:
        """Events behind the id `after` (None = from the oldest kept), before the id `before`.

        Reading raises `ApiError`; `Gone` when the id is no longer kept, `NotFound` on a server without it.
        """
        filters = {
            "after": after,
            "before": before,
            "types": ",".join(types) or None,
            "campaign_id": campaign_id,
            "inbox_id": inbox_id,
            "lead_id": lead_id,
        }
        return listing(self._channel, "/events", Event, {**filters, "limit": limit})
