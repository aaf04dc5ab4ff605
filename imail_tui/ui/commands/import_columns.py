"""Commands of an import's columns."""

from imail_tui.ui.commands.command import Command, CommandGroup, needs_record

COMMANDS = CommandGroup(
    "import_columns",
    "Import: columns",
    (
        Command(
            "import_columns.check",
            "Check the file",
            "Read the file to its end and say what is wrong with which line; nothing is sent.",
            "c",
            "check",
            hint="check",
        ),
        Command(
            "import_columns.field",
            "Field…",
            "Choose what the column under the cursor becomes.",
            "f",
            "field",
            needs_record,
        ),
        Command(
            "import_columns.keep",
            "Keep",
            "Keep the column under the cursor as a custom field named after its title.",
            "o",
            "keep",
            needs_record,
            hint="keep",
        ),
        Command(
            "import_columns.leave-out",
            "Leave out",
            "Do not import the column under the cursor.",
            "x",
            "leave_out",
            needs_record,
            hint="leave out",
        ),
        Command(
            "import_columns.source",
            "Source…",
            "Say which tool wrote the file, where that was not recognised.",
            "s",
            "source",
            hint="source",
        ),
        Command(
            "import_columns.delimiter",
            "Delimiter…",
            "Say what stands between the cells, where that was not recognised.",
            "d",
            "delimiter",
        ),
        Command(
            "import_columns.encoding",
            "Encoding…",
            "Say what the file is written in, where letters with accents look wrong.",
            "e",
            "encoding",
        ),
        Command(
            "import_columns.raw",
            "Raw lines",
            "Show the file's first lines as they are, or the columns again.",
            "v",
            "raw",
        ),
    ),
)
