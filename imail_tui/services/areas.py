"""What there is of one workspace: a service for each area, those that are heavy loaded when first used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from imail_tui.api.failing import host_is_failing
from imail_tui.domain.alerts import AlertSettings
from imail_tui.domain.budget import Priority
from imail_tui.domain.replies.moves import ReplySettings
from imail_tui.model.problem import Problem
from imail_tui.model.sources import Retention
from imail_tui.services.access import Access
from imail_tui.services.alerts import Alerts
from imail_tui.services.analytics.analytics import Analytics
from imail_tui.services.analytics.public_numbers import PublicNumbers
from imail_tui.services.campaign_acts import CampaignActs
from imail_tui.services.campaigns import Campaigns
from imail_tui.services.capabilities import ServerOffers
from imail_tui.services.conversations import Conversations
from imail_tui.services.events import EventLog
from imail_tui.services.feed import Feed
from imail_tui.services.inboxes import Inboxes
from imail_tui.services.known_workspace import KnownWorkspace
from imail_tui.services.lead_acts import LeadActs
from imail_tui.services.leads import Leads
from imail_tui.services.pausing import Pausing
from imail_tui.services.replies import Replies
from imail_tui.services.reply_views import ReplyViews
from imail_tui.services.request_log import RequestLog
from imail_tui.services.shared_budget import account_of
from imail_tui.services.signals import Signal
from imail_tui.services.standing import Standing
from imail_tui.services.suppressions import Suppressions
from imail_tui.services.triage import Triage
from imail_tui.services.undo import UndoList
from imail_tui.services.webhooks import Webhooks
from imail_tui.services.workbench import Workbench
from imail_tui.store.analytics_days import AnalyticsDays
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.ui_state import UiState
from imail_tui.store.webhook_secrets import WebhookSecrets

if TYPE_CHECKING:
    from imail_tui.services.answers import Answers
    from imail_tui.services.drafting import Drafting
    from imail_tui.services.forecasting import Forecasting
    from imail_tui.services.imports.imports import Imports
    from imail_tui.services.outbox import Outbox
    from imail_tui.services.reply_moves import ReplyMoves
    from imail_tui.services.reply_timeline import ReplyTimeline


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the settings say of the areas. `feed_seconds`: the feed's shortest pause; None switches it off."""

    feed_seconds: float | None
    alerts: AlertSettings
    retention: Retention
    replies: ReplySettings
    import_pauses: Sequence[float] | None


class Areas:
    """The services of one workspace, and what they tell."""

    def __init__(
        self,
        paths: Paths,
        profile: Profile,
        bench: Workbench,
        access: Access,
        offers: ServerOffers,
        wishes: Wishes,
    ) -> None:
        self.profile = profile
        self.ui_state = UiState(paths.ui_state_file(profile.name))
        self._paths = paths
        self._place = (profile.name, profile.base_url, bench.mode)
        """What the names of this workspace's files are made of."""
        self._bench = bench
        self._access = access
        self._offers = offers
        self._import_pauses = wishes.import_pauses
        self.noticed: Signal[Problem] = Signal()
        """What a person should be told once."""
        self.undo = UndoList(bench.line.now)
        """What a person did here and can take back."""
        self.inboxes = Inboxes(bench)
        self.campaigns = Campaigns(bench, self.inboxes)
        self.pausing = Pausing(bench, self.campaigns)
        self.campaign_acts = CampaignActs(self.campaigns, self.pausing, self.undo)
        self.leads = Leads(bench)
        self.suppressions = Suppressions(bench, self.undo)
        self.lead_acts = LeadActs(bench, self.leads, self.campaigns, self.undo)
        self.replies = Replies(bench)
        self.conversations = Conversations(bench, self.replies, self.campaigns, self.inboxes)
        self.views = ReplyViews(self.ui_state)
        self.triage = Triage(bench, self.replies, self.conversations, self.undo)
        self.reply_settings = wishes.replies
        self._collections = (self.inboxes, self.campaigns, self.leads, self.suppressions, self.replies)
        self._standing = Standing(bench, access, self._collections)
        self.request_log = RequestLog(paths, profile.name, bench.mode)
        self._workspace = KnownWorkspace(bench, access, self._standing, self.request_log)
        self._days = AnalyticsDays.open(paths.analytics_file(*self._place))
        self.analytics = Analytics(
            bench,
            self._days,
            self.campaigns,
            self.inboxes,
            self.replies,
            lambda: self.workspace_zone,
            self.noticed,
        )
        self.metrics = PublicNumbers(bench, self._days)
        """The numbers imail publishes of itself."""
        self.feed = Feed(
            bench,
            self.inboxes,
            self.campaigns,
            self.replies,
            self.noticed,
            wishes.feed_seconds,
            wishes.retention,
        )
        self.events = EventLog(bench, self.feed)
        self.alerts = Alerts(
            bench,
            self.inboxes,
            self.campaigns,
            self.feed,
            self.noticed,
            wishes.alerts,
            lambda: self.workspace_zone,
            local=lambda: datetime.now().astimezone(),
        )
        """What is worth interrupting a person for; `feed` and `alerts` are started by who wants them."""
        self.webhooks = Webhooks(bench, WebhookSecrets(paths, profile))
        self.listener_log = paths.listener_log(profile.name)

    @property
    def workspace_zone(self) -> str:
        """The workspace's time zone; UTC where the server does not say."""
        return self._workspace.zone

    @cached_property
    def imports(self) -> "Imports":
        """Importing files of leads; loaded when it is first used."""
        from imail_tui.services.imports.imports import Imports
        from imail_tui.services.imports.journaling import Journaling
        from imail_tui.services.imports.running import PAUSES

        imports = Imports(
            self._bench,
            Journaling(self._paths.imports_file(*self._place)),
            lambda: self._offers.current,
            self._account,
            lambda: self._access.turn_away(Priority.JOB),
            self._obstacle,
            pauses=self._import_pauses or PAUSES,
        )
        imports.changed.subscribe(self._on_import)
        self._bench.line.changed.subscribe(lambda _: imports.tell())
        return imports

    @cached_property
    def outbox(self) -> "Outbox":
        """Answers that are written, wait or were sent; loaded when it is first used."""
        from imail_tui.services.outbox import Outbox

        file = self._paths.outbox_file(*self._place)
        return Outbox(
            self._bench,
            self.replies,
            self.conversations,
            file,
            lambda: self._offers.current,
            self._account,
            self.reply_settings.countdown,
        )

    @cached_property
    def answers(self) -> "Answers":
        """Help in writing an answer; loaded when it is first used."""
        from imail_tui.services.answers import Answers

        folders = self._paths.snippet_folders(self.profile.name)
        return Answers(self._bench, self.replies, self.leads, self.inboxes, folders)

    @cached_property
    def moves(self) -> "ReplyMoves":
        """What a label sets in motion; loaded when it is first used."""
        from imail_tui.services.reply_moves import ReplyMoves

        return ReplyMoves(self._bench, self.conversations, self.campaigns, self.undo, self.reply_settings)

    @cached_property
    def reply_timeline(self) -> "ReplyTimeline":
        """What stands beside a conversation; loaded when it is first used."""
        from imail_tui.services.reply_timeline import ReplyTimeline

        return ReplyTimeline(self._bench, self.leads)

    @cached_property
    def drafting(self) -> "Drafting":
        """Writing campaigns; loaded when it is first used."""
        from imail_tui.services.drafting import Drafting
        from imail_tui.store.drafts import Drafts

        folder = self._paths.drafts_folder(*self._place)
        return Drafting(
            self._bench, Drafts(folder), self.campaigns, self.inboxes, lambda: self.workspace_zone
        )

    @cached_property
    def forecasting(self) -> "Forecasting":
        """What campaigns will do; loaded when it is first used."""
        from imail_tui.services.forecasting import Forecasting

        return Forecasting(self._bench, self.drafting, self.campaigns, self.inboxes, self.replies)

    @property
    def ever_imported(self) -> bool:
        """Whether there is anything to know of imports."""
        return self._paths.imports_file(*self._place).exists()

    def _on_import(self, _: object) -> None:
        from imail_tui.services.imports.running import imports_words

        shown = imports_words([each.progress for each in self.imports.runs])
        self._standing.note(imports=shown)
        self._standing.tell()

    def _obstacle(self) -> Problem | None:
        """Why a job waits, None = the server takes what is sent."""
        failing = host_is_failing(silent=False).problem if self._access.host_is_failing else None
        return self._bench.line.obstacle or failing

    def _account(self) -> str:
        secret = self._bench.line.secret
        return "" if secret is None else account_of(secret, self.profile.base_url)
