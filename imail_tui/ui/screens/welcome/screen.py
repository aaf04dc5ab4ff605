"""The first screen where there is no key yet: takes one, or starts the sandbox."""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from imail_tui.model.keeping import Keeping
from imail_tui.model.problem import Problem
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.commands.welcome import COMMANDS
from imail_tui.ui.options import UiOptions
from imail_tui.ui.ports import FrameSession, WayIn
from imail_tui.ui.screens.frame import FrameScreen, problem_of
from imail_tui.ui.widgets.keeping import next_choice, promise
from imail_tui.ui.widgets.message_line import problem_content
from imail_tui.ui.widgets.safe_static import SafeStatic, styled


class WelcomeScreen(FrameScreen):
    """Asks for an API key and checks it against the server before anything else happens."""

    CSS_PATH = "welcome.tcss"
    GROUP: ClassVar[CommandGroup | None] = COMMANDS
    HINTED = (("enter", "check the key"),)

    def __init__(
        self,
        way_in: WayIn,
        enter: Callable[[FrameSession], Awaitable[None]],
        options: UiOptions | None = None,
        *,
        back: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`enter` is awaited with the session that was found, `back` when the person leaves without one."""
        super().__init__(options)
        self._way_in = way_in
        self._enter = enter
        self._back = back
        self._keeping = Keeping.NOT

    def compose_content(self) -> ComposeResult:
        """What this is, where keys come from, the field, and what is wrong with its content."""
        with Vertical(id="welcome"):
            yield SafeStatic(_introduction(), id="introduction")
            yield SafeStatic(styled(("API key", "bold")), id="label")
            field = Input(placeholder="imk_live_… or imk_test_…", password=True, id="key", compact=True)
            field.cursor_blink = False
            yield field
            yield SafeStatic(id="fault")
            yield SafeStatic(promise(self._keeping), id="keep")
            yield SafeStatic(_other_way(), id="other-way")

    def on_mount(self) -> None:
        """Look for a key kept earlier once the screen is painted: a secret store may take its time."""
        self.call_after_refresh(self._search)

    @work(group="search", exclusive=True, exit_on_error=False)
    async def _search(self) -> None:
        self._say_at_field(styled(("looking for a key kept earlier …", "$text-muted")))
        session = await self._try(self._way_in.find_kept())
        if session is not None:
            await self._enter(session)

    @on(Input.Changed, "#key")
    def stop_search(self) -> None:
        """Who types a key wants that one, and must not be carried into the app in the middle of it."""
        if self.workers.cancel_group(self, "search"):
            self._say_at_field(styled())

    @on(Input.Submitted, "#key")
    def check(self, event: Input.Submitted) -> None:
        """Check what was typed; an empty field starts nothing."""
        self._check(event.value)

    @work(group="way-in", exclusive=True, exit_on_error=False)
    async def _check(self, typed: str) -> None:
        self._say_at_field(styled((f"checking with {self._way_in.base_url} …", "$text-muted")))
        session = await self._try(self._way_in.use_key(typed))
        if session is not None and await self._kept(session, typed):
            # The field must not hold a key longer than it is needed.
            self.query_one("#key", Input).clear()
            await self._enter(session)

    @work(group="way-in", exclusive=True, exit_on_error=False)
    async def action_sandbox(self) -> None:
        """Start the sandbox and go in."""
        self.stop_search()
        self._say_at_field(styled(("making a workspace of 20,000 leads …", "$text-muted")))
        session = await self._try(self._way_in.start_sandbox())
        if session is not None:
            await self._enter(session)

    async def action_back(self) -> None:
        """Go back to the workspace that is open, if there is one."""
        if self._back is None:
            self.say("This is the beginning; ctrl+q leaves the app.")
        else:
            await self._back()

    def action_keep(self) -> None:
        """Choose whether and where the key is kept."""
        self._keeping = next_choice(self._keeping)
        self.query_one("#keep", SafeStatic).update(promise(self._keeping))

    async def _kept(self, session: FrameSession, typed: str) -> bool:
        """Keep an accepted key as promised. Where that fails one stays here: the promise can be changed."""
        if self._keeping is Keeping.NOT:
            return True
        try:
            await self._way_in.keep(typed, in_file=self._keeping is Keeping.FILE)
        except Exception as error:
            await session.close()
            self._show_at_field(error)
            return False
        return True

    async def _try(self, way: Awaitable[FrameSession | None]) -> FrameSession | None:
        """The session, or None and the problem, if there is one, at the field."""
        try:
            session = await way
        except Exception as error:
            self._show_at_field(error)
            return None
        if session is None:
            self._say_at_field(styled())
        return session

    def _say_at_field(self, text: Content) -> None:
        self.query_one("#fault", SafeStatic).update(text)

    def _show_at_field(self, error: Exception) -> None:
        """What went wrong. An error without a problem is raised: it is a mistake of ours."""
        problem: Problem | None = problem_of(error)
        if problem is None:
            raise error
        self._say_at_field(problem_content(problem))


def _introduction() -> Content:
    return styled(
        ("imail in your terminal", "bold $text-primary"),
        "\n\nKeys are made in imail's web app under Settings → API; the workspace needs the Surge "
        "tier or above. Test keys (imk_test_…) see a separate ledger, and nothing is really sent.\n",
    )


def _other_way() -> Content:
    return styled(
        "\nNo key? ",
        ("f2", "bold"),
        " opens the sandbox: a complete made-up workspace that runs on this machine and is gone afterwards.",
    )
