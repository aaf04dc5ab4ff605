"""Commands as Textual's bindings."""

from typing import Final

from textual.binding import Binding, BindingType

from imail_tui.ui.commands.command import CommandGroup

NO_KEY: Final = "none-"


def bindings(group: CommandGroup) -> list[BindingType]:
    """A binding for each command. Its action is `command('id')` of the node that declares it.

    Going through one action lets an impossible command answer its key with the reason. A command without a
    key is bound to one that no terminal sends, each to its own, so that a keymap can give it a real one.
    """
    return [
        Binding(
            command.keys or f"{NO_KEY}{command.id}",
            f"command('{command.id}')",
            command.title,
            show=False,
            tooltip=command.doc,
            id=command.id,
            priority=command.priority,
        )
        for command in group.commands
    ]
