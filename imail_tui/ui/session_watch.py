"""What the app does when the session on show says something."""

import os
from typing import TYPE_CHECKING, Final

from textual.timer import Timer
from textual.widgets import Input

from imail_tui.domain.alerts import Alert, Channel
from imail_tui.model.problem import Problem
from imail_tui.model.status import Link, Status
from imail_tui.ui import terminal
from imail_tui.ui.ports import FrameSession
from imail_tui.ui.screens.base import AreaScreen

if TYPE_CHECKING:
    from imail_tui.ui.app import ImailApp

FREE_SECONDS: Final = 0.25
"""Between two looks whether the person still types; only while a key is wanted."""


class SessionWatch:
    """Listens to one session from its making until `stop`."""

    def __init__(self, app: "ImailApp", session: FrameSession) -> None:
        self._app = app
        self._session = session
        self._refused = session.status.link is Link.UNAUTHORIZED
        self._asking: Timer | None = None
        self._listening = (
            session.status_changed.subscribe(self._status_told),
            session.noticed.subscribe(self._noticed),
            session.alerts.told.subscribe(self._alerted),
            session.key_guard.wanted.subscribe(self._key_wanted),
            session.key_guard.replaced.subscribe(self._key_replaced),
        )

    def stop(self) -> None:
        """Listen no longer."""
        for unsubscribe in self._listening:
            unsubscribe()
        self._stop_asking()

    def _noticed(self, problem: Problem) -> None:
        self._app.notify(problem.sentence(), severity="warning")

    def _alerted(self, alert: Alert) -> None:
        channels = alert.rule.channels
        text = f"{alert.what} {alert.remedy}"
        if Channel.TOAST in channels:
            self._app.notify(text, severity="information" if alert.passing else "warning")
        if Channel.BELL in channels:
            self._app.bell()
        if Channel.NOTIFY in channels:
            terminal.notify(self._app, alert.what, os.environ)
        if Channel.TITLE in channels:
            terminal.set_title(self._app, f"▲ {alert.what}")

    def _status_told(self, status: Status) -> None:
        self._app.show_status()
        if not status.alerts:
            terminal.restore_title(self._app)
        was_refused, self._refused = self._refused, status.link is Link.UNAUTHORIZED
        if was_refused and not self._refused:
            for screen in self._app.screens():
                if isinstance(screen, AreaScreen):
                    screen.resume_with_key()

    def _key_wanted(self, _: Problem) -> None:
        if self._asking is None:
            self._asking = self._app.set_interval(FREE_SECONDS, self._ask_key_when_free)

    def _ask_key_when_free(self) -> None:
        """Ask for the key that is wanted, but nobody who is typing: the letters would end up as a key."""
        if isinstance(self._app.focused, Input):
            return
        self._stop_asking()
        if self._refused:
            self._app.action_key()

    def _stop_asking(self) -> None:
        if self._asking is not None:
            self._asking.stop()
            self._asking = None

    def _key_replaced(self, words: str) -> None:
        from imail_tui.ui.key import take_back_question

        take_back_question(self._app)
        self._app.notify(words)
