"""What a table tells the screen it stands on. All carry ids of records, never rows or widgets."""

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from imail_tui.ui.widgets.line_table import LineTable


class TableMessage(Message):
    """Something that happened in a table."""

    def __init__(self, table: "LineTable") -> None:
        super().__init__()
        self.table = table

    @property
    def control(self) -> "LineTable":
        """The table, for the selector of `@on`."""
        return self.table


class Highlighted(TableMessage, namespace="line_table"):
    """The cursor came to another row; `row_id` is None when there are no rows.

    `by_person`: it was moved there; else the row it was on is gone.
    """

    def __init__(self, table: "LineTable", row_id: str | None, *, by_person: bool = False) -> None:
        super().__init__(table)
        self.row_id = row_id
        self.by_person = by_person


class Opened(TableMessage, namespace="line_table"):
    """The row was chosen by enter or by a click on the cursor."""

    def __init__(self, table: "LineTable", row_id: str) -> None:
        super().__init__(table)
        self.row_id = row_id


class Marked(TableMessage, namespace="line_table"):
    """The person marked or unmarked a row; `marks` holds the ids of all marked rows."""

    def __init__(self, table: "LineTable", marks: frozenset[str]) -> None:
        super().__init__(table)
        self.marks = marks


class NeedMore(TableMessage, namespace="line_table"):
    """The cursor is within a window of the end. Sent once for each length of the list."""


class EndWanted(TableMessage, namespace="line_table"):
    """The person asked for the last row; the cursor is on the last of those that are here."""


class SortPicked(TableMessage, namespace="line_table"):
    """The title of a sortable column was clicked."""

    def __init__(self, table: "LineTable", key: str) -> None:
        super().__init__(table)
        self.key = key
