"""The filter of a list: typed in place, always visible while it holds."""

from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Input

from imail_tui.domain.text import one_line
from imail_tui.ui.commands.bindings import bindings
from imail_tui.ui.commands.screen import FILTER_COMMANDS


class FilterLine(Input):
    """A field that is only there while it is used or not empty."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(FILTER_COMMANDS)

    class Left(Message):
        """The person is done with the field; `asked` when they pressed enter."""

        def __init__(self, *, asked: bool) -> None:
            super().__init__()
            self.asked = asked

    def __init__(self, text: str = "") -> None:
        super().__init__(one_line(text), compact=True, id="filter", select_on_focus=False)
        self.cursor_blink = False
        self.display = bool(text)

    def open(self) -> None:
        """Show the field and take the keys."""
        self.display = True
        self.focus()

    def on_blur(self) -> None:
        """Go away when there is nothing to show."""
        self.display = bool(self.value)

    async def action_command(self, command_id: str) -> None:
        """Carry out one of the field's commands."""
        command = next(each for each in FILTER_COMMANDS.commands if each.id == command_id)
        await self.run_action(command.action)

    def action_done(self) -> None:
        """Keep the filter and go to the rows."""
        self.post_message(self.Left(asked=True))

    def action_clear(self) -> None:
        """Empty the field and go to the rows."""
        self.value = ""
        self.post_message(self.Left(asked=False))
