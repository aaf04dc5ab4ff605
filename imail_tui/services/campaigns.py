"""Campaigns: launching, pausing, and what that would touch."""

from dataclasses import dataclass
from datetime import datetime

from imail_tui.api.client import ImailClient
from imail_tui.api.pages import Pages
from imail_tui.domain.campaign_files.fields import SERVER_FIELDS
from imail_tui.domain.shown import UNKNOWN, plural
from imail_tui.domain.why_not_sending import NextDue, Reason, why_not_sending
from imail_tui.model.campaigns import Campaign, StepProgress
from imail_tui.model.inboxes import Inbox
from imail_tui.model.record import Json
from imail_tui.services.collections import Asked, Collection
from imail_tui.services.inboxes import Inboxes
from imail_tui.services.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Reach:
    """What launching a campaign touches. None = unknown.

    `leads`: those not finished (queued or active). `mails_today`: at most so many still leave today (UTC), by
    the limits of campaign and inboxes. `live`: real mail to real people.
    """

    leads: int | None
    mails_today: int | None
    inboxes_connected: int
    live: bool

    @property
    def lines(self) -> tuple[str, ...]:
        """In words."""
        return (
            f"{_known(self.leads, 'lead')} will be written to.",
            f"At most {_known(self.mails_today, 'mail')} still leave today.",
            f"{_known(self.inboxes_connected, 'connected inbox')} will send.",
        )


class Campaigns(Collection[Campaign]):
    """All campaigns of the workspace. `fetch` adds a campaign's steps to its row."""

    kind = "campaigns"
    server_sort = "name"

    def __init__(self, bench: Workbench, inboxes: Inboxes) -> None:
        super().__init__(bench)
        self._inboxes = inboxes

    def parse(self, row: Json) -> Campaign:
        """The campaign of a row."""
        return Campaign.model_validate(row)

    async def launch(self, campaign_id: str) -> Campaign:
        """Start sending, or go on. Raises `ApiError`; `BadRequest` names the field that forbids it."""
        return await self.set_status(campaign_id, "active")

    async def pause(self, campaign_id: str) -> Campaign:
        """Stop sending. Raises `ApiError`."""
        return await self.set_status(campaign_id, "paused")

    async def archive(self, campaign_id: str) -> Campaign:
        """Put it away. Raises `ApiError`."""
        return await self.set_status(campaign_id, "archived")

    async def duplicate(self, campaign_id: str, name: str | None = None) -> Campaign:
        """A draft on the server that says what another campaign says. Raises `ApiError`."""
        campaign = await self.fetch(campaign_id)
        body: Json = {
            key: value
            for key, value in campaign.wire().items()
            if key not in SERVER_FIELDS and value is not None
        }
        body["name"] = name or f"{campaign.name} (copy)"
        made = await self._bench.ask(lambda client: client.campaigns.create(body))
        await self.keep(made)
        return made

    async def delete(self, campaign_id: str, *, only: Campaign | None = None) -> None:
        """Delete it with its leads' places in it; the leads stay. `only`: as it was read then, else `Stale`.

        Raises `ApiError`: `Conflict` if active.
        """
        match = None if only is None else _stamp(only)
        await self._bench.ask(lambda client: client.campaigns.delete(campaign_id, if_match=match))
        await self.forget(campaign_id)

    async def progress(self, campaign_id: str) -> list[StepProgress]:
        """Leads that reached, wait at and were sent each step. Raises `ApiError`."""
        return await self._bench.ask(lambda client: client.campaigns.progress(campaign_id))

    def reasons(
        self, campaign: Campaign, now: datetime, workspace_zone: str, due: NextDue | None = None
    ) -> tuple[Reason, ...]:
        """Why it sends nothing now, by what is known here."""
        found = ((inbox_id, self._inboxes.get(inbox_id)) for inbox_id in campaign.inbox_ids)
        known = {inbox_id: inbox for inbox_id, inbox in found if inbox is not None}
        return why_not_sending(campaign, known, now, workspace_zone, due)

    async def next_due(self, campaign: Campaign) -> NextDue:
        """When its next mail is due, by one page of its active leads. Raises `ApiError`."""
        if campaign.lead_counts.queued:
            # Who waits to be begun with is due as soon as an inbox has room.
            return NextDue(None, all_seen=False)
        page = await self._bench.ask(
            lambda client: client.leads.list(campaign_id=campaign.id, status="active").page()
        )
        times = [
            enrollment.next_at
            for lead in page.items
            for enrollment in lead.enrollments
            if enrollment.campaign_id == campaign.id and enrollment.status == "active" and enrollment.next_at
        ]
        return NextDue(min(times, default=None), all_seen=not page.has_more)

    async def reach(self, campaign_id: str) -> Reach:
        """What launching would touch, from fresh numbers. Raises `ApiError`."""
        campaign = await self.fetch(campaign_id)
        inboxes = [
            self._inboxes.get(inbox_id) or await self._inboxes.fetch(inbox_id)
            for inbox_id in campaign.inbox_ids
        ]
        connected = [inbox for inbox in inboxes if inbox.status == "connected"]
        counts = campaign.lead_counts
        known = [count for count in (counts.queued, counts.active) if count is not None]
        leads = sum(known) if known else None
        return Reach(
            leads, _mails_today(campaign, connected, leads), len(connected), self._bench.mode == "live"
        )

    async def keep(self, campaign: Campaign) -> None:
        """Show a campaign as the server just gave it."""
        await self._keep([campaign.wire()])

    async def set_status(self, campaign_id: str, status: str, *, only: Campaign | None = None) -> Campaign:
        """Give it a status; `only`: if it is still as read then, else `Stale`. Raises `ApiError`."""
        match = None if only is None else _stamp(only)
        campaign = await self._bench.ask(
            lambda client: client.campaigns.patch(campaign_id, {"status": status}, if_match=match)
        )
        await self.keep(campaign)
        return campaign

    def _list(self, client: ImailClient, asked: Asked) -> Pages[Campaign]:
        return client.campaigns.list(q=asked.words, updated_since=asked.since, sort=asked.sort)

    async def _get(self, client: ImailClient, record_id: str) -> Campaign:
        return await client.campaigns.get(record_id)


def _stamp(campaign: Campaign) -> str | None:
    stamp = campaign.wire().get("updated_at")
    return stamp if isinstance(stamp, str) else None


def _mails_today(campaign: Campaign, connected: list[Inbox], leads: int | None) -> int | None:
    """The smallest of: what the campaign may still send, what its inboxes may, one mail for each lead."""
    bounds: list[int] = []
    if campaign.daily_limit is not None:
        bounds.append(campaign.daily_limit - (campaign.sent_today or 0))
    left = [
        inbox.daily_limit - (inbox.sent_today or 0) for inbox in connected if inbox.daily_limit is not None
    ]
    if len(left) == len(connected):
        bounds.append(sum(max(0, room) for room in left))
    if leads is not None:
        bounds.append(leads)
    return max(0, min(bounds)) if bounds else None


def _known(number: int | None, noun: str) -> str:
    return f"{UNKNOWN} {noun}s" if number is None else plural(number, noun)
