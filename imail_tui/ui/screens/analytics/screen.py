"""The analytics: key figures, a chart and its table, for any days and any part of the workspace."""

from dataclasses import replace
from typing import ClassVar

from textual import on, work

from imail_tui.domain.analytics.scopes import WORKSPACE
from imail_tui.ui.commands.analytics import COMMANDS
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.screens.analytics.asking import Asking
from imail_tui.ui.screens.analytics.wording import scope_words
from imail_tui.ui.widgets.chart import ReadChart
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.table_lines import SortMark


class AnalyticsScreen(Asking):
    """A chart and its table, which share one cursor; sorted, exported, left."""

    GROUP: ClassVar[CommandGroup | None] = COMMANDS
    HINTED = (("← →", "read"), ("enter", "behind it"))

    def action_toggle_table(self) -> None:
        """Show the table in place of the chart, or the chart."""
        table = self.query_one(LineTable)
        if self.has_class("-wide"):
            (self.query_one("#chart") if table.has_focus else table).focus()
            return
        shown = not self.has_class("-table")
        self.set_class(shown, "-table")
        self.call_after_refresh((table if shown else self.query_one("#chart", ReadChart)).focus)

    @work(group="sort", exclusive=True, exit_on_error=False)
    async def action_sort(self) -> None:
        """Choose the column to sort by."""
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog

        page = self._page
        if page is None:
            return
        choices = [Choice(column.key, column.title) for column in page.columns]
        now = self._sort.key if self._sort is not None else None
        chosen = await self.app.push_screen_wait(PickerDialog("Sort by", choices, at=now))
        if chosen is not None:
            self._sort_by(chosen)

    @on(LineTable.SortPicked)
    def sort_by_title(self, event: LineTable.SortPicked) -> None:
        """Sort by the column whose title was clicked."""
        self._sort_by(event.key)

    def _sort_by(self, key: str) -> None:
        same = self._sort is not None and self._sort.key == key
        descending = not self._sort.descending if same and self._sort is not None else key != "name"
        self._sort = SortMark(key, descending)
        self._show_lines()

    @work(group="export", exclusive=True, exit_on_error=False)
    async def action_export(self) -> None:
        """Write what is shown to a file."""
        from imail_tui.ui.screens.analytics.exporting import export

        page = self._page
        if page is not None:
            scope = self._question.scope
            whole = self.session.status.workspace or "workspace"
            whose = whole if scope == WORKSPACE else scope_words(scope, self._name_of)
            said = await export(
                self, self.session.analytics, self._question, page.spec, self._lines(page), whose
            )
            if said:
                self.say(said)

    @work(group="public", exclusive=True, exit_on_error=False)
    async def action_public_metrics(self) -> None:
        """Show the numbers imail publishes."""
        from imail_tui.ui.screens.analytics.public_dialog import PublicDialog

        await self.app.push_screen_wait(PublicDialog(self.session.metrics))

    def action_back(self) -> None:
        """One level back: the problem, the cursor, the scope before."""
        if self.problem is not None:
            super().action_back()
        elif self._at is not None:
            self._at = None
            self.query_one("#chart", ReadChart).point_at(None)
            self._read()
        elif self._before:
            self._ask_for(replace(self._before.pop(), span=self._question.span))
        elif self._question.scope != WORKSPACE:
            self._ask_for(replace(self._question, scope=WORKSPACE))
        else:
            super().action_back()
