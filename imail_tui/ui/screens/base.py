"""The screen every area is: a title line, a body, the message line and the status line."""

from importlib import import_module
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.content import Content

from imail_tui.api.errors import NotFound
from imail_tui.domain.capabilities import Capabilities, is_lacking, notice
from imail_tui.ui.areas import Area
from imail_tui.ui.commands.command import CommandGroup, Subject
from imail_tui.ui.commands.screen import AREA_COMMANDS
from imail_tui.ui.options import UiOptions
from imail_tui.ui.ports import FrameSession
from imail_tui.ui.screens.frame import FrameScreen
from imail_tui.ui.widgets.safe_static import SafeStatic, styled
from imail_tui.ui.widgets.status_line import StatusLine

UNAUTHORIZED: Final = 401
_REFRESH: Final = "refresh"


class AreaScreen(FrameScreen):
    """One area. A subclass names `AREA`, fills `compose_body` and fetches in `refresh_area`.

    An area that needs more of the session than the frame does says so: `session: Session` in its body.
    """

    AREA: ClassVar[Area]
    GROUP: ClassVar[CommandGroup | None] = AREA_COMMANDS

    def __init__(self, session: FrameSession, options: UiOptions | None = None) -> None:
        super().__init__(options)
        self.session = session
        self._lacked = self.lacking

    def compose_content(self) -> ComposeResult:
        """Title line and body; the subclass gives the body."""
        with Horizontal(id="title-line"):
            yield SafeStatic(id="title")
            yield from self.compose_title_end()
        with Container(id="body"):
            yield SafeStatic(id="notice")
            yield from self.compose_body()

    def compose(self) -> ComposeResult:
        """The frame, with the status line last."""
        yield from super().compose()
        yield StatusLine(id="status")

    def compose_body(self) -> ComposeResult:
        """The area's own widgets."""
        yield from ()

    def compose_title_end(self) -> ComposeResult:
        """What stands to the right of the title."""
        yield from ()

    def on_mount(self) -> None:
        """Paint what is known, then fetch."""
        self.show_title()
        self.show_notice()
        self._forget_offers = self.session.capabilities_changed.subscribe(self._offers_changed)
        self.call_after_refresh(self.action_refresh_area)

    def on_unmount(self) -> None:
        """Stop listening."""
        self._forget_offers()

    def on_screen_resume(self) -> None:
        """Bring the status line up to date: it is not drawn while another screen is."""
        self.show_status()

    def show_status(self) -> None:
        """Draw the status line anew; free when nothing in it changed."""
        # A tick may come while the screen is put together or taken apart.
        for line in self.query(StatusLine):
            line.show(self.session.status, self.data_age())

    def title_note(self) -> str:
        """What stands behind the area's name, such as how many rows; may be foreign."""
        return ""

    def show_title(self) -> None:
        """Draw the title anew; free when nothing in it changed."""
        note = self.title_note()
        title = styled((self.AREA.title, "bold $text-primary"), (f"  {note}" if note else "", "$text-muted"))
        self.query_one("#title", SafeStatic).update(Content(" ") + title)

    @property
    def lacking(self) -> bool:
        """Whether the server is known to have nothing of this area."""
        return is_lacking(self.session.capabilities, self.AREA.id)

    def show_notice(self) -> None:
        """Say what the server lacks here and what still works; nothing when it lacks nothing."""
        text = notice(self.session.capabilities, self.AREA.id)
        line = self.query_one("#notice", SafeStatic)
        line.update(styled((text, "$text-warning")))
        line.set_class(bool(text), "-told")

    def _offers_changed(self, _: Capabilities) -> None:
        self.show_notice()
        lacked, self._lacked = self._lacked, self.lacking
        if self.lacking and self._problem_of == _REFRESH:
            # It was asked before this was known; the notice says it better.
            self.show_problem(None)
        elif lacked and not self.lacking:
            self.action_refresh_area()

    def show_error(self, error: BaseException, of: str = "") -> None:
        """Show the problem an error carries, unless the notice says it already."""
        if not (self.lacking and of == _REFRESH and isinstance(error, NotFound)):
            super().show_error(error, of)

    def data_age(self) -> float | None:
        """Seconds since the data on screen was fetched."""
        return self.session.status.data_age

    def subject(self) -> Subject:
        """The state of the line; a list adds what is selected."""
        return Subject(
            link=self.session.status.link, capabilities=self.session.capabilities, lacking=self.lacking
        )

    async def refresh_area(self) -> None:
        """Fetch this area's data and show it. May raise ApiError."""

    @work(group=_REFRESH, exclusive=True, exit_on_error=False)
    async def action_refresh_area(self) -> None:
        """Fetch in the background, if there is anything to fetch."""
        if not self.lacking:
            await self.refresh_area()
        self.show_status()

    def resume_with_key(self) -> None:
        """There is a good key again: fetch what could not be fetched, if anything; nothing else changes."""
        problem = self.problem
        if problem is not None and (problem.status == UNAUTHORIZED or problem.code == "no_key"):
            self.show_problem(None)
            self.action_refresh_area()

    def action_back(self) -> None:
        """Go back one level; at the top a shown problem goes first."""
        if self.problem is not None:
            self.show_problem(None)
        else:
            self.leave()

    def leave(self) -> None:
        """Go to where this screen was opened from; an area is the top."""
        self.say("This is the top; ctrl+q leaves the app.")


def screen_class(area: Area) -> type[AreaScreen]:
    """The screen of an area, imported now."""
    module, _, name = area.screen.partition(":")
    screen = getattr(import_module(f"imail_tui.ui.screens.{module}"), name)
    assert isinstance(screen, type)
    assert issubclass(screen, AreaScreen)
    return screen
