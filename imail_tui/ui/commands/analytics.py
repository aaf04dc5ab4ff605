"""Commands of the analytics."""

from imail_tui.domain.operations import GET_ANALYTICS
from imail_tui.ui.commands.command import Command, CommandGroup

COMMANDS = CommandGroup(
    "analytics",
    "Analytics",
    (
        Command(
            "analytics.range",
            "Range…",
            "Choose how many days the numbers cover.",
            "t",
            "choose_range",
            hint="range",
            needs=(GET_ANALYTICS,),
        ),
        Command(
            "analytics.shorter",
            "Shorter range",
            "Cover fewer days.",
            "-",
            "step_range(-1)",
            needs=(GET_ANALYTICS,),
        ),
        Command(
            "analytics.longer",
            "Longer range",
            "Cover more days.",
            "+",
            "step_range(1)",
            needs=(GET_ANALYTICS,),
        ),
    ),
)
