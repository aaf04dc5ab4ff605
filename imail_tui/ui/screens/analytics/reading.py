"""Reading the chart: one cursor for chart and table, and what is behind the number under it."""

import os

from textual import on, work

from imail_tui.domain.charts import draw_chart, plain_text
from imail_tui.ui import terminal
from imail_tui.ui.going import ShowList
from imail_tui.ui.screens.analytics.bringing import Bringing
from imail_tui.ui.screens.analytics.counts_table import DRILLED
from imail_tui.ui.screens.analytics.page import Behind
from imail_tui.ui.widgets.chart import ReadChart
from imail_tui.ui.widgets.line_table import LineTable


class ValueReading(Bringing):
    """The cursor: the row of a point, the point of a row."""

    def action_walk(self, right: int) -> None:
        """Read the value to the right."""
        self._move(right, 0)

    @on(ReadChart.Moved)
    def walk_down(self, event: ReadChart.Moved) -> None:
        """Read the value below."""
        self._move(0, event.rows)

    def _move(self, right: int, down: int) -> None:
        page = self._page
        if page is None:
            return
        self._at = page.moved(self._at, right, down)
        self.query_one("#chart", ReadChart).point_at(self._at)
        line = page.line_at(self._at)
        if line is not None:
            self.query_one(LineTable).select(line.id)
        self._read()

    @on(LineTable.Highlighted)
    def follow(self, event: LineTable.Highlighted) -> None:
        """The point of the row the cursor came to."""
        page = self._page
        line = page.line(event.row_id) if page is not None else None
        if page is None or line is None or not event.by_person or self._at in line.points:
            return
        if not line.points:
            self._at = None
        elif len(line.points) > 1 and self._at is not None:
            # The same column of another row.
            self._at = line.points[self._at % len(line.points)]
        else:
            self._at = line.points[-1] if len(line.points) > 1 else line.points[0]
        self.query_one("#chart", ReadChart).point_at(self._at)
        self._read()

    @on(ReadChart.Opened)
    @on(LineTable.Opened)
    def action_open(self) -> None:
        """What is behind the number under the cursor."""
        behind = self._behind()
        if behind is not None:
            self._drill(behind)
        else:
            self.say("Go to a number first, with the arrows.")

    def action_open_totals(self) -> None:
        """What is behind the figures."""
        if self._report is not None:
            self._drill(Behind(self._question, self._report.total, metrics=DRILLED))

    def _behind(self) -> Behind | None:
        page = self._page
        if page is None:
            return None
        if self._at is not None:
            found = page.behind_point(self._at)
            if found is not None:
                return found
            line = page.line_at(self._at)
        else:
            table = self.query_one(LineTable)
            line = page.line(table.cursor_id) if table.has_focus else None
        return line.behind if line is not None else None

    @work(group="drill", exclusive=True, exit_on_error=False)
    async def _drill(self, behind: Behind) -> None:
        from imail_tui.ui.screens.analytics.drilling import choose_drill

        drill = await choose_drill(self.app, self.session.analytics, behind)
        if drill is None:
            return
        if drill.area:
            self.post_message(ShowList(drill.area, drill.filter, drill.note))
        else:
            self.say(drill.note or "There is no list of them.")

    async def action_copy(self) -> None:
        """Copy the value that is read, else the whole chart as text."""
        page = self._page
        if page is None or self.problem is not None:
            await super().action_copy()
        elif self._at is not None:
            text = page.reading(self._at)
            self.say(f"{text}: {await terminal.copy_text(self.app, text, os.environ)}")
        else:
            chart = self.query_one("#chart", ReadChart)
            text = plain_text(draw_chart(page.spec, *chart.size))
            self.say(f"The chart as text: {await terminal.copy_text(self.app, text, os.environ)}")
