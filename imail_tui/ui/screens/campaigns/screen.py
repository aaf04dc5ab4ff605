"""The campaigns: how far each is, what it does, launching and pausing."""

from typing import ClassVar

from textual import on, work
from textual.content import Content
from textual.events import Resize

from imail_tui.domain.operations import GET_CAMPAIGN, LIST_LEADS
from imail_tui.domain.shown import UNKNOWN, plural
from imail_tui.domain.why_not_sending import NextDue
from imail_tui.model.campaigns import Campaign
from imail_tui.services.campaigns import Campaigns, Reach
from imail_tui.services.session import Session
from imail_tui.ui import areas
from imail_tui.ui.commands.campaigns import COMMANDS
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.screens.asking import confirmed
from imail_tui.ui.screens.campaigns.rows import COLUMNS, campaign_detail, campaign_row
from imail_tui.ui.screens.listing import ListScreen
from imail_tui.ui.widgets.detail_pane import DetailPane
from imail_tui.ui.widgets.rows import Row


class CampaignsScreen(ListScreen[Campaign]):
    """All campaigns of the workspace."""

    AREA = areas.CAMPAIGNS
    GROUP: ClassVar[CommandGroup | None] = COMMANDS
    COLUMNS = COLUMNS
    EMPTY = "No campaigns yet. Create one in imail's web app or by its API; it appears here."

    session: Session

    @property
    def service(self) -> Campaigns:
        """The campaigns."""
        return self.session.campaigns

    def row(self, record: Campaign) -> Row:
        """One line."""
        return campaign_row(record, self.session.now())

    def detail(self, record: Campaign) -> Content:
        """Everything about a campaign, the sequence drawn to the width of the page."""
        addresses = {inbox_id: self._address(inbox_id) for inbox_id in record.inbox_ids[:3]}
        width = self.query_one(DetailPane).scrollable_content_region.width
        due = self._due[1] if self._due[0] == record.id else None
        reasons = self.service.reasons(record, self.session.now(), self.session.workspace_zone, due)
        return campaign_detail(record, addresses, reasons, width)

    def copied(self, record: Campaign) -> str:
        """The name."""
        return record.name

    def record_shown(self, record: Campaign) -> None:
        """Fetch the steps, which the list does not carry, and when the next mail is due."""
        if self.session.capabilities.has(GET_CAMPAIGN):
            self._fetch_steps(record.id)
        if record.status == "active" and self.session.capabilities.has(LIST_LEADS):
            self._fetch_due(record)

    _due: tuple[str, NextDue | None] = ("", None)

    @work(group="due", exclusive=True, exit_on_error=False)
    async def _fetch_due(self, campaign: Campaign) -> None:
        self._due = (campaign.id, await self.service.next_due(campaign))
        self.show_detail()

    @work(group="steps", exclusive=True, exit_on_error=False)
    async def _fetch_steps(self, campaign_id: str) -> None:
        await self.session.campaigns.fetch(campaign_id)
        self.show_detail()

    @on(Resize)
    def draw_for_new_width(self) -> None:
        """Draw the sequence again where it has more or less room."""
        self.call_after_refresh(self.show_detail)

    def _address(self, inbox_id: str) -> str:
        inbox = self.session.inboxes.get(inbox_id)
        return inbox.email if inbox is not None else inbox_id

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_launch(self) -> None:
        """Say what launching touches, and launch when that is confirmed."""
        campaign = self.record
        if campaign is None:
            return
        reach = await self.session.campaigns.reach(campaign.id)
        if await confirmed(
            self.app,
            f"Launch {campaign.name}?",
            "Launch",
            _reach_lines(reach),
            trigger="L",
            live=reach.live,
        ):
            launched = await self.session.campaigns.launch(campaign.id)
            self.say(f"{launched.name} is {launched.status}.")

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_pause(self) -> None:
        """Stop sending when that is confirmed."""
        campaign = self.record
        if campaign is None:
            return
        reach = await self.session.campaigns.reach(campaign.id)
        lines = (
            f"{_known(reach.leads, 'lead')} will wait where they are.",
            "Launching again goes on from there.",
        )
        if await confirmed(self.app, f"Pause {campaign.name}?", "Pause", lines, trigger="P", live=reach.live):
            paused = await self.session.campaigns.pause(campaign.id)
            self.say(f"{paused.name} is {paused.status}.")


def _reach_lines(reach: Reach) -> tuple[str, ...]:
    return (
        f"{_known(reach.leads, 'lead')} will be written to.",
        f"At most {_known(reach.mails_today, 'mail')} still leave today.",
        f"{_known(reach.inboxes_connected, 'connected inbox')} will send.",
    )


def _known(number: int | None, noun: str) -> str:
    return f"{UNKNOWN} {noun}s" if number is None else plural(number, noun)
