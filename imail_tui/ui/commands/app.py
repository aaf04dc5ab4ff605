"""Commands that work everywhere."""

from typing import Final

from imail_tui.ui.areas import AREAS
from imail_tui.ui.commands.command import Command, CommandGroup

HELP: Final = Command(
    "app.help",
    "Help",
    "Keys of what has the focus, up to the whole app.",
    "?,f1",
    "help",
    hint="help",
)
"""In the line of hints of every screen."""

COMMANDS = CommandGroup(
    "app",
    "Everywhere",
    (
        *(
            Command(
                f"app.{area.id}",
                f"Go to {area.title}",
                f"Show the area {area.title}.",
                area.key,
                f"go('{area.id}')",
                aliases=(area.id,),
            )
            for area in AREAS
        ),
        Command(
            "app.palette",
            "All commands",
            "Find a command by its name and run it.",
            "ctrl+p,:",
            "palette",
        ),
        HELP,
        Command(
            "app.theme",
            "Choose a theme",
            "Pick colours; they apply at once and are kept.",
            "",
            "theme",
            aliases=("theme",),
        ),
        Command(
            "app.workspace",
            "Switch workspace",
            "Go to another profile's workspace, or add one; this one is closed.",
            "",
            "workspace",
            aliases=("workspace", "profile"),
        ),
        Command(
            "app.key",
            "Give the key",
            "Go on with another key of this workspace, such as a rotated one; everything on screen stays.",
            "",
            "key",
            aliases=("key",),
        ),
        Command(
            "app.alerts",
            "Alerts",
            "Show what needs somebody: enter goes there, a says that you have seen it.",
            "!",
            "alerts",
            aliases=("alerts",),
        ),
        Command(
            "app.budget",
            "Request budget",
            "Show how many requests are left, who waits for them, and who else spends them.",
            "",
            "budget",
            aliases=("budget",),
        ),
        Command(
            "app.undo-list",
            "Undo list",
            "What was done in this run: choose an act to take back; what cannot be taken back says why.",
            "Z",
            "undo_list",
            aliases=("undo",),
        ),
        Command(
            "app.tour",
            "Guided tour",
            "Seven steps over the areas; esc leaves it at any time.",
            "",
            "tour",
            aliases=("tour",),
        ),
        Command(
            "app.quit",
            "Quit",
            "Leave the app; asks only if something is not saved.",
            "ctrl+q",
            "quit",
            aliases=("q", "quit", "exit"),
            priority=True,
        ),
        Command(
            "app.interrupt",
            "How to leave",
            "Ctrl+c does not leave, so that a habit loses nothing; it says which key does.",
            "ctrl+c",
            "help_quit",
        ),
    ),
)
