"""Commands of the list of imports."""

from imail_tui.ui.commands.command import Command, CommandGroup, needs_record

COMMANDS = CommandGroup(
    "imports",
    "Imports",
    (
        Command(
            "imports.give-up",
            "Give up",
            "Do not take the import under the cursor up again. What was sent stays.",
            "x",
            "give_up",
            needs_record,
            hint="give up",
        ),
    ),
)
