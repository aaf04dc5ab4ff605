"""Writing campaigns: drafts that are kept while somebody types, and handing them to the server."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from imail_tui.api.errors import Stale
from imail_tui.api.pages import Pages
from imail_tui.domain.budget import Priority
from imail_tui.domain.campaign_files.fields import content, for_server
from imail_tui.domain.campaign_files.managing import merge_patch
from imail_tui.domain.campaign_files.merging import Merged, merge
from imail_tui.domain.sequence.lint.finding import Finding, Surroundings
from imail_tui.domain.sequence.lint.findings import lint
from imail_tui.domain.sequence.violations import Raw
from imail_tui.model.campaigns import Campaign
from imail_tui.model.drafts import Draft
from imail_tui.model.lead_fields import LEAD_FIELDS
from imail_tui.model.leads import Lead
from imail_tui.model.record import Json
from imail_tui.services.campaign_code.surroundings import SAMPLE, audience, senders
from imail_tui.services.campaigns import Campaigns
from imail_tui.services.inboxes import Inboxes
from imail_tui.services.workbench import Workbench
from imail_tui.store.drafts import Drafts, fresh_id, id_of_campaign

_JSON: TypeAdapter[Json] = TypeAdapter(Json)


@dataclass(frozen=True, slots=True)
class Moved:
    """The server's campaign is not the one the draft began with: both put together."""

    theirs: Campaign
    merged: Merged


class Drafting:
    """The drafts of a workspace. Lives with its session."""

    def __init__(
        self,
        bench: Workbench,
        drafts: Drafts,
        campaigns: Campaigns,
        inboxes: Inboxes,
        zone: Callable[[], str],
    ) -> None:
        self._bench = bench
        self._drafts = drafts
        self._campaigns = campaigns
        self._inboxes = inboxes
        self._zone = zone

    @property
    def live(self) -> bool:
        """Whether what is launched reaches real people."""
        return self._bench.mode == "live"

    @property
    def workspace_zone(self) -> str:
        """The zone of leads without one."""
        return self._zone()

    async def all(self) -> list[Draft]:
        """Every draft, the latest first."""
        return await asyncio.to_thread(self._drafts.all)

    async def open(self, campaign_id: str) -> Draft:
        """The draft of a campaign, begun anew from the server where there is none. Raises `ApiError`."""
        kept = await asyncio.to_thread(self._drafts.load, id_of_campaign(campaign_id))
        return kept or await self.unchanged(campaign_id)

    async def unchanged(self, campaign_id: str) -> Draft:
        """A campaign just as the server has it. Raises `ApiError`."""
        campaign = await self._campaigns.fetch(campaign_id)
        wire = campaign.wire()
        return Draft(id_of_campaign(campaign_id), campaign_id, wire, _as_file(wire))

    def begin(self, campaign: Raw) -> Draft:
        """A draft that the server knows nothing of."""
        return Draft(fresh_id(), None, None, _JSON.validate_python(dict(campaign)))

    async def copy_of(self, campaign_id: str) -> Draft:
        """A draft of another campaign that says the same. Raises `ApiError`."""
        campaign = await self._campaigns.fetch(campaign_id)
        return self.begin({**_as_file(campaign.wire()), "name": f"{campaign.name} (copy)"})

    @staticmethod
    def as_json(campaign: Raw) -> Json:
        """A campaign as a draft keeps it."""
        return _JSON.validate_python(dict(campaign))

    async def keep(self, draft: Draft) -> Draft:
        """Keep a draft on disk. Raises `DraftMoved` when another program did since, `OSError`."""
        return await asyncio.to_thread(self._drafts.save, draft, self._bench.wall())

    async def drop(self, draft: Draft) -> None:
        """Forget a draft. Raises `OSError`."""
        await asyncio.to_thread(self._drafts.drop, draft)

    def changes_server(self, draft: Draft) -> bool:
        """Whether saving would change anything there."""
        return draft.base is None or bool(self._patch(draft))

    async def save(self, draft: Draft) -> Campaign | Moved:
        """Make the server's campaign what the draft says; `Moved` when somebody changed it meanwhile.

        Raises `ApiError`; the draft is forgotten only once the server has it.
        """
        if draft.campaign_id is None or draft.base is None:
            body = _JSON.validate_python(for_server(draft.content))
            saved = await self._bench.ask(lambda client: client.campaigns.create(body))
        else:
            campaign_id, body, stamp = draft.campaign_id, self._patch(draft), draft.base.get("updated_at")
            match = stamp if isinstance(stamp, str) else None
            try:
                saved = await self._bench.ask(
                    lambda client: client.campaigns.patch(campaign_id, body, if_match=match)
                )
            except Stale:
                return await self.compare(draft)
        await self._campaigns.keep(saved)
        await self.drop(draft)
        return saved

    async def compare(self, draft: Draft) -> Moved:
        """The draft beside the server's campaign as it is now. Raises `ApiError`."""
        assert draft.campaign_id is not None
        theirs = await self._campaigns.fetch(draft.campaign_id)
        return Moved(theirs, _merged(draft, theirs))

    def rebased(self, draft: Draft, theirs: Campaign, server: Collection[str]) -> Draft:
        """The draft on top of the server's campaign; at the places `server` that one's value holds."""
        campaign = _merged(draft, theirs, server).campaign
        return replace(draft, base=theirs.wire(), content=_JSON.validate_python(campaign))

    def based_on(self, draft: Draft, campaign: Campaign) -> Draft:
        """A draft without a change of what the server just took."""
        wire = campaign.wire()
        draft_id = id_of_campaign(campaign.id)
        kept = {key: value for key, value in draft.content.items() if key == "lint"}
        return Draft(draft_id, campaign.id, wire, {**_as_file(wire), **kept})

    async def surroundings(self, draft: Draft) -> Surroundings:
        """What the linter may know: the inboxes that are here, and a sample of leads. Raises `ApiError`."""
        known = senders(self._inboxes.all(), self._bench.line.now())
        if draft.campaign_id is None:
            return Surroundings(known)
        leads = await self.leads(draft.campaign_id)
        active = {row.id: row for row in self._campaigns.all() if row.status == "active"}
        row = self._campaigns.get(draft.campaign_id)
        queued = None if row is None else row.lead_counts.queued
        return Surroundings(known, audience(leads, active, draft.campaign_id, queued))

    @staticmethod
    def judge(campaign: Raw, around: Surroundings, *, heed_silence: bool = True) -> list[Finding]:
        """What is wrong with a campaign, errors first."""
        columns = () if around.audience is None else around.audience.columns
        return lint(campaign, (*LEAD_FIELDS, *columns), around, heed_silence=heed_silence)

    async def leads(self, campaign_id: str | None, most: int = SAMPLE) -> list[Lead]:
        """Leads of a campaign, or of the workspace where there is none yet. Raises `ApiError`."""

        return await self._bench.ask(
            lambda client: _some(client.leads.list(campaign_id=campaign_id), most), Priority.BACKGROUND
        )

    async def send_test(self, draft: Draft, to: str, step_id: str, lead_id: str | None) -> None:
        """Send one mail of the campaign, as the server has it, to an address. Raises `ApiError`."""
        assert draft.campaign_id is not None
        campaign_id = draft.campaign_id
        await self._bench.ask(lambda client: client.campaigns.send_test(campaign_id, to, step_id, lead_id))

    @staticmethod
    def _patch(draft: Draft) -> Json:
        base = {} if draft.base is None else _as_file(draft.base)
        return _JSON.validate_python(merge_patch(for_server(base), for_server(draft.content)))


def _merged(draft: Draft, theirs: Campaign, server: Collection[str] = ()) -> Merged:
    base = {} if draft.base is None else _as_file(draft.base)
    return merge(base, draft.content, _as_file(theirs.wire()), server)


async def _some(pages: Pages[Lead], most: int) -> list[Lead]:
    found: list[Lead] = []
    async for lead in pages:
        found.append(lead)
        if len(found) >= most:
            break
    return found


def _as_file(wire: Json) -> Json:
    return _JSON.validate_python({key: value for key, value in content(wire).items() if value is not None})
