"""Commands of every area, and of those that are a list."""

from imail_tui.ui.commands.command import Command, CommandGroup, Subject, needs_record


def _is_filtered(subject: Subject) -> str | None:
    return None if subject.filtered else "no filter is set"


def _can_fetch(subject: Subject) -> str | None:
    return "this server has none of it" if subject.lacking else None


AREA_COMMANDS = CommandGroup(
    "area",
    "Every area",
    (
        Command(
            "area.back", "Back", "Go back one level: close the detail, clear the filter.", "escape,q", "back"
        ),
        Command(
            "area.refresh",
            "Refresh",
            "Fetch this area's data from the server now.",
            "r",
            "refresh_area",
            _can_fetch,
            hint="refresh",
        ),
        Command(
            "area.copy",
            "Copy",
            "Send the selected item's text to the terminal's clipboard; after an error, its request id.",
            "y",
            "copy",
        ),
    ),
)

LIST_COMMANDS = CommandGroup(
    "list",
    "Lists",
    (
        Command(
            "list.filter",
            "Filter",
            "Show only rows that match words and terms such as status:paused or -label:auto.",
            "/",
            "filter",
            hint="filter",
        ),
        Command(
            "list.clear-filter", "Clear the filter", "Show all rows again.", "", "clear_filter", _is_filtered
        ),
        Command(
            "list.sort",
            "Sort by…",
            "Choose the column; the same column again turns the order round.",
            "s",
            "sort",
            hint="sort",
        ),
        Command(
            "list.detail", "Open", "Show everything about the selected row.", "", "open_detail", needs_record
        ),
        Command(
            "list.undo",
            "Undo",
            "Take back the latest act of this run that can be taken back; the undo list has the others.",
            "u",
            "undo",
        ),
        Command("list.unmark", "Unmark all", "Take the marks from all rows.", "", "unmark"),
    ),
)
"""Enter and the keys that move are the table's own."""

FILTER_COMMANDS = CommandGroup(
    "filter",
    "Filter line",
    (
        Command("filter.done", "To the list", "Keep the filter and go to the rows.", "enter,down", "done"),
        Command("filter.clear", "Clear", "Empty the filter and go to the rows.", "escape", "clear"),
    ),
)
