"""What a person does to whole campaigns: launching, pausing, archiving, deleting, each with its way back."""

from collections.abc import Sequence

from imail_tui.api.errors import NotFound, NotOffered, Stale
from imail_tui.domain.shown import plural
from imail_tui.model.campaigns import Campaign
from imail_tui.services.campaigns import Campaigns
from imail_tui.services.pausing import Pausing
from imail_tui.services.several import for_each
from imail_tui.services.undo import Act, UndoList


class CampaignActs:
    """Acts on campaigns. What can be taken back is put on the undo list, the rest noted there.

    Methods raise `ApiError`.
    """

    def __init__(self, campaigns: Campaigns, pausing: Pausing, undo: UndoList) -> None:
        self._campaigns = campaigns
        self._pausing = pausing
        self._undo = undo

    async def launch(self, campaign_id: str) -> Campaign:
        """Start sending, or go on."""
        launched = await self._campaigns.launch(campaign_id)
        back = "is paused again; mails that have left stay sent"
        self._remember(f"Launch {launched.name}", [launched], "paused", back)
        return launched

    async def pause(self, campaign_id: str) -> Campaign:
        """Stop sending."""
        paused = await self._campaigns.pause(campaign_id)
        self._remember(f"Pause {paused.name}", [paused], "active", "sends again")
        return paused

    async def archive(self, campaign_id: str) -> Campaign:
        """Put it away."""
        archived = await self._campaigns.archive(campaign_id)
        self._remember(f"Archive {archived.name}", [archived], "paused", "is back, as a paused one")
        return archived

    async def pause_all(self) -> tuple[list[Campaign], list[str]]:
        """Pause every active campaign: those that are paused now, and a sentence for each that is not.

        One act takes all of it back.
        """
        active = await self._pausing.active()
        turned = await self._pausing.pause(active)
        if turned.done:
            self._remember(f"Pause everything ({_which(turned.done)})", turned.done, "active", "sends again")
        names = {campaign.id: campaign.name for campaign in active}
        refused = [f"{names[each]}: {problem.sentence()}" for each, problem in turned.refused.items()]
        return list(turned.done), refused

    async def delete(self, campaign: Campaign) -> None:
        """Delete a campaign as it was read. Raises `Stale`, `Conflict` for an active one."""
        await self._campaigns.delete(campaign.id, only=campaign)
        why = "its steps, its numbers and the places of its leads are gone"
        self._undo.note(f"Delete {campaign.name}", why)

    def _remember(self, title: str, campaigns: Sequence[Campaign], status: str, said: str) -> None:
        self._undo.add(Act(title, lambda: self._back(tuple(campaigns), status, said)))

    async def _back(self, campaigns: Sequence[Campaign], status: str, said: str) -> str:
        """Only campaigns that nobody changed since."""
        done: list[Campaign] = []
        moved: list[Campaign] = []

        async def one(campaign: Campaign) -> None:
            try:
                done.append(await self._campaigns.set_status(campaign.id, status, only=campaign))
            except NotOffered:
                raise
            except (Stale, NotFound):
                moved.append(campaign)

        refused = await for_each(campaigns, lambda campaign: campaign.id, one)
        parts = (
            [f"{_which(done)} {said if len(done) == 1 else said.replace('sends', 'send')}"] if done else []
        )
        if moved:
            parts.append(f"{_which(moved)} changed since, left alone")
        parts += [problem.sentence() for problem in refused.values()]
        return "; ".join(parts) + "."


def _which(campaigns: Sequence[Campaign]) -> str:
    return campaigns[0].name if len(campaigns) == 1 else plural(len(campaigns), "campaign")
