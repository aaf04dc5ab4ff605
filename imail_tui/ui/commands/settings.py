"""Commands of the settings."""

from imail_tui.ui.commands.command import Command, CommandGroup

COMMANDS = CommandGroup(
    "settings",
    "Settings",
    (
        Command(
            "settings.theme",
            "Choose a theme",
            "Pick colours; they apply at once and are kept.",
            "t",
            "app.theme",
            hint="theme",
        ),
        Command(
            "settings.keys",
            "Keys",
            "Show all keys, whether they clash, and how to change them.",
            "K",
            "keys",
            hint="keys",
        ),
        Command(
            "settings.requests",
            "Request log",
            "Show what was asked of the server, what came back, and the request ids that support asks for.",
            "l",
            "requests",
            hint="request log",
            aliases=("requests", "log"),
        ),
    ),
)
