"""What every screen has: commands that answer, a line for what is to be said, and a least size."""

import asyncio
import os
from collections.abc import Iterable, Mapping
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.events import Resize
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker, WorkerState

from imail_tui.model.problem import Problem
from imail_tui.services.full_disk import full_disk
from imail_tui.ui import terminal
from imail_tui.ui.commands.app import HELP
from imail_tui.ui.commands.bindings import bindings
from imail_tui.ui.commands.command import Command, CommandGroup, Subject
from imail_tui.ui.commands.keymap import split_keys
from imail_tui.ui.options import UiOptions
from imail_tui.ui.widgets.message_line import MessageLine
from imail_tui.ui.widgets.safe_static import SafeStatic

LEAST_COLUMNS: Final = 60
LEAST_LINES: Final = 15
_TRIES: Final = 5
"""Refreshes within which what was hidden for want of room is there again."""
HINTS: Final = 5
"""Keys in the line of hints."""


class FrameScreen(Screen[None]):
    """A screen of commands. A subclass names its own as `GROUP`; they become its bindings.

    A worker simply raises: an error that carries a `Problem` is shown in the message line, any other is a
    mistake of ours and ends the app.
    """

    GROUP: ClassVar[CommandGroup | None] = None
    HINTED: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Keys that are no commands but belong in the hints, with their words: (("enter", "open"),)."""

    HORIZONTAL_BREAKPOINTS = [
        (0, "-too-narrow"),
        (LEAST_COLUMNS, "-narrow"),
        (100, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [
        (0, "-too-short"),
        (LEAST_LINES, "-short"),
        (20, "-tall"),
    ]

    def __init_subclass__(cls) -> None:
        group = cls.__dict__.get("GROUP")
        if isinstance(group, CommandGroup):
            cls.BINDINGS = [*cls.__dict__.get("BINDINGS", ()), *bindings(group)]
        super().__init_subclass__()

    def __init__(self, options: UiOptions | None = None) -> None:
        super().__init__()
        self.options = options or UiOptions()
        self._problem_of = ""
        self._had_keys: Widget | None = None
        """What had the keys before there was too little room for it."""
        self.put_together = asyncio.Event()
        """Set once all its widgets are there."""

    def compose(self) -> ComposeResult:
        """The subclass's content, then the message line."""
        yield SafeStatic(
            f"Too small: imail-tui needs {LEAST_COLUMNS}x{LEAST_LINES}. Make the window larger.",
            id="too-small",
        )
        yield from self.compose_content()
        yield MessageLine(id="message")

    def compose_content(self) -> ComposeResult:
        """The screen's own widgets."""
        yield from ()

    def on_mount(self) -> None:
        """Say which keys are useful here."""
        self.show_keys()
        self.put_together.set()

    def on_resize(self, event: Resize) -> None:
        """Give the keys back to what had them before it was hidden for want of room."""
        if self._had_keys is None:
            self._had_keys = self.focused
        if event.size.width >= LEAST_COLUMNS and event.size.height >= LEAST_LINES:
            self.call_after_refresh(self._give_keys_back)

    def _give_keys_back(self, tries: int = _TRIES) -> None:
        widget = self._had_keys
        if widget is None or self.focused is not None:
            self._had_keys = None
        elif widget in self.focus_chain:
            self.set_focus(widget)
            self._had_keys = None
        elif tries:
            # It is laid out in its turn.
            self.call_after_refresh(self._give_keys_back, tries - 1)
        else:
            self._had_keys = None
            self.set_focus(next(iter(self.focus_chain), None))

    def show_keys(self) -> None:
        """Name the keys that are useful here, as they are now."""
        self.query_one(MessageLine).show_hints(tuple(self.hints()))

    def show_settings(self) -> None:
        """Show what was kept of the settings while the app runs; most screens show nothing of them."""

    # Commands

    @classmethod
    def commands(cls) -> Mapping[str, Command]:
        """All commands of this screen by id, its own first."""
        groups = (base.__dict__.get("GROUP") for base in cls.__mro__)
        return {
            command.id: command
            for group in groups
            if isinstance(group, CommandGroup)
            for command in group.commands
        }

    def subject(self) -> Subject:
        """What commands would act on now."""
        return Subject()

    async def action_command(self, command_id: str) -> None:
        """Carry out a command, or say why it is impossible now."""
        command = self.commands()[command_id]
        reason = command.why_not(self.subject())
        if reason is None:
            self.say("")
            await self.run_action(command.action)
        else:
            self.say(f"{command.title}: {reason}.")

    def hints(self) -> Iterable[tuple[str, str]]:
        """Keys and words for the line of hints: this screen's commands first, help always."""
        found = [
            *self.HINTED,
            *(
                (keys[0], command.hint)
                for command in self.commands().values()
                if command.hint and (keys := split_keys(self.options.keymap.get(command.id, command.keys)))
            ),
        ]
        yield from found[:HINTS]
        yield (split_keys(self.options.keymap.get(HELP.id, HELP.keys))[0], HELP.hint)

    # Saying things

    def say(self, remark: str) -> None:
        """Show a remark in the message line; "" takes it away."""
        # A screen may be put together or taken apart while something is said.
        for line in self.query(MessageLine):
            line.say(remark)

    def show_problem(self, problem: Problem | None, of: str = "") -> None:
        """Show a problem until it is over; `of` is the group of the worker whose success ends it."""
        self._problem_of = of
        # What was under way may still fail while the screen is taken down.
        for line in self.query(MessageLine):
            line.show_problem(problem)

    @property
    def problem(self) -> Problem | None:
        """The problem on show."""
        return next((line.problem for line in self.query(MessageLine)), None)

    @on(Worker.StateChanged)
    def settle(self, event: Worker.StateChanged) -> None:
        """Show what a worker failed with; take the problem away when it works again."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.show_error(event.worker.error, event.worker.group)
        elif event.state is WorkerState.SUCCESS and self.problem and self._problem_of == event.worker.group:
            self.show_problem(None)

    def show_error(self, error: BaseException, of: str = "") -> None:
        """Show the problem an error carries. An error without one is raised: it is a mistake of ours."""
        problem = problem_of(error)
        if problem is None:
            raise error
        self.show_problem(problem, of)

    def unsaved(self) -> str | None:
        """What would be lost by leaving now, in words; None = nothing."""
        return None

    def to_copy(self) -> str:
        """What the copy command takes when no problem is shown; "" = nothing."""
        return ""

    async def action_copy(self) -> None:
        """Copy the problem's request id, else what is selected."""
        problem = self.problem
        text = (problem.request_id or problem.sentence()) if problem else self.to_copy()
        if text:
            self.say(f"{text}: {await terminal.copy_text(self.app, text, os.environ)}")
        else:
            self.say("There is nothing to copy here.")


def problem_of(error: BaseException) -> Problem | None:
    """The problem that an error of the API, the sandbox or an import carries, or that a full disk is."""
    problem = getattr(error, "problem", None)
    return problem if isinstance(problem, Problem) else full_disk(error)
