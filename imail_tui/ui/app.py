"""The app: areas as modes, themes, what happens on errors, one way to say things. No feature lives here."""

import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, Literal

from rich.segment import Segments
from textual import events, on, work
from textual._styles_cache import StylesCache
from textual.app import App
from textual.filter import LineFilter, Monochrome, NoColor
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from imail_tui.domain.text import multi_line, one_line
from imail_tui.ui import areas, themes
from imail_tui.ui.areas import AREAS, Area
from imail_tui.ui.commands.app import COMMANDS
from imail_tui.ui.commands.bindings import bindings
from imail_tui.ui.commands.command import Command
from imail_tui.ui.crash import crash_text
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.going import GoTo, ShowList
from imail_tui.ui.options import UiOptions
from imail_tui.ui.ports import FrameSession, WayIn, Workspaces
from imail_tui.ui.screens.base import AreaScreen, screen_class
from imail_tui.ui.screens.frame import FrameScreen
from imail_tui.ui.session_watch import SessionWatch
from imail_tui.ui.settings_watch import follow_settings, tell_problems
from imail_tui.ui.stylesheet import ThemedStylesheet
from imail_tui.ui.typeahead import Typeahead
from imail_tui.ui.widgets.line_filter import ForeignTextFilter

WELCOME: Final = "welcome"


class ImailApp(App[None], inherit_bindings=False):
    """The terminal app over a session; without one it starts with the screen that takes a key."""

    CSS_PATH = Path(__file__).with_name("app.tcss")
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = bindings(COMMANDS)

    def __init__(
        self,
        session: FrameSession | None = None,
        *,
        onboarding: WayIn | None = None,
        workspaces: Workspaces | None = None,
        options: UiOptions | None = None,
    ) -> None:
        """`onboarding` is needed where there is no session yet; without `workspaces` there is but one.

        The app closes what it is given.
        """
        self.options = options or UiOptions()
        super().__init__()
        self.stylesheet = ThemedStylesheet(variables=self.theme_variables)
        self.session = session
        self.workspaces = workspaces
        self._welcoming = onboarding
        self._way_in: WayIn | None = None
        self._turn = 0
        self._open = set() if session is None else {session}
        self._watch: SessionWatch | None = None
        self._foreign_text = ForeignTextFilter()
        self._no_colour = (NoColor(),) if self.no_color else ()
        self.typeahead = Typeahead(self)
        self._toasts: set[str] = set()
        for theme in themes.THEMES:
            self.register_theme(theme)
        self.theme = self._first_theme()
        if self.options.low_bandwidth:
            self.animation_level = "none"
        if self.options.keymap:
            self.set_keymap(dict(self.options.keymap))
        self._add_areas()
        if session is None:
            self.add_mode(WELCOME, self._welcome_screen)
        # Textual would show an empty screen first and then switch.
        self._current_mode = WELCOME if session is None else self._first_area()
        self._screen_stacks = {self._current_mode: []}

    # Start and end

    def on_mount(self) -> None:
        """Connect once the first picture is painted."""
        if self.options.status_seconds is not None:
            self.set_interval(self.options.status_seconds, self.show_status)
            if self.options.settings is not None:
                following = follow_settings(self, self.options.settings, self.options.status_seconds)
                self.run_worker(following, group="settings", exit_on_error=False)
        if self.options.settings is not None and self.options.settings.now.problems:
            self.call_after_refresh(tell_problems, self, self.options.settings.now.problems)
        if self.session is not None:
            self.call_after_refresh(self.start_session, self.session)
            if self.options.tour is not None:
                self.call_after_refresh(self.action_tour)

    def start_session(self, session: FrameSession) -> None:
        """Use a session from now on: listen to it and connect it."""
        self.session = session
        self._open.add(session)
        self._watch = SessionWatch(self, session)
        session.key_guard.start()
        self._connect(session)

    async def enter(self, session: FrameSession) -> None:
        """Show a session at once, as it was left; the one before, if any, is closed behind it."""
        before, way_in, modes = self.session, self._way_in, self._modes_now()
        self._stop_watch()
        self._way_in, self._welcoming = self._welcoming, None
        self.session = session
        if before is not None:
            self._turn += 1
            self._add_areas()
            self.theme = self._first_theme()
        await self.switch_mode(self._mode_of(self._first_area()))
        self.start_session(session)
        self._leave(modes if before is not None else [WELCOME], before, way_in)

    async def show_way_in(self, way_in: WayIn) -> None:
        """Ask for a key of another workspace; the open one stays until there is one."""
        self._welcoming = way_in
        self.add_mode(WELCOME, self._welcome_screen)
        await self.switch_mode(WELCOME)

    async def _stay(self) -> None:
        """Go back from the question for a key to the session that is open."""
        way_in, self._welcoming = self._welcoming, None
        await self.switch_mode(self._mode_of(self._first_area()))
        self._leave([WELCOME], None, way_in)

    @work(group="leave", exit_on_error=False)
    async def _leave(self, modes: Sequence[str], session: FrameSession | None, way_in: WayIn | None) -> None:
        """Take away screens that are not on show any more, and what stood behind them."""
        for mode in modes:
            await self.remove_mode(mode)
        # Textual's cache by widget would hold on to what those screens drew, some 5 MB for each workspace.
        StylesCache.get_inner_outer.cache_clear()
        if session is not None:
            await session.close()
            self._open.discard(session)
        if way_in is not None:
            await asyncio.to_thread(way_in.close)

    @work(group="session", exclusive=True, exit_on_error=False)
    async def _connect(self, session: FrameSession) -> None:
        try:
            await session.connect()
        finally:
            # A server that is away now may come back: the feed waits for it.
            if session is self.session:
                session.feed.start()
                session.alerts.start()
                session.resume()

    async def on_event(self, event: events.Event) -> None:
        """Hand keys on in their turn; every one tells the request budget that somebody is there."""
        if isinstance(event, events.Key) and self.session is not None:
            self.session.attend()
        typed = isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded
        if not typed or self.typeahead.may_pass(event):
            await super().on_event(event)

    async def on_unmount(self) -> None:
        """Stop listening and end what is open."""
        self.typeahead.close()
        self._stop_watch()
        for session in tuple(self._open):
            await session.close()
        for way_in in (self._way_in, self._welcoming):
            if way_in is not None:
                await asyncio.to_thread(way_in.close)

    def _stop_watch(self) -> None:
        if self._watch is not None:
            self._watch.stop()

    async def action_quit(self) -> None:
        """Leave; asks if something would be lost."""
        if any(screen.unsaved() for screen in self.screens()):
            self._ask_to_quit()
        else:
            self.exit()

    @work(group="quit", exclusive=True, exit_on_error=False)
    async def _ask_to_quit(self) -> None:
        from imail_tui.ui.workspaces import may_leave

        if await may_leave(self, "Leave without saving?", "Leave", trigger=("ctrl+q",)):
            self.exit()

    # Screens

    def frames(self) -> Iterator[FrameScreen]:
        """All screens of our own, on show or not."""
        yield from (screen for screen in self.screens() if isinstance(screen, FrameScreen))

    def screens(self) -> Iterator[FrameScreen | Dialog[object]]:
        """All that exist, on show or not."""
        for stack in self._screen_stacks.values():
            yield from (screen for screen in stack if isinstance(screen, (FrameScreen, Dialog)))

    def _add_areas(self) -> None:
        for area in AREAS:
            self.add_mode(self._mode_of(area.id), partial(self._area_screen, area))

    def _mode_of(self, area_id: str) -> str:
        """The mode of an area of the present session; those of the one before go only when it is shown."""
        return f"{area_id}/{self._turn}" if self._turn else area_id

    async def to_top(self, area_id: str) -> str | None:
        """Show an area itself, in place of what was opened in it; else say what would be lost."""
        await self.action_go(area_id)
        while len(self.screen_stack) > 1:
            top = self.screen
            if isinstance(top, (FrameScreen, Dialog)) and (lost := top.unsaved()):
                return lost
            await top.dismiss(None)
        return None

    def _modes_now(self) -> list[str]:
        modes = [self._mode_of(area.id) for area in AREAS]
        return [*modes, WELCOME] if self._current_mode == WELCOME else modes

    def _area_screen(self, area: Area) -> Screen[None]:
        assert self.session is not None, "areas are shown when there is a session"
        return screen_class(area)(self.session, self.options)

    def _welcome_screen(self) -> Screen[None]:
        from imail_tui.ui.screens.welcome.screen import WelcomeScreen

        assert self._welcoming is not None, "the app starts with a session or with a way to get one"
        return WelcomeScreen(
            self._welcoming, self.enter, self.options, back=self._stay if self.session else None
        )

    def _first_area(self) -> str:
        known = self.session.ui_state.recall("area") if self.session is not None else None
        return known if known and areas.area(known) else self.options.first_area

    def _first_theme(self) -> str:
        known = self.session.ui_state.recall("theme") if self.session is not None else None
        options = self.options
        return themes.theme_to_use(
            known or options.theme, low_bandwidth=options.low_bandwidth, no_color=options.no_color
        )

    async def action_go(self, area_id: str) -> None:
        """Show an area."""
        if self.session is not None and self._current_mode != WELCOME:
            self.session.ui_state.remember("area", area_id)
            await self.switch_mode(self._mode_of(area_id))

    @on(GoTo)
    async def reveal(self, event: GoTo) -> None:
        """Show a record in its area."""
        from imail_tui.ui.screens.listing import ListScreen

        event.stop()
        await self.action_go(event.area_id)
        if isinstance(self.screen, ListScreen):
            self.screen.reveal(event.record_id, event.words)

    @on(ShowList)
    async def show_list(self, event: ShowList) -> None:
        """Show an area's list under a filter."""
        from imail_tui.ui.screens.listing import ListScreen

        event.stop()
        await self.action_go(event.area_id)
        if isinstance(self.screen, ListScreen):
            self.screen.show_filtered(event.filter_line)
            self.screen.say(event.note)

    def use_theme(self, name: str) -> None:
        """Apply a theme now and keep it."""
        self.theme = name
        if self.session is not None:
            self.session.ui_state.remember("theme", name)

    # Commands

    @property
    def commands(self) -> Mapping[str, Command]:
        """The app's own commands by id."""
        return {command.id: command for command in COMMANDS.commands}

    async def action_command(self, command_id: str) -> None:
        """Carry out one of the app's commands."""
        await self.run_action(self.commands[command_id].action)

    def action_help_quit(self) -> None:
        """Say how to leave: ctrl+c does not, so that a habit loses nothing."""
        if isinstance(self.screen, FrameScreen):
            self.screen.say("ctrl+q leaves the app.")

    @work(group="dialog", exclusive=True, exit_on_error=False)
    async def action_palette(self) -> None:
        """Find and run a command."""
        from imail_tui.ui.palette import ask_command

        await ask_command(self)

    @work(group="dialog", exclusive=True, exit_on_error=False)
    async def action_help(self) -> None:
        """Show the keys that work here."""
        from imail_tui.ui.help import show_help

        await show_help(self)

    @work(group="dialog", exclusive=True, exit_on_error=False)
    async def action_workspace(self) -> None:
        """Choose another workspace and go there."""
        from imail_tui.ui.workspaces import switch_workspace

        await switch_workspace(self)

    @work(group="key", exit_on_error=False)
    async def action_key(self) -> None:
        """Take another key of this workspace."""
        from imail_tui.ui.key import ask_key

        if self.session is not None:
            await ask_key(self, self.session)

    @work(group="dialog", exclusive=True, exit_on_error=False)
    async def action_budget(self) -> None:
        """Show the request budget."""
        from imail_tui.ui.dialogs.budget import BudgetDialog

        if self.session is not None:
            await self.push_screen_wait(BudgetDialog(self.session.budget_detail))

    @work(group="dialog", exclusive=True, exit_on_error=False)
    async def action_alerts(self) -> None:
        """Show the alerts; enter goes to what one is about."""
        from imail_tui.ui.dialogs.alerts import AlertsDialog

        if self.session is not None:
            alert = await self.push_screen_wait(AlertsDialog(self.session.alerts))
            if alert is not None:
                self.post_message(GoTo(alert.area_id, alert.record_id))

    @work(group="dialog", exclusive=True, exit_on_error=False)
    async def action_undo_list(self) -> None:
        """Show what was done; the one that is chosen is taken back."""
        from imail_tui.ui.dialogs.acts import ActsDialog

        if self.session is None:
            return
        undo = self.session.undo
        chosen = await self.push_screen_wait(ActsDialog(lambda: undo.entries))
        if chosen is not None:
            said = await undo.undo(chosen) or "That was taken back already."
            if isinstance(self.screen, FrameScreen):
                self.screen.say(said)

    @work(group="tour", exclusive=True, exit_on_error=False)
    async def action_tour(self) -> None:
        """Show what there is, step by step."""
        from imail_tui.ui.tour import take_tour

        if self.session is not None and self._current_mode != WELCOME:
            await take_tour(self)
            if self.options.tour is not None:
                await asyncio.to_thread(self.options.tour.keep)

    @work(group="dialog", exclusive=True, exit_on_error=False)
    async def action_theme(self) -> None:
        """Choose a theme."""
        from imail_tui.ui.palette import ask_theme

        await ask_theme(self)

    # Saying things

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: Literal["information", "warning", "error"] = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """A toast; the text may be foreign and is never markup. A toast that is already there is enough."""
        del markup
        text = multi_line(message)
        if text not in self._toasts:
            seconds = timeout or self.NOTIFICATION_TIMEOUT
            self._toasts.add(text)
            self.set_timer(seconds, partial(self._forget_toast, text))
            super().notify(text, title=one_line(title), severity=severity, timeout=seconds, markup=False)

    def _forget_toast(self, text: str) -> None:
        # A method of our own: Textual looks at a callback's signature, and `set.discard` has none.
        self._toasts.discard(text)

    def show_status(self) -> None:
        """Draw the status line of the screen that is shown."""
        # A session may speak while a screen is on its way onto the terminal.
        screen = self._front()
        if isinstance(screen, AreaScreen) and screen.is_mounted:
            screen.show_status()

    # When something fails

    @on(Worker.StateChanged)
    def settle(self, event: Worker.StateChanged) -> None:
        """Show what one of the app's own workers failed with."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            screen = self._front()
            if isinstance(screen, FrameScreen):
                screen.show_error(event.worker.error, event.worker.group)
            elif screen is not None:
                raise event.worker.error

    def _front(self) -> Screen[object] | None:
        """The screen that is shown; none while the app ends, when what is under way may still fail."""
        stack = self.screen_stack
        return stack[-1] if stack else None

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, and the backstop behind the door for foreign text.

        With NO_COLOR Textual chooses its filter before it knows our theme: greys, on black. Ours leaves the
        terminal's own two colours.
        """
        filters = [each for each in super().get_line_filters() if not isinstance(each, Monochrome)]
        return [*filters, *self._no_colour, self._foreign_text]

    def _fatal_error(self) -> None:
        """End after a mistake of ours with a report that shows no local variables: one may be the key."""
        self.bell()
        text = crash_text(sys.exc_info()[1])
        self._exit_renderables.append(Segments(self.console.render(text, self.console.options)))
        self._close_messages_no_wait()
