"""What an inbox that does not send costs today. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from imail_tui.model.campaigns import Campaign
from imail_tui.model.inboxes import Inbox


@dataclass(frozen=True, slots=True)
class Stake:
    """Campaigns that send from an inbox, the active ones first.

    `mails_today`: at most so many do not leave today because it does not send; 0 while it sends or no active
    campaign uses it, None where the inbox's limit is not known.
    """

    campaigns: tuple[Campaign, ...]
    mails_today: int | None


def stake_of(inbox: Inbox, campaigns: Iterable[Campaign]) -> Stake:
    """The stake by the inbox's own limit: what the campaigns would have sent is not known better."""
    users = sorted(
        (campaign for campaign in campaigns if inbox.id in campaign.inbox_ids),
        key=lambda campaign: (campaign.status != "active", campaign.name.casefold(), campaign.id),
    )
    if inbox.status == "connected" or not any(campaign.status == "active" for campaign in users):
        return Stake(tuple(users), 0)
    if inbox.daily_limit is None:
        return Stake(tuple(users), None)
    return Stake(tuple(users), max(0, inbox.daily_limit - (inbox.sent_today or 0)))
