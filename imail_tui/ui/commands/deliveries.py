"""Commands of what was delivered to a webhook."""

from imail_tui.domain.operations import REDELIVER
from imail_tui.ui.commands.command import Command, CommandGroup, needs_record

COMMANDS = CommandGroup(
    "deliveries",
    "Deliveries",
    (
        Command(
            "deliveries.again",
            "Deliver again",
            "Have the event sent once more, signed anew.",
            "R",
            "redeliver",
            needs_record,
            hint="again",
            needs=(REDELIVER,),
        ),
    ),
)
