"""Commands of the first-run screen."""

from imail_tui.ui.commands.command import Command, CommandGroup

COMMANDS = CommandGroup(
    "welcome",
    "Welcome",
    (
        Command(
            "welcome.sandbox",
            "Start the sandbox",
            "Open a made-up workspace on this machine; nothing leaves it.",
            "f2",
            "sandbox",
            hint="start the sandbox",
        ),
        Command(
            "welcome.keep",
            "Keep the key",
            "Keep an accepted key in the keyring or in a private file, or use it only now.",
            "f3",
            "keep",
            hint="where the key is kept",
        ),
        Command(
            "welcome.back",
            "Back",
            "Go back to the workspace that is open.",
            "escape",
            "back",
        ),
    ),
)
