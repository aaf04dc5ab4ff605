"""One open workspace: its areas, its status, and the world's time."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from imail_tui.api.client import ImailClient
from imail_tui.api.exchange import Exchange
from imail_tui.api.failing import host_is_failing
from imail_tui.domain.alerts import AlertSettings
from imail_tui.domain.budget import Priority
from imail_tui.domain.capabilities import Capabilities
from imail_tui.domain.filters import parse_filter
from imail_tui.domain.replies.moves import NO_MOVES, ReplySettings
from imail_tui.domain.replies.views import unread_text
from imail_tui.model.keeping import Keeping
from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.model.sources import RETENTION, Retention
from imail_tui.model.status import BudgetDetail, Status
from imail_tui.model.workspace import Workspace
from imail_tui.services.access import Access
from imail_tui.services.alerts import Alerts
from imail_tui.services.analytics.analytics import Analytics
from imail_tui.services.analytics.public_numbers import PublicNumbers
from imail_tui.services.campaign_acts import CampaignActs
from imail_tui.services.campaigns import Campaigns
from imail_tui.services.capabilities import ServerOffers
from imail_tui.services.conversations import Conversations
from imail_tui.services.deprecations import Deprecations
from imail_tui.services.events import EventLog
from imail_tui.services.feed import FASTEST, Feed
from imail_tui.services.inboxes import Inboxes
from imail_tui.services.key_guard import KeyGuard, check_fits
from imail_tui.services.key_places import KeyPlace
from imail_tui.services.lead_acts import LeadActs
from imail_tui.services.leads import Leads
from imail_tui.services.line import RETRY_SECONDS, Line, ask_whose
from imail_tui.services.pausing import Pausing
from imail_tui.services.replies import Replies
from imail_tui.services.reply_views import ReplyViews
from imail_tui.services.request_log import RequestLog
from imail_tui.services.shared_budget import account_of
from imail_tui.services.signals import Signal
from imail_tui.services.suppressions import Suppressions
from imail_tui.services.triage import Triage
from imail_tui.services.undo import UndoList
from imail_tui.services.webhooks import Webhooks
from imail_tui.services.workbench import Workbench
from imail_tui.store.analytics_days import AnalyticsDays
from imail_tui.store.cache import Cache
from imail_tui.store.event_store import EventStore
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import FoundKey
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

_WORKSPACE = "workspace"
_UNREAD = parse_filter(unread_text())
_DISCONNECTED = parse_filter("status:disconnected")


class Session:
    """Made by `open_session`. Lives on one event loop; until `connect` it shows what the cache has."""

    def __init__(
        self,
        paths: Paths,
        profile: Profile,
        found_key: FoundKey,
        retry_seconds: Sequence[float],
        feed_seconds: float | None,
        alerts: AlertSettings,
        retention: Retention,
        reply_settings: ReplySettings,
        import_pauses: Sequence[float] | None,
    ) -> None:
        """Use `open_session`."""
        self.profile = profile
        self._key_place = KeyPlace(paths, profile, found_key.source)
        self._offers = ServerOffers(paths, profile)
        self._access = Access(paths, profile, self._on_exchange, lambda: self.capabilities)
        self.ui_state = UiState(paths.ui_state_file(profile.name))
        mode = self._key_mode = found_key.ledger
        self._paths = paths
        cache = Cache.open(paths.cache_file(profile.name, profile.base_url, mode))
        line = Line(self._access.open_client, found_key.secret, self._key_place.look, retry_seconds)
        events = EventStore.open(paths.events_file(profile.name, profile.base_url, mode))
        self._bench = Workbench(line, cache, events, mode)
        self.key_guard = KeyGuard(
            line, self._key_place.look, self._take_key, costly=self._key_place.keeping is Keeping.COMMAND
        )
        self._base = Status(mode=mode)
        self._told: Status | None = None
        self.status_changed: Signal[Status] = Signal()
        """The status, whenever it differs from before. `data_age` alone does not count as different."""
        self.undo = UndoList(self.now)
        """What a person did here and can take back."""
        self.inboxes = Inboxes(self._bench)
        self.campaigns = Campaigns(self._bench, self.inboxes)
        self.pausing = Pausing(self._bench, self.campaigns)
        self.campaign_acts = CampaignActs(self.campaigns, self.pausing, self.undo)
        self.leads = Leads(self._bench)
        self.suppressions = Suppressions(self._bench, self.undo)
        self.lead_acts = LeadActs(self._bench, self.leads, self.campaigns, self.undo)
        self.replies = Replies(self._bench)
        self.conversations = Conversations(self._bench, self.replies, self.campaigns, self.inboxes)
        self.views = ReplyViews(self.ui_state)
        self.triage = Triage(self._bench, self.replies, self.conversations, self.undo)
        self.reply_settings = reply_settings
        self._imports_file = paths.imports_file(profile.name, profile.base_url, mode)
        self._import_pauses = import_pauses
        self._collections = (self.inboxes, self.campaigns, self.leads, self.suppressions, self.replies)
        self.exchanged: Signal[Exchange] = Signal()
        """Every attempt to ask the server."""
        self.noticed: Signal[Problem] = Signal()
        """What a person should be told once."""
        self._days = AnalyticsDays.open(paths.analytics_file(profile.name, profile.base_url, mode))
        self.analytics = Analytics(
            self._bench,
            self._days,
            self.campaigns,
            self.inboxes,
            self.replies,
            lambda: self.workspace_zone,
            self.noticed,
        )
        self.metrics = PublicNumbers(self._bench, self._days)
        """The numbers imail publishes of itself."""
        self._deprecations = Deprecations(self.ui_state, self.noticed.emit, profile.api_version)
        self.request_log = RequestLog(paths, profile.name, mode)
        self.feed = Feed(
            self._bench,
            self.inboxes,
            self.campaigns,
            self.replies,
            self.noticed,
            feed_seconds,
            retention,
        )
        self.events = EventLog(self._bench, self.feed)
        self.alerts = Alerts(
            self._bench,
            self.inboxes,
            self.campaigns,
            self.feed,
            self.noticed,
            alerts,
            lambda: self.workspace_zone,
            local=lambda: datetime.now().astimezone(),
        )
        """What is worth interrupting a person for; `feed` and `alerts` are started by who wants them."""
        self.webhooks = Webhooks(self._bench, WebhookSecrets(paths, profile))
        self.listener_log = paths.listener_log(profile.name)
        workspace = self._kept_workspace()
        if workspace is not None:
            self._take(workspace)
        self._recount()
        self._listen()

    @property
    def capabilities(self) -> Capabilities:
        """What the server offers by its own document, as far as is known now."""
        return self._offers.current

    @property
    def capabilities_changed(self) -> Signal[Capabilities]:
        """Told when what the server offers is known, or differs from before."""
        return self._offers.changed

    async def offers_settled(self) -> None:
        """Wait until the reading of the server's document that `connect` began has ended."""
        await self._offers.settled()

    @property
    def client(self) -> ImailClient:
        """The client in use; another one after `use_key`."""
        return self._bench.line.client

    @property
    def key_source(self) -> str:
        """Where the key came from, in words."""
        return self._key_place.source

    @property
    def key_shown(self) -> str:
        """The key's prefix and its last four characters at most."""
        secret = self._bench.line.secret
        return "not fetched yet" if secret is None else repr(secret)

    @property
    def key_keeping(self) -> Keeping:
        """How the key is kept."""
        return self._key_place.keeping

    @property
    def cache(self) -> Cache:
        """What is kept of this workspace."""
        return self._bench.cache

    @property
    def status(self) -> Status:
        """How things stand now."""
        return replace(self._current(), data_age=self._data_age())

    async def find_key(self) -> None:
        """Fetch the key if that was not done yet; sends nothing. Raises `Unauthorized`."""
        await self._bench.line.find_key()

    def attend(self) -> None:
        """A person did something: jobs leave a little of the budget for what is asked next. Costs nothing."""
        self._access.attend()

    def budget_detail(self) -> BudgetDetail:
        """All about the request budget at this moment."""
        return self._access.budget_detail(self._bench.line.secret)

    @property
    def workspace_zone(self) -> str:
        """The workspace's time zone; UTC where the server does not say."""
        workspace = self._kept_workspace()
        return (workspace.timezone if workspace is not None else None) or "UTC"

    def now(self) -> datetime:
        """World time: what every "ago", range and window is measured against."""
        return self._bench.line.now()

    async def connect(self) -> None:
        """Ask whose workspace it is. Raises `ApiError`; a server that does not tell is fine.

        A cache that turns out to belong to another workspace is emptied.
        """
        for kept in (self.cache, self._bench.events, self._days):
            if kept.problem is not None:
                self.noticed.emit(kept.problem)
                kept.problem = None
        workspace = await self._bench.ask(ask_whose)
        self._offers.refresh_soon(self.client)
        if workspace is None:
            return
        known = self._kept_workspace()
        if known is not None and known.id != workspace.id:
            await self._bench.write(lambda cache: cache.clear())
            await self._bench.on_events(self._bench.events.clear)
            await asyncio.to_thread(self._days.clear)
            for collection in self._collections:
                collection.start_over()
            self.undo.clear()
            self._recount()
        await self._bench.keep(_WORKSPACE, "", workspace.wire())
        self._take(workspace)
        await self._key_place.note(workspace)
        self._tell()

    async def use_key(self, secret: Secret) -> None:
        """Go on with a key a person gave, keeping what is on screen.

        Raises `ApiError`, and OtherWorkspace for a key of another workspace or ledger: the old one stays.
        """
        await self._take_key(secret)
        self._key_place.source = "typed"

    async def keep_key(self, *, in_file: bool) -> str:
        """Keep the key in use for the next start; says in words where. Raises KeyFailed."""
        secret = self._bench.line.secret
        assert secret is not None, "a key that is in use was found"
        await self._key_place.keep(secret, in_file=in_file, workspace=self._kept_workspace())
        return self.key_source

    async def _take_key(self, secret: Secret) -> None:
        """Try a key, and go on with it if it opens this workspace. Raises `ApiError`, OtherWorkspace."""
        client = self._access.open_client(secret)
        try:
            workspace = await ask_whose(client)
            check_fits(secret, self._bench.mode, self._kept_workspace(), workspace)
        except BaseException:
            await client.close()
            raise
        if workspace is not None:
            await self._bench.keep(_WORKSPACE, "", workspace.wire())
            self._take(workspace)
        await self._bench.line.replace(client, secret)
        self._offers.refresh_soon(client)
        self._tell()

    def resume(self) -> None:
        """Go on with what an earlier run left on its way, answers and labels. Twice does no harm."""
        self.outbox.start()
        self.triage.start()

    async def close(self) -> None:
        """End everything under way and close the files."""
        await self.triage.close()
        if "imports" in self.__dict__:
            await self.imports.close()
        await self.key_guard.stop()
        await self.alerts.stop()
        await self.feed.stop()
        await self._offers.stop()
        for collection in self._collections:
            collection.stop()
        self._deprecations.close()
        self.ui_state.close()
        if "outbox" in self.__dict__:
            await self.outbox.close()
        await self._bench.close()
        await self.analytics.close()
        self._access.close()
        await self.request_log.close()

    @cached_property
    def imports(self) -> "Imports":
        """Importing files of leads; loaded when it is first used."""
        from imail_tui.services.imports.imports import Imports
        from imail_tui.services.imports.journaling import Journaling
        from imail_tui.services.imports.running import PAUSES

        imports = Imports(
            self._bench,
            Journaling(self._imports_file),
            lambda: self.capabilities,
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

        file = self._paths.outbox_file(self.profile.name, self.profile.base_url, self._key_mode)
        return Outbox(
            self._bench,
            self.replies,
            self.conversations,
            file,
            lambda: self.capabilities,
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

        folder = self._paths.drafts_folder(self.profile.name, self.profile.base_url, self._key_mode)
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
        return self._imports_file.exists()

    def _on_import(self, _: object) -> None:
        from imail_tui.services.imports.running import imports_words

        shown = imports_words([each.progress for each in self.imports.runs])
        if shown != self._base.imports:
            self._base = replace(self._base, imports=shown)
            self._tell()

    def _obstacle(self) -> Problem | None:
        """Why a job waits, None = the server takes what is sent."""
        failing = host_is_failing(silent=False).problem if self._access.host_is_failing else None
        return self._bench.line.obstacle or failing

    def _account(self) -> str:
        secret = self._bench.line.secret
        return "" if secret is None else account_of(secret, self.profile.base_url)

    def _listen(self) -> None:
        self.exchanged.subscribe(self.request_log.record)
        self.exchanged.subscribe(self._deprecations.look)
        self._bench.line.changed.subscribe(lambda _: self._tell())
        self.capabilities_changed.subscribe(lambda _: self.feed.look_anew())
        self.inboxes.changed.subscribe(lambda _: self._recount())
        self.alerts.changed.subscribe(self._on_alerts)
        self.feed.elsewhere.subscribe(lambda _: self._stir())
        self.replies.changed.subscribe(lambda _: self._recount())

    def _stir(self) -> None:
        for collection in self._collections:
            collection.stir()
        if "outbox" in self.__dict__:
            self.outbox.stir()

    def _on_alerts(self, unseen: int) -> None:
        self._base = replace(self._base, alerts=unseen)
        self._tell()

    def _on_exchange(self, exchange: Exchange) -> None:
        self.exchanged.emit(exchange)
        self._tell()

    def _kept_workspace(self) -> Workspace | None:
        found = self.cache.kept(_WORKSPACE)
        return None if found is None else Workspace.model_validate(found[0])

    def _take(self, workspace: Workspace) -> None:
        """What the workspace says, now or at the end of an earlier run."""
        self._base = replace(self._base, workspace=workspace.name, tier=workspace.tier)
        self.request_log.workspace = workspace.name
        if workspace.mode in ("live", "test"):
            self._bench.mode = self.request_log.ledger = workspace.mode
            self._base = replace(self._base, mode=workspace.mode)
        limits = workspace.limits
        if limits.requests_per_minute and limits.burst:
            self._access.configure(limits.requests_per_minute, limits.burst)

    def _recount(self) -> None:
        """Count what the status line tells; only when rows changed, because it reads them all."""
        cache = self.cache
        has_replies, has_inboxes = (cache.fetched_at(kind) is not None for kind in ("replies", "inboxes"))
        self._base = replace(
            self._base,
            unread=cache.count("conversations", _UNREAD) if has_replies else None,
            disconnected=cache.count("inboxes", _DISCONNECTED) if has_inboxes else None,
        )
        self._tell()

    def _current(self) -> Status:
        line = self._bench.line
        budget = self._access.budget(line.secret)
        return replace(self._base, link=line.link, problem=line.problem, budget=budget)

    def _tell(self) -> None:
        status = self._current()
        if status != self._told:
            self._told = status
            self.status_changed.emit(self.status)

    def _data_age(self) -> float | None:
        """Seconds since anything was last fetched."""
        ages = [age for collection in self._collections if (age := collection.age()) is not None]
        return min(ages, default=None)


def open_session(
    paths: Paths,
    profile: Profile,
    found_key: FoundKey,
    *,
    retry_seconds: Sequence[float] = RETRY_SECONDS,
    feed_seconds: float | None = FASTEST,
    alerts: AlertSettings | None = None,
    retention: Retention = RETENTION,
    reply_settings: ReplySettings = NO_MOVES,
    import_pauses: Sequence[float] | None = None,
) -> Session:
    """A session that shows its cache at once. Sends nothing before `connect` or a refresh.

    `feed_seconds`: the feed's shortest pause; None switches it off.
    """
    return Session(
        paths,
        profile,
        found_key,
        retry_seconds,
        feed_seconds,
        alerts or AlertSettings(),
        retention,
        reply_settings,
        import_pauses,
    )
