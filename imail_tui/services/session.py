"""One open workspace: whose it is, the key that opens it, and the world's time."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from imail_tui.api.client import ImailClient
from imail_tui.api.exchange import Exchange
from imail_tui.domain.alerts import AlertSettings
from imail_tui.domain.capabilities import Capabilities
from imail_tui.domain.replies.moves import NO_MOVES, ReplySettings
from imail_tui.model.keeping import Keeping
from imail_tui.model.secret import Secret
from imail_tui.model.sources import RETENTION, Retention
from imail_tui.model.status import BudgetDetail, Status
from imail_tui.services.access import Access
from imail_tui.services.areas import Areas, Wishes
from imail_tui.services.capabilities import ServerOffers
from imail_tui.services.deprecations import Deprecations
from imail_tui.services.feed import FASTEST
from imail_tui.services.key_guard import KeyGuard, check_fits
from imail_tui.services.key_places import KeyPlace
from imail_tui.services.line import RETRY_SECONDS, Line, ask_whose
from imail_tui.services.signals import Signal
from imail_tui.services.workbench import Workbench
from imail_tui.store.cache import Cache
from imail_tui.store.event_store import EventStore
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import FoundKey


class Session(Areas):
    """Made by `open_session`. Lives on one event loop; until `connect` it shows what the cache has."""

    def __init__(
        self,
        paths: Paths,
        profile: Profile,
        found_key: FoundKey,
        retry_seconds: Sequence[float],
        wishes: Wishes,
    ) -> None:
        """Use `open_session`."""
        self._key_place = KeyPlace(paths, profile, found_key.source)
        self._offers = ServerOffers(paths, profile)
        self._access = Access(paths, profile, self._on_exchange, lambda: self.capabilities)
        line = Line(self._access.open_client, found_key.secret, self._key_place.look, retry_seconds)
        place = (profile.name, profile.base_url, found_key.ledger)
        cache, events = Cache.open(paths.cache_file(*place)), EventStore.open(paths.events_file(*place))
        bench = Workbench(line, cache, events, found_key.ledger)
        super().__init__(paths, profile, bench, self._access, self._offers, wishes)
        self.key_guard = KeyGuard(
            line, self._key_place.look, self._take_key, costly=self._key_place.keeping is Keeping.COMMAND
        )
        self.status_changed = self._standing.changed
        self.exchanged: Signal[Exchange] = Signal()
        """Every attempt to ask the server."""
        self._deprecations = Deprecations(self.ui_state, self.noticed.emit, profile.api_version)
        self._standing.recount()
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
        return self._standing.now

    async def find_key(self) -> None:
        """Fetch the key if that was not done yet; sends nothing. Raises `Unauthorized`."""
        await self._bench.line.find_key()

    def attend(self) -> None:
        """A person did something: jobs leave a little of the budget for what is asked next. Costs nothing."""
        self._access.attend()

    def budget_detail(self) -> BudgetDetail:
        """All about the request budget at this moment."""
        return self._access.budget_detail(self._bench.line.secret)

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
        known = self._workspace.now
        if known is not None and known.id != workspace.id:
            await self._bench.write(lambda cache: cache.clear())
            await self._bench.on_events(self._bench.events.clear)
            await asyncio.to_thread(self._days.clear)
            for collection in self._collections:
                collection.start_over()
            self.undo.clear()
            self._standing.recount()
        await self._workspace.take(workspace)
        await self._key_place.note(workspace)
        self._standing.tell()

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
        await self._key_place.keep(secret, in_file=in_file, workspace=self._workspace.now)
        return self.key_source

    async def _take_key(self, secret: Secret) -> None:
        """Try a key, and go on with it if it opens this workspace. Raises `ApiError`, OtherWorkspace."""
        client = self._access.open_client(secret)
        try:
            workspace = await ask_whose(client)
            check_fits(secret, self._bench.mode, self._workspace.now, workspace)
        except BaseException:
            await client.close()
            raise
        if workspace is not None:
            await self._workspace.take(workspace)
        await self._bench.line.replace(client, secret)
        self._offers.refresh_soon(client)
        self._standing.tell()

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

    def _listen(self) -> None:
        self.exchanged.subscribe(self.request_log.record)
        self.exchanged.subscribe(self._deprecations.look)
        self._bench.line.changed.subscribe(lambda _: self._standing.tell())
        self.capabilities_changed.subscribe(lambda _: self.feed.look_anew())
        self.inboxes.changed.subscribe(lambda _: self._standing.recount())
        self.alerts.changed.subscribe(self._on_alerts)
        self.feed.elsewhere.subscribe(lambda _: self._stir())
        self.replies.changed.subscribe(lambda _: self._standing.recount())

    def _stir(self) -> None:
        for collection in self._collections:
            collection.stir()
        if "outbox" in self.__dict__:
            self.outbox.stir()

    def _on_alerts(self, unseen: int) -> None:
        self._standing.note(alerts=unseen)
        self._standing.tell()

    def _on_exchange(self, exchange: Exchange) -> None:
        self.exchanged.emit(exchange)
        self._standing.tell()


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
    wishes = Wishes(feed_seconds, alerts or AlertSettings(), retention, reply_settings, import_pauses)
    return Session(paths, profile, found_key, retry_seconds, wishes)
