"""Carrying a world made by hand out on an empty ledger, by the operations of the API itself."""

import secrets
from collections.abc import Mapping, Sequence

from imail_tui.sandbox.call import Call
from imail_tui.sandbox.campaign_rules import stored_steps
from imail_tui.sandbox.enrolling import enroll
from imail_tui.sandbox.ledger import Ledger
from imail_tui.sandbox.merging import validated
from imail_tui.sandbox.routes.campaigns import change_campaign, create_campaign
from imail_tui.sandbox.schemas.campaigns import CampaignChanges, CampaignCreate
from imail_tui.sandbox.seedfile.answers import PastAnswers
from imail_tui.sandbox.seedfile.reading import SeedFile
from imail_tui.sandbox.seedfile.schema import CampaignByHand, InboxByHand
from imail_tui.sandbox.storing_leads import insert_lead
from imail_tui.sandbox.suppressions import suppress
from imail_tui.sandbox.tiers import Tier

_INSERT_INBOX = """
INSERT INTO inbox (id, email, display_name, provider, status, status_reason, setup_token, daily_limit,
  min_gap_seconds, warmup_enabled, warmup_status, warmup_day, warmup_target, warmup_score, spf, dkim, dmarc,
  last_sync_at, disconnected_at, created_at, updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_REASONS = {"disconnected": "OAuth token revoked by the account's owner", "error": "IMAP login failed"}
_SHARED = ("name", "daily_limit", "send_window", "track_opens", "track_clicks", "stop_on_reply")


def make_world(ledger: Ledger, seed_file: SeedFile, tier: Tier) -> None:
    """Fill an empty ledger. Raises `CannotServe` for what only turns out together: names, graphs, limits."""
    with ledger.transaction() as connection:
        call = Call(
            ledger=ledger,
            tier=tier,
            version="",
            root_url="",
            listing="",
            if_match=None,
            claim=None,
            request_id="",
            failing_rows=None,
            now=ledger.now_ms(),
        )
        call.db = connection
        _Making(call, seed_file).run()
        connection.execute("DELETE FROM act")


class _Making:
    """One carrying out, section by section; the ids of what was made by address or name."""

    def __init__(self, call: Call, seed_file: SeedFile) -> None:
        self._call = call
        self._file = seed_file
        self._inboxes: dict[str, str] = {}
        self._leads: dict[str, str] = {}
        self._campaigns: dict[str, str] = {}

    def run(self) -> None:
        """Make everything."""
        world, file = self._file.world, self._file
        self._call.db.execute(
            "UPDATE workspace SET name = ?, timezone = ?, classification_enabled = ?",
            (world.workspace.name, world.workspace.timezone, world.workspace.classification_enabled),
        )
        for number, inbox in enumerate(world.inboxes):
            self._new(self._inboxes, f"inboxes[{number}].email", inbox.email)
            self._inboxes[inbox.email.lower()] = self._make_inbox(inbox)
        for number, lead in enumerate(world.leads):
            self._new(self._leads, f"leads[{number}].email", lead.email)
            self._leads[lead.email.lower()] = insert_lead(self._call, lead)
        for suppression in world.suppressions:
            suppress(self._call.db, suppression.value, suppression.reason, self._call.now)
        for number, campaign in enumerate(world.campaigns):
            self._make_campaign(f"campaigns[{number}]", campaign)
        self._make_answers()
        for number, campaign in enumerate(world.campaigns):
            with file.at(f"campaigns[{number}]"):
                self._launch(campaign)

    def _make_inbox(self, inbox: InboxByHand) -> str:
        inbox_id, now = self._call.new_id("inb"), self._call.now
        waits, connected = inbox.status == "pending_setup", inbox.status == "connected"
        warmup = "off" if inbox.warmup_day == 0 else "warming"
        check = "unknown" if waits else "pass"
        target = min(40, 2 + 2 * inbox.warmup_day) if inbox.warmup_day else 0
        values = (
            *(inbox_id, inbox.email, inbox.display_name, inbox.provider, inbox.status),
            inbox.status_reason or _REASONS.get(inbox.status),
            secrets.token_urlsafe(16) if waits else None,
            *(inbox.daily_limit, inbox.min_gap_seconds),
            *(inbox.warmup_day > 0, warmup, inbox.warmup_day, target, 90 if target else 0),
            *(check, check, check),
            *(now if connected else None, now if inbox.status == "disconnected" else None, now, now),
        )
        self._call.db.execute(_INSERT_INBOX, values)
        return inbox_id

    def _make_campaign(self, place: str, campaign: CampaignByHand) -> None:
        self._new(self._campaigns, f"{place}.name", campaign.name)
        inbox_ids = self._all_known(self._inboxes, f"{place}.inboxes", campaign.inboxes)
        with self._file.at(place):
            sent = campaign.model_dump(by_alias=True, exclude_unset=True, include={*_SHARED})
            made = {**sent, "steps": stored_steps(campaign.steps), "inbox_ids": inbox_ids}
            view = create_campaign(self._call, validated(CampaignCreate, made))
        self._campaigns[campaign.name.lower()] = view["id"]
        leads = [*self._leads.values()]
        if campaign.leads != "all":
            leads = self._all_known(self._leads, f"{place}.leads", campaign.leads)
        enroll(self._call, view["id"], leads)

    def _make_answers(self) -> None:
        answers = PastAnswers(self._call)
        for number, reply in enumerate(self._file.world.replies):
            place = f"replies[{number}]"
            lead_id = self._known(self._leads, f"{place}.lead", reply.lead)
            campaign_id = self._known(self._campaigns, f"{place}.campaign", reply.campaign)
            with self._file.at(place):
                answers.add(reply, lead_id, campaign_id)
        answers.write()

    def _launch(self, campaign: CampaignByHand) -> None:
        campaign_id = self._campaigns[campaign.name.lower()]
        if campaign.status != "draft":
            change_campaign(self._call, campaign_id, CampaignChanges(status="active"))
        if campaign.status == "paused":
            change_campaign(self._call, campaign_id, CampaignChanges(status="paused"))

    def _new(self, made: Mapping[str, str], place: str, name: str) -> None:
        if name.lower() in made:
            raise self._file.mistake(place, f"{name} is in the file twice.")

    def _known(self, made: Mapping[str, str], place: str, name: str) -> str:
        found = made.get(name.lower())
        if found is None:
            raise self._file.mistake(place, f"{name} is not in the file.")
        return found

    def _all_known(self, made: Mapping[str, str], place: str, names: Sequence[str]) -> list[str]:
        return [self._known(made, f"{place}[{number}]", name) for number, name in enumerate(names)]
