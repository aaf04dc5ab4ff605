"""The request log: what was asked of servers from this machine, newest first, growing while it is open."""

from typing import ClassVar, Final

from textual import work
from textual.content import Content
from textual.timer import Timer

from imail_tui.domain.listing import ListSpec
from imail_tui.model.problem import Problem
from imail_tui.model.request_log import RequestLine
from imail_tui.services.request_log_view import RequestLogView
from imail_tui.services.session import Session
from imail_tui.ui.areas import Area
from imail_tui.ui.options import UiOptions
from imail_tui.ui.screens.listing import ListScreen
from imail_tui.ui.screens.settings.request_rows import COLUMNS, request_detail, request_row
from imail_tui.ui.widgets.rows import Row

LOOK_SECONDS: Final = 1.0
LOW_BANDWIDTH_LOOK_SECONDS: Final = 3.0
"""Pause between two looks at the file: other processes write to it too."""


class RequestLogScreen(ListScreen[RequestLine]):
    """The log of all profiles on this machine; `y` takes the request id."""

    AREA: ClassVar[Area] = Area("requests", "Request log", "", "settings.request_log:RequestLogScreen")
    COLUMNS = COLUMNS
    EMPTY = "Nothing was asked of a server yet. Every request appears here by itself."

    session: Session

    def __init__(self, session: Session, options: UiOptions | None = None) -> None:
        self._view = session.request_log.view()
        super().__init__(session, options)
        self._looking: Timer | None = None
        self._trouble: Problem | None = None

    @property
    def service(self) -> RequestLogView:
        """The log."""
        return self._view

    @property
    def spec(self) -> ListSpec:
        """What lines can be sorted and filtered by."""
        return self._view.spec

    def on_mount(self) -> None:
        """Look at the file again and again."""
        pause = LOW_BANDWIDTH_LOOK_SECONDS if self.options.low_bandwidth else LOOK_SECONDS
        self._looking = self.set_interval(pause, self._look)

    def on_screen_suspend(self) -> None:
        """Nobody looks: nor need we."""
        if self._looking is not None:
            self._looking.pause()

    def on_screen_resume(self) -> None:
        """Go on looking."""
        if self._looking is not None:
            self._looking.resume()

    def row(self, record: RequestLine) -> Row:
        """One line."""
        return request_row(record)

    def detail(self, record: RequestLine) -> Content:
        """All of it."""
        return request_detail(record)

    def copied(self, record: RequestLine) -> str:
        """The request id, which support asks for."""
        return record.request_id or ""

    def leave(self) -> None:
        """Back to the settings."""
        self.dismiss()

    @work(group="look", exclusive=True, exit_on_error=False)
    async def _look(self) -> None:
        await self._view.refresh()
        trouble = self.session.request_log.trouble
        if trouble != self._trouble:
            if self.problem in (None, self._trouble):
                self.show_problem(trouble)
            self._trouble = trouble
