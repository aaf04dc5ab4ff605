"""What happens in the workspace, found by asking: new events, and the lists they touch.

With `/events` the ledger is followed from where the last run ended (the first run starts at its end, not at
its beginning). Without it the lists are refreshed and compared. The pause between two looks is short while
things move and grows while nothing does.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from imail_tui.api.client import ImailClient
from imail_tui.api.errors import ApiError, Gone, NotFound
from imail_tui.domain.budget import Priority
from imail_tui.model.events import Event
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json
from imail_tui.model.status import Link
from imail_tui.services.campaigns import Campaigns
from imail_tui.services.inboxes import Inboxes
from imail_tui.services.ledger_end import find_ledger_end
from imail_tui.services.replies import Replies
from imail_tui.services.signals import Signal
from imail_tui.services.workbench import Workbench

FASTEST = 2.5
SLOWEST = 20.0
_SLOWING = 1.5
"""Seconds between two looks while things move and at most, and how the pause grows."""
KEPT_EVENTS = 20_000
_PAGES_A_LOOK = 5
_GAPS = {"replies": 2.0, "inboxes": 15.0, "campaigns": 15.0}
"""Seconds between two refreshes of a list that events touch: counters of a busy hour change all the time."""
_TOUCHES = {
    "email": {"campaigns", "inboxes"},
    "reply": {"replies", "campaigns"},
    "inbox": {"inboxes"},
    "warmup": {"inboxes"},
}
"""By the first word of an event's type: the lists it touches."""
_FEED = "feed"


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
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bench = bench
        self._lists: dict[str, Refreshable] = {
            "replies": replies,
            "inboxes": inboxes,
            "campaigns": campaigns,
        }
        self._noticed = noticed
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[Movement] | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self._awake = asyncio.Event()
        self._running = asyncio.Event()
        self._interval = interval
        self._wait = interval or FASTEST
        self._without_events = False
        self._due: set[str] = set()
        self._filled = False
        self._refreshed: dict[str, float] = {}
        self.state = FeedState.OFF
        self.moved: Signal[Movement] = Signal()
        """What each look found, when it found anything."""

    def start(self) -> None:
        """Look again and again until `stop`; not when it is switched off. Starting twice does no harm."""
        if self._task is None and self._interval is not None:
            self.state = FeedState.FOLLOWING
            self._running.set()
            self._unsubscribe = self._bench.line.changed.subscribe(self._on_link)
            self._task = asyncio.create_task(self._run())

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
        tasks = [task for task in (self._task, self._looking) if task is not None]
        self._task = self._looking = None
        self._unsubscribe()
        self.state = FeedState.OFF
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def look(self) -> Movement:
        """One look: new events are kept, the lists they touch refreshed. Raises `ApiError`.

        A look under way is shared.
        """
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        return await asyncio.shield(self._looking)

    async def _look(self) -> Movement:
        events: list[Event] = []
        history = self._after() is None
        if not self._without_events:
            try:
                events = await self._bench.ask(self._new_events, Priority.BACKGROUND)
            except NotFound:
                self._without_events = True
                self.state = FeedState.COMPARING
        if self._without_events:
            self._due |= set(self._lists)
        elif not history:
            self._due |= _touched(events)
        kinds = await self._refresh_due()
        if not self._filled:
            kinds |= await self._fill()
        movement = Movement(tuple(events), kinds, history)
        if events or kinds:
            self.moved.emit(movement)
        return movement

    async def _run(self) -> None:
        while True:
            await self._running.wait()
            try:
                movement = await self.look()
            except ApiError:
                # The line has judged it; the feed only waits longer.
                moving = False
            else:
                moving = bool(movement.events or movement.kinds)
            self._wait = (self._interval or FASTEST) if moving else min(SLOWEST, self._wait * _SLOWING)
            with contextlib.suppress(TimeoutError):
                # Not `wait_for`: before Python 3.12 it may swallow a cancellation.
                async with asyncio.timeout(self._wait):
                    await self._awake.wait()
            self._awake.clear()

    def _on_link(self, link: Link) -> None:
        if link is Link.ONLINE:
            self._hurry()

    def _hurry(self) -> None:
        self._wait = self._interval or FASTEST
        self._awake.set()

    async def _new_events(self, client: ImailClient) -> list[Event]:
        """Events behind the last known one, kept; at the first run only those at the end of the ledger."""
        after = self._after()
        if after is None:
            return await self._begin_at_end(client)
        events: list[Event] = []
        pages = 0
        try:
            async for page in client.events.list(after=after).pages():
                if page.items:
                    events += page.items
                    await self._keep(page.raw, page.items[-1].id)
                pages += 1
                if pages == _PAGES_A_LOOK:
                    break
        except (Gone, NotFound) as error:
            if isinstance(error, NotFound) and error.problem.where != "after":
                raise
            what = "The server no longer keeps the events since the last look; the feed goes on from now."
            self._noticed.emit(Problem(what, "Refresh the lists to see what changed.", code="event_expired"))
            self._due |= set(self._lists)
            return await self._begin_at_end(client)
        return events

    async def _begin_at_end(self, client: ImailClient) -> list[Event]:
        end = await find_ledger_end(client)
        if end.after is not None:
            await self._keep(end.recent, end.after)
        return [Event.model_validate(row) for row in end.recent]

    async def _keep(self, rows: list[Json], after: str) -> None:
        await self._bench.put("events", rows)
        await self._bench.write(lambda cache: cache.trim("events", KEPT_EVENTS))
        await self._bench.keep(_FEED, "", {"after": after})

    def _after(self) -> str | None:
        found = self._bench.cache.kept(_FEED)
        after = found[0].get("after") if found else None
        return after if isinstance(after, str) else None

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
            if now - self._refreshed.get(kind, -_GAPS[kind]) < _GAPS[kind]:
                continue
            if await self._differs(kind):
                differing.add(kind)
            self._refreshed[kind] = now
            self._due.discard(kind)
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
