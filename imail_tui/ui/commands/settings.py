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
            "settings.workspace",
            "Switch workspace",
            "Go to another profile's workspace, or add one; this one is closed.",
            "w",
            "app.workspace",
            hint="workspace",
        ),
        Command(
            "settings.key",
            "Give the key",
            "Go on with another key of this workspace, such as a rotated one; everything on screen stays.",
            "n",
            "app.key",
        ),
        Command(
            "settings.budget",
            "Request budget",
            "Show how many requests are left, who waits for them, and who else spends them.",
            "b",
            "app.budget",
            hint="budget",
        ),
        Command(
            "settings.keys",
            "Keys",
            "Show all keys, whether they clash, and how to change them.",
            "K",
            "keys",
            hint="keys",
            anywhere=True,
        ),
        Command(
            "settings.webhooks",
            "Webhooks",
            "Show who is sent what happens: create, rotate, pause, test, and what was delivered.",
            "h",
            "webhooks",
            hint="webhooks",
            aliases=("webhooks", "hooks"),
            anywhere=True,
        ),
        Command(
            "settings.requests",
            "Request log",
            "Show what was asked of the server, what came back, and the request ids that support asks for.",
            "l",
            "requests",
            hint="request log",
            aliases=("requests", "log"),
            anywhere=True,
        ),
    ),
)
