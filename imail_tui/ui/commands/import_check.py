"""Commands of an import that was checked."""

from imail_tui.ui.commands.command import Command, CommandGroup, needs_record

COMMANDS = CommandGroup(
    "import_check",
    "Import: check",
    (
        Command(
            "import_check.import",
            "Import…",
            "Choose a campaign and what happens to leads that exist, see what it comes to, and begin.",
            "i",
            "import_now",
            hint="import",
        ),
        Command(
            "import_check.edit",
            "Mend",
            "Mend the cell that is wrong in the record under the cursor; the file stays as it is.",
            "e",
            "edit",
            needs_record,
        ),
        Command(
            "import_check.alike",
            "Mend all alike",
            "Mend the same cell wherever it stands in this column.",
            "a",
            "alike",
            needs_record,
            hint="all alike",
        ),
        Command(
            "import_check.drop",
            "Drop",
            "Leave the record under the cursor out.",
            "x",
            "drop",
            needs_record,
            hint="drop",
        ),
        Command(
            "import_check.campaign",
            "Campaign…",
            "Choose the campaign now, to see whether the file has what its mails need.",
            "t",
            "campaign",
            hint="campaign",
        ),
        Command(
            "import_check.addresses",
            "Each address a lead",
            "Of several addresses in a record make each a lead, or the first only.",
            "m",
            "addresses",
        ),
        Command(
            "import_check.look-up",
            "Look up all",
            "Ask the server which of all addresses exist or are suppressed; 5,000 of them take a request.",
            "l",
            "look_up",
        ),
        Command(
            "import_check.undo",
            "Undo",
            "Take the latest repair back.",
            "ctrl+z,u",
            "undo_repair",
        ),
        Command(
            "import_check.again",
            "Check again",
            "Read the file once more with all repairs.",
            "c",
            "check_again",
        ),
    ),
)
