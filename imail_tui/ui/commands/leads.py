"""Commands of the leads."""

from imail_tui.ui.commands.command import Command, CommandGroup

COMMANDS = CommandGroup(
    "leads",
    "Leads",
    (
        Command(
            "leads.import",
            "Import a file",
            "Read leads from a CSV file and send them.",
            "i",
            "import_leads",
            hint="import",
        ),
    ),
)
