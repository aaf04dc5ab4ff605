"""Leads, many at once too, and the addresses that never get mail."""

from collections.abc import Sequence
from datetime import datetime

from imail_tui.api.channel import Channel, path_of
from imail_tui.api.pages import Pages
from imail_tui.api.reading import nothing, record, records
from imail_tui.api.resources.listing import PAGE_SIZE, Collection, listing
from imail_tui.model.leads import BulkResult, Lead
from imail_tui.model.record import Json
from imail_tui.model.suppressions import LeadMatch, Suppression

Matches = list[LeadMatch]


class Leads(Collection[Lead]):
    """`/leads`."""

    path = "leads"
    kind = Lead

    def list(
        self,
        *,
        campaign_id: str | None = None,
        status: str | None = None,
        q: str | None = None,
        updated_since: datetime | None = None,
        sort: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Pages[Lead]:
        """Leads, filtered by the server; `limit` is the page size."""
        return self._list(
            {
                "campaign_id": campaign_id,
                "status": status,
                "q": q,
                "updated_since": updated_since,
                "sort": sort,
                "limit": limit,
            }
        )

    async def bulk(self, body: bytes, key: str) -> BulkResult:
        """Create or update at most 5,000 leads; with a campaign, enroll them too.

        `body` is the request as JSON (`leads`, `on_duplicate`, `campaign_id`), `key` its Idempotency-Key:
        both are the caller's, who may have to send the very same again. Raises `ApiError`; `NotFound` on a
        server without bulk.
        """
        return await self._channel.post_again("/leads/bulk", body, key, record(BulkResult))

    async def lookup(self, emails: Sequence[str]) -> Matches:
        """What is known of at most 5,000 addresses."""
        body: Json = {"emails": [*emails]}
        return await self._channel.post("/leads/lookup", body, records(LeadMatch), changes_nothing=True)


class Suppressions:
    """`/suppressions`: addresses and domains that never get mail. All verbs raise `ApiError`."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def list(self, *, limit: int = PAGE_SIZE) -> Pages[Suppression]:
        """All suppressed addresses and domains."""
        return listing(self._channel, "/suppressions", Suppression, {"limit": limit})

    async def create(self, value: str, reason: str) -> Suppression:
        """Suppress an address or a domain."""
        return await self._channel.post(
            "/suppressions", {"value": value, "reason": reason}, record(Suppression)
        )

    async def delete(self, value: str) -> None:
        """Lift a suppression."""
        await self._channel.delete(path_of("suppressions", value), nothing)
