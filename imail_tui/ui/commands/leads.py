"""Commands of the leads."""

from imail_tui.domain.capabilities import why_missing
from imail_tui.domain.operations import BULK_LEADS, CREATE_LEAD
from imail_tui.ui.commands.command import Command, CommandGroup, Subject


def _can_import(subject: Subject) -> str | None:
    one_by_one = why_missing(subject.capabilities, CREATE_LEAD)
    return one_by_one if why_missing(subject.capabilities, BULK_LEADS) else None


COMMANDS = CommandGroup(
    "leads",
    "Leads",
    (
        Command(
            "leads.import",
            "Import a file",
            "Read leads from a CSV, TSV or JSON lines file, check and mend them, and send them.",
            "i",
            "import_leads",
            _can_import,
            hint="import",
        ),
        Command(
            "leads.imports",
            "Imports",
            "What was imported from this machine, and what can be taken up again.",
            "I",
            "imports",
        ),
    ),
)
