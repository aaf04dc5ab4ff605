"""Commands of an import that runs, or ran."""

from imail_tui.ui.commands.command import Command, CommandGroup

COMMANDS = CommandGroup(
    "import_run",
    "Import: progress and report",
    (
        Command(
            "import_run.pause",
            "Pause or go on",
            "Send nothing more until the next press; what is under way ends.",
            "p",
            "pause",
            hint="pause",
        ),
        Command(
            "import_run.stop",
            "Stop",
            "End it behind the requests under way. It can be taken up again.",
            "x",
            "stop_import",
            hint="stop",
        ),
        Command(
            "import_run.resume",
            "Take up again",
            "Go on with an import that ended early; what is in is not sent again.",
            "t",
            "take_up",
        ),
        Command(
            "import_run.rejects",
            "Write rejects…",
            "Write the invalid and refused rows to a file, with the reasons, to be mended and imported.",
            "w",
            "write_rejects",
            hint="write rejects",
        ),
    ),
)
