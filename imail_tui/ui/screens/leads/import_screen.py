"""What the screens of an import share: facts above, a table, and a page beside it where there is room."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from imail_tui.services.session import Session
from imail_tui.ui.areas import Area
from imail_tui.ui.commands.command import Subject
from imail_tui.ui.screens.base import AreaScreen
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.detail import page
from imail_tui.ui.widgets.detail_pane import DetailPane
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import ListedRows, Row
from imail_tui.ui.widgets.safe_static import SafeStatic


class ImportScreen(AreaScreen):
    """One step of an import; esc goes back to the one before."""

    AREA: ClassVar[Area] = Area("import", "Import", "", "")
    COLUMNS: ClassVar[tuple[Column, ...]] = ()
    EMPTY: ClassVar[str] = ""
    AUTO_FOCUS: ClassVar[str | None] = "LineTable"

    DEFAULT_CSS = """
    ImportScreen #facts { height: auto; max-height: 60%; padding: 0 1 1 1; }
    """

    session: Session

    def compose_body(self) -> ComposeResult:
        """Facts, table, page."""
        yield SafeStatic(id="facts")
        with Horizontal():
            yield LineTable(self.COLUMNS, empty=self.EMPTY)
            yield DetailPane(id="detail")

    @property
    def table(self) -> LineTable:
        """The table."""
        return self.query_one(LineTable)

    def subject(self) -> Subject:
        """The row under the cursor."""
        return Subject(record=self.row_id, link=self.session.status.link)

    def show_facts(self, *lines: Content) -> None:
        """What stands above the table; nothing where the screen was left meanwhile, as below."""
        for facts in self.query("#facts").results(SafeStatic):
            facts.update(page(lines))

    def show_rows(self, rows: Sequence[Row]) -> None:
        """What stands in the table."""
        for table in self.query(LineTable):
            table.show(ListedRows(rows))

    def show_page(self, content: Content) -> None:
        """What stands beside it."""
        for pane in self.query(DetailPane):
            pane.show(content)

    @on(LineTable.Highlighted)
    def row_entered(self) -> None:
        """The page follows the cursor."""
        self.show_row()

    @property
    def row_id(self) -> str | None:
        """The row under the cursor."""
        return next((table.cursor_id for table in self.query(LineTable)), None)

    def show_row(self) -> None:
        """Show the page of the row under the cursor."""

    def data_age(self) -> float | None:
        """Nothing here gets old."""
        return 0.0

    def leave(self) -> None:
        """Back to where it was opened from."""
        self.dismiss()
