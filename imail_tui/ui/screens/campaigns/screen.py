"""The campaigns: how far each is, what it does, launching and pausing."""

from typing import ClassVar

from textual import on, work
from textual.content import Content
from textual.events import Resize

from imail_tui.domain.operations import CAMPAIGN_PROGRESS, GET_CAMPAIGN, LIST_LEADS
from imail_tui.domain.shown import UNKNOWN, plural
from imail_tui.domain.why_not_sending import NextDue
from imail_tui.model.campaigns import Campaign, StepProgress
from imail_tui.model.drafts import Draft
from imail_tui.services.campaigns import Campaigns
from imail_tui.services.session import Session
from imail_tui.ui import areas
from imail_tui.ui.commands.campaigns import COMMANDS
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.screens.asking import confirmed
from imail_tui.ui.screens.campaigns.rows import COLUMNS, campaign_detail, campaign_row
from imail_tui.ui.screens.listing import ListScreen
from imail_tui.ui.typeahead import opening
from imail_tui.ui.widgets.detail_pane import DetailPane
from imail_tui.ui.widgets.rows import Row


class CampaignsScreen(ListScreen[Campaign]):
    """All campaigns of the workspace."""

    AREA = areas.CAMPAIGNS
    GROUP: ClassVar[CommandGroup | None] = COMMANDS
    COLUMNS = COLUMNS
    EMPTY = "No campaigns yet. a begins one: empty, or from a template."

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
        width = self.query_one(DetailPane).text_width
        due = self._due[1] if self._due[0] == record.id else None
        reasons = self.service.reasons(record, self.session.now(), self.session.workspace_zone, due)
        progress = self._progress[1] if self._progress[0] == record.id else None
        return campaign_detail(record, addresses, reasons, width, progress)

    def copied(self, record: Campaign) -> str:
        """The name."""
        return record.name

    def record_shown(self, record: Campaign) -> None:
        """Fetch the steps, which the list does not carry, and when the next mail is due."""
        if self.session.capabilities.has(CAMPAIGN_PROGRESS):
            self._fetch_progress(record.id)
        if self.session.capabilities.has(GET_CAMPAIGN):
            self._fetch_steps(record.id)
        else:
            self._look_when_due(record)

    def _look_when_due(self, campaign: Campaign) -> None:
        if campaign.status == "active" and self.session.capabilities.has(LIST_LEADS):
            self._fetch_due(campaign)

    _due: tuple[str, NextDue | None] = ("", None)
    _progress: tuple[str, list[StepProgress]] = ("", [])

    @work(group="progress", exclusive=True, exit_on_error=False)
    async def _fetch_progress(self, campaign_id: str) -> None:
        self._progress = (campaign_id, await self.service.progress(campaign_id))
        self.show_detail()

    @work(group="due", exclusive=True, exit_on_error=False)
    async def _fetch_due(self, campaign: Campaign) -> None:
        self._due = (campaign.id, await self.service.next_due(campaign))
        self.show_detail()

    @work(group="steps", exclusive=True, exit_on_error=False)
    async def _fetch_steps(self, campaign_id: str) -> None:
        campaign = await self.session.campaigns.fetch(campaign_id)
        self.show_detail()
        # Whether somebody still waits to be begun with is seen in fresh numbers only.
        self._look_when_due(campaign)

    @on(Resize)
    def draw_for_new_width(self) -> None:
        """Draw the sequence again where it has more or less room."""
        self.call_after_refresh(self.show_detail)

    def _address(self, inbox_id: str) -> str:
        inbox = self.session.inboxes.get(inbox_id)
        return inbox.email if inbox is not None else inbox_id

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_edit(self) -> None:
        """Open it in the builder; a draft of it that was left goes on."""
        campaign = self.record
        if campaign is not None:
            with opening(self.app):
                draft = await self.session.drafting.open(campaign.id)
            await self._build(draft)

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_new(self) -> None:
        """Begin one."""
        from imail_tui.ui.screens.campaigns.beginning import ask_beginning

        begun = await ask_beginning(self.app, self.session.drafting)
        if begun is not None:
            await self._build(begun)

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_duplicate(self) -> None:
        """A copy of it that the server does not have yet."""
        campaign = self.record
        if campaign is not None:
            with opening(self.app):
                draft = await self.session.drafting.copy_of(campaign.id)
            await self._build(draft)

    async def _build(self, draft: Draft) -> None:
        from imail_tui.ui.screens.builder.screen import BuilderScreen

        told = "This draft was left unsaved; it goes on here." if draft.version else ""
        await self.app.push_screen(BuilderScreen(self.session, draft, self.options, told=told))

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_archive(self) -> None:
        """Put it away when that is confirmed."""
        campaign = self.record
        if campaign is None:
            return
        lines = ("It sends nothing more, and its numbers stay.", "Launching it again brings it back.")
        live = self.session.status.mode != "test"
        if await confirmed(self.app, f"Archive {campaign.name}?", "Archive", lines, trigger="A", live=live):
            archived = await self.session.campaign_acts.archive(campaign.id)
            self.say(f"{archived.name} is {archived.status} · u undoes")

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_delete(self) -> None:
        """Say what goes along, and delete it when that is confirmed."""
        campaign = self.record
        if campaign is None:
            return
        with opening(self.app):
            campaign = await self.service.fetch(campaign.id)
        counts = campaign.lead_counts
        open_ = [each for each in (counts.queued, counts.active, counts.paused) if each is not None]
        lines = (
            f"{_known(counts.total, 'lead')} lose their place in it; the leads stay.",
            f"{plural(sum(open_), 'lead')} had not come to its end." if open_ else "",
            "Its steps and numbers go along. This cannot be undone; archiving can.",
        )
        said = tuple(line for line in lines if line)
        live = self.session.status.mode != "test"
        if await confirmed(self.app, f"Delete {campaign.name}?", "Delete", said, trigger="D", live=live):
            await self.session.campaign_acts.delete(campaign)
            self._flush()
            self.say(f"{campaign.name} is deleted.")

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_pause_all(self) -> None:
        """Stop all sending of the workspace when that is confirmed."""
        with opening(self.app):
            await self.service.refresh(urgent=True)
        active = [campaign for campaign in self.service.all() if campaign.status == "active"]
        if not active:
            self.say("No campaign is active: nothing is sent.")
            return
        known = [campaign.lead_counts.active for campaign in active]
        leads = sum(each for each in known if each is not None)
        lines = (
            ", ".join(campaign.name for campaign in active[:3]) + (" …" if len(active) > 3 else ""),
            f"{plural(leads, 'lead')} wait where they are. u lets all of them go on.",
        )
        live = self.session.status.mode != "test"
        title = f"Pause all {plural(len(active), 'active campaign')}?"
        if await confirmed(self.app, title, "Pause", lines, trigger="H", live=live):
            paused, refused = await self.session.campaign_acts.pause_all()
            self._flush()
            wrong = f"; {'; '.join(refused)}" if refused else ""
            self.say(f"{plural(len(paused), 'campaign')} paused{wrong} · u undoes")

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_launch(self) -> None:
        """Say what launching touches, and launch when that is confirmed."""
        campaign = self.record
        if campaign is None:
            return
        if await (self._ask_first(campaign) if campaign.status == "draft" else self._ask_again(campaign)):
            launched = await self.session.campaign_acts.launch(campaign.id)
            self.say(f"{launched.name} is {launched.status} · u undoes")

    async def _ask_first(self, campaign: Campaign) -> bool:
        """Before anybody was written to: the whole card, and not with errors."""
        from imail_tui.ui.screens.builder.launch_card import LaunchCard, launch_facts

        drafting = self.session.drafting
        with opening(self.app):
            draft = await drafting.unchanged(campaign.id)
            around = await drafting.surroundings(draft)
        findings = drafting.judge(draft.content, around, heed_silence=False)
        errors = [finding for finding in findings if finding.severity == "error"]
        if errors:
            self.say(f"{plural(len(errors), 'error')} first: {errors[0].message}. e opens the builder.")
            return False
        with opening(self.app):
            facts = await launch_facts(self.session, draft, campaign.id, findings)
        return await self.app.push_screen_wait(LaunchCard(facts)) is True

    async def _ask_again(self, campaign: Campaign) -> bool:
        with opening(self.app):
            reach = await self.session.campaigns.reach(campaign.id)
        return await confirmed(
            self.app,
            f"Launch {campaign.name}?",
            "Launch",
            reach.lines,
            trigger="L",
            live=reach.live,
        )

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_pause(self) -> None:
        """Stop sending when that is confirmed."""
        campaign = self.record
        if campaign is None:
            return
        with opening(self.app):
            reach = await self.session.campaigns.reach(campaign.id)
        lines = (
            f"{_known(reach.leads, 'lead')} will wait where they are.",
            "Launching again goes on from there.",
        )
        if await confirmed(self.app, f"Pause {campaign.name}?", "Pause", lines, trigger="P", live=reach.live):
            paused = await self.session.campaign_acts.pause(campaign.id)
            self.say(f"{paused.name} is {paused.status} · u undoes")


def _known(number: int | None, noun: str) -> str:
    return f"{UNKNOWN} {noun}s" if number is None else plural(number, noun)
