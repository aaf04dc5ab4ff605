"""What happens in the workspace: new events in the store, whoever brought them, and the lists they touch.

Webhooks come into the store from a listener, another process that writes it. What they miss is caught up with
by `/events`, by one session of this machine for all; without `/events` the lists are refreshed and compared.
The pause between two questions is short while things move, grows while nothing does, and is long while a
listener runs. The store is looked at four times a second, which asks nobody.
"""

import asyncio
import contextlib
import itertools
import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Protocol

from imail_tui.api.errors import ApiError, NotFound
from imail_tui.domain.budget import Priority
from imail_tui.model.events import Event, event_of
from imail_tui.model.problem import Problem
from imail_tui.model.sources import RETENTION, Retention, Source, StreamHealth
from imail_tui.model.status import Link
from imail_tui.services.campaigns import Campaigns
from imail_tui.services.catch_up import CatchUp
from imail_tui.services.event_sources import EventSources
from imail_tui.services.inboxes import Inboxes
from imail_tui.services.replies import Replies
from imail_tui.services.signals import Signal
from imail_tui.services.workbench import Workbench
from imail_tui.store.cache import Cache
from imail_tui.store.event_store import EventsNotKept

FASTEST = 2.5
SLOWEST = 20.0
_SLOWING = 1.5
"""Seconds between two looks while things move and at most, and how the pause grows."""
BESIDE_LISTENER = 60.0
"""Seconds between two readings of the ledger while a listener runs: only for what was never sent to it."""
WATCHING = 0.25
"""Seconds between two looks at the store; what another process writes is seen within this."""
_CACHE_TURNS = 2
"""Every so many of these looks, one at the cache."""
_LEASE = SLOWEST + 10.0
_AT_ONCE = 2_000
"""Events handed out together; the loop gets its turn in between."""
_TRIMMING = 600.0
"""Seconds between two looks for events that are kept no longer."""
_GAPS = {"replies": 2.0, "inboxes": 15.0, "campaigns": 15.0}
"""Seconds between two refreshes of a list that events touch: counters of a busy hour change all the time."""
_URGENT_GAP = 1.0
_URGENT = ("inbox.", "warmup.")
"""Types that say an inbox is lost or back: who waits for that does not wait for the counters' turn."""
_TOUCHES = {
    "email": {"campaigns", "inboxes"},
    "reply": {"replies", "campaigns"},
    "inbox": {"inboxes"},
    "warmup": {"inboxes"},
}
"""By the first word of an event's type: the lists it touches."""


class FeedState(StrEnum):
    """What the feed does."""

    OFF = "off"
    FOLLOWING = "following"
    COMPARING = "comparing"
    """The server has no events: lists are compared."""
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Movement:
    """What one look found: events, oldest first, and the kinds of lists whose rows differ.

    `history`: the feed has just begun, and the events happened before.
    """

    events: tuple[Event, ...]
    kinds: frozenset[str]
    history: bool = False


class Refreshable(Protocol):
    """A list that can be brought up to date."""

    async def bring_up_to_date(self, priority: Priority) -> frozenset[str]:
        """Refresh; returns the ids that differ. Raises `ApiError`."""


class Feed:
    """Follows the workspace in the background class, once started."""

    def __init__(
        self,
        bench: Workbench,
        inboxes: Inboxes,
        campaigns: Campaigns,
        replies: Replies,
        noticed: Signal[Problem],
        interval: float | None = FASTEST,
        retention: Retention = RETENTION,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bench = bench
        self._lists: dict[str, Refreshable] = {
            "replies": replies,
            "inboxes": inboxes,
            "campaigns": campaigns,
        }
        self._noticed = noticed
        self._retention = retention
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[Movement] | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self._awake = asyncio.Event()
        self._running = asyncio.Event()
        self._interval = interval
        self._wait = interval or FASTEST
        self._without_events = False
        self._due: set[str] = set()
        self._urgent = False
        self._filled = False
        self._catch_up = CatchUp(bench, self._lose)
        self._sources = EventSources(bench.events, bench.wall)
        self._seen = bench.events.last_number()
        self._version = bench.events.version()
        self._asked_at = -BESIDE_LISTENER
        self._trimmed_at = -_TRIMMING
        self._refreshed: dict[str, float] = {}
        self.state = FeedState.OFF
        self.moved: Signal[Movement] = Signal()
        """What each look found, when it found anything."""
        self.elsewhere: Signal[None] = Signal()
        """Another process changed the cache."""

    def start(self) -> None:
        """Look again and again until `stop`; not when it is switched off. Starting twice does no harm."""
        if self._task is None and self._interval is not None:
            self.state = FeedState.FOLLOWING
            self._running.set()
            self._unsubscribe = self._bench.line.changed.subscribe(self._on_link)
            self._task = asyncio.create_task(self._run())
            self._watching = asyncio.create_task(self._watch())

    def pause(self) -> None:
        """Send nothing until `resume`."""
        if self.state in (FeedState.FOLLOWING, FeedState.COMPARING):
            self._running.clear()
            self.state = FeedState.PAUSED

    def resume(self) -> None:
        """Go on after `pause`, at once."""
        if self.state is FeedState.PAUSED:
            self.state = FeedState.COMPARING if self._without_events else FeedState.FOLLOWING
            self._hurry()
            self._running.set()

    def look_anew(self) -> None:
        """What the server offers is known or differs: it may have events now."""
        self._without_events = False
        if self.state is FeedState.COMPARING:
            self.state = FeedState.FOLLOWING
        self._hurry()

    async def stop(self) -> None:
        """End it, and a look under way."""
        tasks = [task for task in (self._task, self._watching, self._looking) if task is not None]
        self._task = self._watching = self._looking = None
        self._unsubscribe()
        self.state = FeedState.OFF
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if tasks:
            await self._bench.on_events(partial(self._sources.leave, Source.LEDGER))

    def health(self) -> StreamHealth:
        """Which sources work, and how old the knowledge is."""
        return self._sources.health()

    async def look(self) -> Movement:
        """One look that asks the server: new events are kept, the lists they touch refreshed.

        A look under way is shared. Raises `ApiError`.
        """
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(ask=True))
        return await asyncio.shield(self._looking)

    async def _look(self, *, ask: bool) -> Movement:
        history = not self._catch_up.has_begun()
        if ask and not self._without_events:
            await self._read_ledger()
        if self._without_events:
            self._due |= set(self._lists)
        events = await self._take_arrivals(history=history)
        kinds = await self._refresh_due()
        if not self._filled:
            kinds |= await self._fill()
        if kinds:
            self.moved.emit(Movement((), kinds, history))
        return Movement(tuple(events), kinds, history)

    async def _read_ledger(self) -> None:
        self._asked_at = self._clock()
        try:
            complete = await self._bench.ask(self._catch_up.read_on, Priority.BACKGROUND)
        except NotFound:
            self._without_events = True
            self.state = FeedState.COMPARING
            return
        await self._bench.on_events(partial(self._sources.give, Source.LEDGER, _LEASE, knows=complete))
        if self._clock() - self._trimmed_at >= _TRIMMING:
            self._trimmed_at = self._clock()
            oldest = self._bench.line.now().timestamp() - self._retention.days * 86_400
            most = self._retention.most
            await self._bench.on_events(partial(self._bench.events.trim, before=oldest, most=most))

    async def _take_arrivals(self, *, history: bool = False) -> list[Event]:
        """Hand out what came into the store since the last time, in the order of arrival."""
        taken: list[Event] = []
        while found := self._bench.events.arrived_after(self._seen, _AT_ONCE):
            self._seen = found[-1].number
            events = [event_of(each.event) for each in found]
            if not history:
                self._due |= _touched(events)
                self._urgent = self._urgent or any(event.type.startswith(_URGENT) for event in events)
            taken += events
            self.moved.emit(Movement(tuple(events), frozenset(), history))
            await asyncio.sleep(0)
        return taken

    async def _watch(self) -> None:
        """See what other processes write into the store, and let the lists follow."""
        cache_version = await self._bench.write(Cache.foreign_version)
        for turn in itertools.count(1):
            await asyncio.sleep(WATCHING)
            if turn % _CACHE_TURNS == 0:
                self._bench.cache.relax()
                before, cache_version = cache_version, await self._bench.write(Cache.foreign_version)
                if before != cache_version:
                    self.elsewhere.emit(None)
            version = self._bench.events.version()
            if version != self._version:
                self._version = version
                self._bench.events.relax()
                if await self._take_arrivals():
                    self._hurry()

    async def _run(self) -> None:
        ask = True
        while True:
            await self._running.wait()
            moving, turn = False, math.inf
            try:
                asks = ask and await self._may_ask()
                movement = await (self.look() if asks else self._look(ask=False))
                moving = bool(movement.events or movement.kinds)
                turn = self._urgent_turn()
            except EventsNotKept as error:
                self._noticed.emit(error.problem)
            except ApiError:
                # The line has judged it; the feed only waits longer.
                moving = False
            self._wait = (self._interval or FASTEST) if moving else min(SLOWEST, self._wait * _SLOWING)
            ask = self._wait <= turn
            with contextlib.suppress(TimeoutError):
                # Not `wait_for`: before Python 3.12 it may swallow a cancellation.
                async with asyncio.timeout(min(self._wait, turn)):
                    await self._awake.wait()
                    ask = True
            self._awake.clear()

    def _urgent_turn(self) -> float:
        """Seconds until the inboxes may be refreshed again, where one was lost or came back meanwhile."""
        if not self._urgent or "inboxes" not in self._due:
            return math.inf
        since = self._clock() - self._refreshed.get("inboxes", -_URGENT_GAP)
        return max(0.0, _URGENT_GAP - since)

    async def _may_ask(self) -> bool:
        """Whether it is this session's turn to read the ledger."""
        if self._without_events:
            return True
        if self._sources.is_alive(Source.WEBHOOKS) and self._clock() - self._asked_at < BESIDE_LISTENER:
            return False
        return await self._bench.on_events(partial(self._sources.take, Source.LEDGER, _LEASE))

    def _lose(self, problem: Problem) -> None:
        self._noticed.emit(problem)
        self._due |= set(self._lists)

    def _on_link(self, link: Link) -> None:
        if link is Link.ONLINE:
            self._hurry()

    def _hurry(self) -> None:
        self._wait = self._interval or FASTEST
        self._awake.set()

    async def _fill(self) -> frozenset[str]:
        """Bring every list up to date once: the status line counts what no screen has asked for yet."""
        differing = {kind for kind in self._lists if await self._differs(kind)}
        self._filled = True
        return frozenset(differing)

    async def _refresh_due(self) -> frozenset[str]:
        """Refresh the lists that are due and were not refreshed a moment ago; returns those that differ."""
        differing: set[str] = set()
        now = self._clock()
        for kind in sorted(self._due):
            gap = _URGENT_GAP if self._urgent and kind == "inboxes" else _GAPS[kind]
            if now - self._refreshed.get(kind, -gap) < gap:
                continue
            if kind == "inboxes":
                self._urgent = False
            # What comes while it is refreshed makes it due again: the answer may be older than that.
            self._due.discard(kind)
            try:
                if await self._differs(kind):
                    differing.add(kind)
            except ApiError:
                self._due.add(kind)
                raise
            self._refreshed[kind] = now
        return frozenset(differing)

    async def _differs(self, kind: str) -> bool:
        """Refresh a list; one that the server does not have stays as it is, and the others go on."""
        try:
            return bool(await self._lists[kind].bring_up_to_date(Priority.BACKGROUND))
        except NotFound:
            return False


def _touched(events: Iterable[Event]) -> set[str]:
    """Kinds of lists that hold a number or state the events change."""
    kinds: set[str] = set()
    for event in events:
        family = event.type.partition(".")[0]
        kinds |= _TOUCHES.get(family, set())
    return kinds
