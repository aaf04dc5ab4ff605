"""Keys in the order they were typed, each for the screen that the one before it led to.

Textual hands a key to the widget that has the keys now and looks at the next one at once; what the first
one leads to comes later, and a page that needs data first much later. A whole line typed or pasted over a
slow link would run as commands on the list behind the form it was meant for.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from textual import events
from textual.app import App
from textual.screen import Screen
from textual.worker import Worker, get_current_worker

from imail_tui.ui.screens.frame import FrameScreen
from imail_tui.ui.widgets.message_line import MessageLine

PATIENCE_SECONDS: Final = 0.4
"""How long data may be on its way to a page before that is said."""

_CALM_ROUNDS: Final = 3
"""Looks at empty queues in a row: a worker needs a turn to begin, another to open its dialog."""
_MOST_ROUNDS: Final = 200
"""After so many looks the next key goes on all the same: a feed may keep the screen busy."""
_STOPPABLE: Final = "Waiting for the server; esc stops it."
_WAITING: Final = "Waiting for the server."


class Typeahead:
    """Holds keys and pastes back until what the key before them began has come to rest."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._held: deque[events.Event] = deque()
        self._released: events.Event | None = None
        self._openings: list[Worker[object] | None] = []
        self._none_opens = asyncio.Event()
        self._none_opens.set()
        self._following: asyncio.Task[None] | None = None

    def may_pass(self, event: events.Event) -> bool:
        """Whether the app may hand the event on now; otherwise it comes again when its turn has come."""
        if event is self._released:
            self._released = None
            return True
        if self._openings and isinstance(event, events.Key) and event.key == "escape":
            self._stop()
            return False
        waits = self._following is not None or bool(self._openings)
        if waits:
            self._held.append(event)
        if self._following is None:
            self._following = asyncio.create_task(self._follow(), name="typeahead")
        return not waits

    @contextmanager
    def opening(self, *, stops: bool) -> Iterator[None]:
        """As `opening` below."""
        worker: Worker[object] | None = get_current_worker() if stops else None
        self._openings.append(worker)
        self._none_opens.clear()
        screen, told = self._app.screen, _STOPPABLE if stops else _WAITING
        timer = self._app.set_timer(PATIENCE_SECONDS, lambda: _say(screen, told))
        came = False
        try:
            yield
            came = True
        finally:
            timer.stop()
            _say(screen, "", instead_of=told)
            if not came:
                self._held.clear()
            self._openings.remove(worker)
            if not self._openings:
                self._none_opens.set()

    def close(self) -> None:
        """Forget what is held: the app ends."""
        self._held.clear()
        if self._following is not None:
            self._following.cancel()

    def _stop(self) -> None:
        self._held.clear()
        for worker in filter(None, self._openings):
            worker.cancel()
            _say(self._app.screen, "Stopped.")

    async def _follow(self) -> None:
        try:
            await self._rest()
            while self._held:
                self._released = self._held.popleft()
                self._app.post_message(self._released)
                await self._rest()
        finally:
            self._following = None

    async def _rest(self) -> None:
        """Until nothing is left to do for what was typed, but to wait for the person."""
        calm = 0
        for _ in range(_MOST_ROUNDS):
            await self._none_opens.wait()
            await self._app_is_through()
            await asyncio.sleep(0)
            calm = calm + 1 if self._is_quiet() else 0
            if calm == _CALM_ROUNDS:
                return

    async def _app_is_through(self) -> None:
        """Until the app has done all that it was asked before: it carries commands out itself."""
        through = asyncio.Event()
        if self._app.call_later(through.set):
            await through.wait()

    def _is_quiet(self) -> bool:
        pumps = (self._app, *self._app.screen.walk_children(with_self=True))
        return not self._openings and all(pump.message_queue_size == 0 for pump in pumps)


@contextmanager
def opening(app: App[None], *, stops: bool = True) -> Iterator[None]:
    """While data for a page or a dialog is on its way: what is typed is meant for that. From a worker.

    Esc cancels the worker, unless `stops` is False because what is asked for changes something. When it
    fails or is cancelled, what was typed is forgotten.
    """
    typeahead = getattr(app, "typeahead", None)
    if isinstance(typeahead, Typeahead):
        with typeahead.opening(stops=stops):
            yield
    else:
        yield


def _say(screen: Screen[object], remark: str, *, instead_of: str | None = None) -> None:
    """In the message line of a screen that has one, while it says that other thing if one is given."""
    if isinstance(screen, FrameScreen):
        for line in screen.query(MessageLine):
            if instead_of is None or line.text == instead_of:
                line.say(remark)
