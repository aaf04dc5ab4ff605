"""Commands of an import that runs, or ran."""

from imail_tui.model.imports import ImportState
from imail_tui.ui.commands.command import Command, CommandGroup, Subject


def needs_run(subject: Subject) -> str | None:
    """Impossible once it has ended; `record` is the state of one that does not run here, None = it runs."""
    return None if subject.record is None else "it does not run"


def needs_open(subject: Subject) -> str | None:
    """Impossible for one that runs, or came to its end."""
    if subject.record is None:
        return "it runs"
    return None if subject.record is ImportState.OPEN else "it came to its end"


def needs_end(subject: Subject) -> str | None:
    """Impossible while it runs."""
    return "it runs; once it has ended" if subject.record is None else None


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
            needs_run,
            hint="pause",
        ),
        Command(
            "import_run.stop",
            "Stop",
            "End it behind the requests under way. It can be taken up again.",
            "x",
            "stop_import",
            needs_run,
            hint="stop",
        ),
        Command(
            "import_run.resume",
            "Take up again",
            "Go on with an import that ended early; what is in is not sent again.",
            "t",
            "take_up",
            needs_open,
            hint="take up",
        ),
        Command(
            "import_run.rejects",
            "Write rejects…",
            "Write the invalid and refused rows to a file, with the reasons, to be mended and imported.",
            "w",
            "write_rejects",
            needs_end,
            hint="write rejects",
        ),
    ),
)
