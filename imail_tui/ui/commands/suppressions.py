"""Commands of the suppression list."""

from imail_tui.domain.operations import LIST_SUPPRESSIONS, SUPPRESS, UNSUPPRESS
from imail_tui.model.suppressions import Suppressed
from imail_tui.ui.commands.command import NOTHING_SELECTED, Command, CommandGroup, Subject


def _needs_some(subject: Subject) -> str | None:
    return None if subject.marked or isinstance(subject.record, Suppressed) else NOTHING_SELECTED


COMMANDS = CommandGroup(
    "suppressions",
    "Suppression list",
    (
        Command(
            "suppressions.add",
            "Add",
            "Never write to an address or a domain again; several are separated by blanks or commas (asks).",
            "a",
            "add",
            hint="add",
            needs=(SUPPRESS,),
        ),
        Command(
            "suppressions.lift",
            "Take off",
            "Allow writing to it, or to all marked ones, again; asks for the reason.",
            "x",
            "lift",
            _needs_some,
            hint="take off",
            needs=(UNSUPPRESS,),
        ),
        Command(
            "suppressions.import",
            "Import a file",
            "Suppress the addresses and domains of a text or CSV file, one a line (asks).",
            "i",
            "import_file",
            hint="import",
            needs=(SUPPRESS,),
        ),
        Command(
            "suppressions.export",
            "Write to a file",
            "Write the whole list as CSV: value, reason, since when.",
            "w",
            "export",
            hint="write",
            needs=(LIST_SUPPRESSIONS,),
        ),
        Command(
            "suppressions.stop",
            "Stop",
            "End an import or the writing of a file; what is done stays.",
            "t",
            "stop",
        ),
        Command(
            "suppressions.lead",
            "Go to the lead",
            "Show the lead with this address, or the leads of this domain, among the leads.",
            "o",
            "go_to_lead",
            _needs_some,
        ),
    ),
)
