"""Campaigns and their leads' places in them."""

from collections.abc import Sequence
from datetime import datetime

from imail_tui.api.channel import path_of
from imail_tui.api.pages import Pages
from imail_tui.api.reading import nothing, records
from imail_tui.api.resources.listing import PAGE_SIZE, Collection
from imail_tui.model.campaigns import Campaign, StepProgress

Progress = list[StepProgress]


class Campaigns(Collection[Campaign]):
    """`/campaigns`. List rows carry `step_count` instead of `steps`."""

    path = "campaigns"
    kind = Campaign

    def list(
        self,
        *,
        status: str | None = None,
        q: str | None = None,
        updated_since: datetime | None = None,
        sort: str | None = None,
        limit: int = PAGE_SIZE,
    ) -> Pages[Campaign]:
        """Campaigns, filtered by the server; `limit` is the page size."""
        return self._list(
            {"status": status, "q": q, "updated_since": updated_since, "sort": sort, "limit": limit}
        )

    async def progress(self, campaign_id: str) -> Progress:
        """Leads that reached, wait at and were sent each step."""
        return await self._channel.get(path_of(self.path, campaign_id, "progress"), records(StepProgress))

    async def enroll(self, campaign_id: str, lead_ids: Sequence[str]) -> None:
        """Add existing leads, at most 5,000."""
        path = path_of(self.path, campaign_id, "leads")
        await self._channel.post(path, {"lead_ids": [*lead_ids]}, nothing)

    async def pause_lead(self, campaign_id: str, lead_id: str, *, paused: bool) -> None:
        """Hold one lead's mails, or let them go on."""
        path = path_of(self.path, campaign_id, "leads", lead_id)
        await self._channel.patch(path, {"paused": paused}, nothing)

    async def remove_lead(self, campaign_id: str, lead_id: str) -> None:
        """Take one lead out of the campaign."""
        await self._channel.delete(path_of(self.path, campaign_id, "leads", lead_id), nothing)

    async def send_test(self, campaign_id: str, to: str, step_id: str, lead_id: str | None = None) -> None:
        """Send one step to an address, with a lead's fields filled in when given."""
        lead = {} if lead_id is None else {"lead_id": lead_id}
        path = path_of(self.path, campaign_id, "test")
        await self._channel.post(path, {"to": to, "step_id": step_id, **lead}, nothing)
