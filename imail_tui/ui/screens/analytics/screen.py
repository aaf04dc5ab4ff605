"""The analytics: key figures, a chart and its table, for any days and any part of the workspace."""

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content

from imail_tui.domain.analytics.report import Question, Report
from imail_tui.domain.analytics.scopes import WORKSPACE, Scope, Split
from imail_tui.domain.analytics.spans import RANGES, Span, last_days
from imail_tui.domain.charts import Symbols, draw_chart, plain_text, points
from imail_tui.domain.operations import GET_CAMPAIGN, LIST_CAMPAIGNS, LIST_INBOXES, LIST_REPLIES
from imail_tui.services.analytics.counts import NotSplit
from imail_tui.services.analytics.fetching import Fetching
from imail_tui.services.session import Session
from imail_tui.ui import areas, terminal
from imail_tui.ui.commands.analytics import COMMANDS
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.going import ShowList
from imail_tui.ui.options import UiOptions
from imail_tui.ui.ports import FrameSession
from imail_tui.ui.screens.analytics.counts_table import DRILLED, count_columns
from imail_tui.ui.screens.analytics.figures import KeyFigures, known_words
from imail_tui.ui.screens.analytics.page import Behind, Line, LineRows, Page
from imail_tui.ui.screens.analytics.pages import Wish, course_page, page_of, scope_words
from imail_tui.ui.screens.analytics.remembering import read_question, read_wish, remember
from imail_tui.ui.screens.analytics.views import COURSE, HOURS, LABELS, STEPS, VERSIONS, VIEWS, view_of
from imail_tui.ui.screens.base import AreaScreen
from imail_tui.ui.widgets.chart import Chart, ReadChart
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import ListedRows
from imail_tui.ui.widgets.safe_static import SafeStatic, styled
from imail_tui.ui.widgets.table_lines import SortMark

MOST_NAMED: Final = 20
"""Campaigns that are fetched for the names of their steps."""

_FIRST_COLUMNS: Final = count_columns("Day", 14, 24)
_ZOOMS: Final = {
    Split.CAMPAIGN: "campaign_id",
    Split.INBOX: "inbox_id",
    Split.STEP: "step_id",
}


class AnalyticsScreen(AreaScreen):
    """A chart and its table, which share one cursor: the row of a point, the point of a row."""

    AREA = areas.ANALYTICS
    GROUP: ClassVar[CommandGroup | None] = COMMANDS
    HINTED = (("← →", "read"), ("enter", "behind it"))
    AUTO_FOCUS: ClassVar[str | None] = "#chart"

    VERTICAL_BREAKPOINTS = [(0, "-too-short"), (15, "-short"), (20, "-tall"), (34, "-high")]

    DEFAULT_CSS = """
    AnalyticsScreen {
        #views { height: 1; padding: 0 1; }
        #plot { padding: 0 1; }
        #reading { height: 1; }
        #main { layout: vertical; }
        #plot { height: 3fr; }
        LineTable { height: 2fr; display: none; }
    }
    AnalyticsScreen.-high KeyFigures { margin: 0 0 1 0; }
    AnalyticsScreen.-narrow.-table #plot { display: none; }
    AnalyticsScreen.-narrow.-table LineTable { display: block; }
    AnalyticsScreen.-wide LineTable { display: block; }
    AnalyticsScreen.-wide #main { layout: horizontal; }
    AnalyticsScreen.-wide #plot { width: 3fr; height: 1fr; }
    AnalyticsScreen.-wide LineTable { width: 2fr; height: 1fr; }
    AnalyticsScreen.-wide.-high #main { layout: vertical; }
    AnalyticsScreen.-wide.-high #plot { width: 1fr; height: 3fr; }
    AnalyticsScreen.-wide.-high LineTable { width: 1fr; height: 2fr; }
    """

    session: Session

    def __init__(self, session: FrameSession, options: UiOptions | None = None) -> None:
        super().__init__(session, options)
        self._page: Page | None = None
        self._report: Report | None = None
        self._at: int | None = None
        self._sort: SortMark | None = None
        self._before: list[Question] = []
        self._columns = _FIRST_COLUMNS
        self._asked = False
        self._named: set[str] = set()
        self._brought: Question | None = None

    # Frame

    def compose_body(self) -> ComposeResult:
        """Views, figures, chart, table."""
        with Vertical():
            yield SafeStatic(id="views")
            yield KeyFigures()
            with Container(id="main"):
                with Vertical(id="plot"):
                    yield ReadChart(id="chart")
                    yield SafeStatic(id="reading")
                yield LineTable(_FIRST_COLUMNS, empty="")

    def on_mount(self) -> None:
        """Show what the store has of the days that were looked at last."""
        analytics = self.session.analytics
        state = self.session.ui_state
        self._question = read_question(state, analytics.kept_today())
        self._wish = read_wish(state, Symbols.PLAIN if self.options.no_color else Symbols.BRAILLE)
        self._forget = [
            analytics.changed.subscribe(self._read_again),
            analytics.progress.subscribe(self._tell_progress),
        ]
        self._rolling = self._question.span.end == analytics.kept_today()
        report = analytics.read_now(self._question)
        self._show_report(report)
        if self._wish.view is COURSE:
            self._show_page(course_page(report, (), self._wish, analytics.today()))
        self._load()

    def on_unmount(self) -> None:
        """Stop listening."""
        for forget in self._forget:
            forget()

    def on_screen_resume(self) -> None:
        """What another session fetched meanwhile is read."""
        self.session.analytics.look()

    def title_note(self) -> str:
        """Which days of what."""
        question = self._question
        today = self.session.analytics.today()
        days = f"last {question.span.days} days" if question.span.end == today else str(question.span)
        parts = [f"{days}, UTC", scope_words(question.scope, self._name_of)]
        if self._report is not None and known_words(self._report):
            parts.append(known_words(self._report))
        if question.compare:
            parts.append("compared")
        return " · ".join(parts)

    def data_age(self) -> float | None:
        """Of what the session last heard."""
        return self.session.status.data_age

    async def refresh_area(self) -> None:
        """Fetch the days that are missing or may have changed, and the names."""
        urgent, self._asked = self._asked, True
        analytics = self.session.analytics
        while True:
            # Without a server the days stay those that are kept, whatever this machine calls today.
            asked = self._as_of_today()
            await analytics.refresh(asked, urgent=urgent)
            # An answer may teach another today than this machine's.
            if self._as_of_today() == asked:
                self._question = asked
                break
        self._load()
        if self.session.capabilities.has(LIST_CAMPAIGNS):
            await self.session.campaigns.refresh()
        if self.session.capabilities.has(LIST_INBOXES):
            await self.session.inboxes.refresh()
        self._load()

    def _as_of_today(self) -> Question:
        """The question about the same days; about as many up to today where the last days are wanted."""
        if not self._rolling:
            return self._question
        span = last_days(self._question.span.days, self.session.analytics.today())
        return replace(self._question, span=span)

    def _read_again(self, _: Span) -> None:
        self._load()

    def _tell_progress(self, fetching: Fetching) -> None:
        if fetching.wanted > RANGES[1] and fetching.done < fetching.wanted:
            self.say(f"Fetching: {fetching.done} of {fetching.wanted} days.")
        elif fetching.wanted > RANGES[1]:
            self.say("")

    # Showing

    @work(group="load", exclusive=True, exit_on_error=False)
    async def _load(self) -> None:
        """Read the store again and show what differs."""
        question, wish, analytics = self._question, self._wish, self.session.analytics
        report = await analytics.report(question)
        if (question, wish) != (self._question, self._wish):
            return
        self._show_report(report)
        from imail_tui.ui.screens.analytics.choosing import step_names

        try:
            page = await page_of(
                analytics,
                question,
                wish,
                report,
                lambda: step_names(self.session, question.scope.campaign_id),
            )
        except NotSplit as refused:
            self._show_reading(styled((refused.problem.sentence(), "$text-warning")))
            self.query_one(Chart).show(None)
            self.query_one(LineTable).show(ListedRows())
            self._page = None
            return
        if (question, wish) == (self._question, self._wish):
            self._show_page(page)
            if wish.view in (STEPS, VERSIONS):
                self._name_steps(question)
            elif wish.view in (HOURS, LABELS):
                self._bring_replies(question)

    @work(group="names", exclusive=True, exit_on_error=False)
    async def _name_steps(self, question: Question) -> None:
        """Fetch the campaigns whose steps are on show, once each: their names are not in the counts."""
        if not self.session.capabilities.has(GET_CAMPAIGN):
            return
        busiest = await self.session.analytics.split(replace(question, compare=False), Split.CAMPAIGN)
        wanted = [each.key for each in busiest if each.key][:MOST_NAMED]
        fresh = [key for key in wanted if key not in self._named and not self.session.analytics.steps(key)]
        self._named.update(fresh)
        for key in fresh:
            await self.session.campaigns.fetch(key)
        if fresh:
            self._load()

    @work(group="replies", exclusive=True, exit_on_error=False)
    async def _bring_replies(self, question: Question) -> None:
        """Load the replies of the days, once for a question."""
        if self._brought != question and self.session.capabilities.has(LIST_REPLIES):
            self._brought = question
            self.say("Loading the replies of these days …")
            await self.session.replies.refresh()
            await self.session.analytics.load_replies(question)
            self.say("")
            self._load()

    def _show_report(self, report: Report) -> None:
        self._report = report
        self.query_one(KeyFigures).show(report)
        self.show_title()
        self._show_views()

    def _show_views(self) -> None:
        pieces: list[str | tuple[str, str]] = []
        for view in VIEWS:
            here = view is self._wish.view
            pieces += [(f"[{view.word}]" if here else f" {view.word} ", "bold" if here else "$text-muted")]
        self.query_one("#views", SafeStatic).update(styled(*pieces))

    def _show_page(self, page: Page) -> None:
        self._page = page
        if self._at is not None and self._at >= points(page.spec):
            self._at = None
        self.query_one("#chart", ReadChart).show(page.spec, self._at)
        table = self.query_one(LineTable)
        if page.columns != self._columns:
            self._columns = page.columns
            table.show_columns(page.columns)
        table.show_empty(page.empty)
        self._show_lines()
        self._read()

    def _show_lines(self) -> None:
        page = self._page
        if page is None:
            return
        table = self.query_one(LineTable)
        sort = self._sort
        if sort is not None and sort.key not in {column.key for column in page.columns}:
            sort = self._sort = None
        table.show_sort(sort)
        table.show(LineRows(self._lines(page)))
        line = page.line_at(self._at)
        if line is not None:
            table.select(line.id)

    def _lines(self, page: Page) -> Sequence[Line]:
        """The lines in the order they are shown in."""
        sort = self._sort
        return page.lines if sort is None else page.sorted(sort.key, descending=sort.descending)

    def _read(self) -> None:
        """What stands at the cursor, in a line."""
        page = self._page
        if page is None:
            return
        if self._at is None:
            text = ("← → read the values, enter shows what is behind them", "$text-muted")
            self._show_reading(styled(text))
        else:
            self._show_reading(styled(("▸ ", "$text-muted"), page.reading(self._at)))

    def _show_reading(self, text: Content) -> None:
        self.query_one("#reading", SafeStatic).update(text)

    def _name_of(self, kind: str, key: str) -> str:
        if kind == "campaign":
            campaign = self.session.campaigns.get(key)
            return campaign.name if campaign is not None else key
        if kind == "inbox":
            inbox = self.session.inboxes.get(key)
            return inbox.email if inbox is not None else key
        if kind == "step" and self._question.scope.campaign_id:
            from imail_tui.ui.screens.analytics.choosing import step_names

            return step_names(self.session, self._question.scope.campaign_id).get(key, key)
        return key or "none"

    # The cursor

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

    # Choosing

    def _ask_for(self, question: Question) -> None:
        """Look at another question; what is kept of it shows at once."""
        if question == self._question:
            return
        self._question = question
        self._at = None
        remember(self.session.ui_state, question, self._wish, rolling=self._rolling)
        self.say("")
        self._load()
        self.action_refresh_area()

    def _wish_for(self, wish: Wish) -> None:
        if wish == self._wish:
            return
        if wish.view is not self._wish.view:
            self._at, self._sort = None, None
        self._wish = wish
        self._show_views()
        remember(self.session.ui_state, self._question, wish, rolling=self._rolling)
        self._load()

    def action_step_view(self, step: int) -> None:
        """The next chart, round and round."""
        self._wish_for(replace(self._wish, view=VIEWS[(VIEWS.index(self._wish.view) + step) % len(VIEWS)]))

    @work(group="choose", exclusive=True, exit_on_error=False)
    async def action_choose_view(self) -> None:
        """Choose the chart."""
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog

        choices = [Choice(view.id, view.word, note=view.doc) for view in VIEWS]
        chosen = await self.app.push_screen_wait(PickerDialog("Chart", choices, at=self._wish.view.id))
        if chosen is not None:
            self._wish_for(replace(self._wish, view=view_of(chosen)))

    def action_step_range(self, step: int) -> None:
        """Cover more or fewer days."""
        days = self._question.span.days
        later = [each for each in RANGES if each > days]
        sooner = [each for each in RANGES if each < days]
        if not (later if step > 0 else sooner):
            self.say(
                f"{days} days is the {'longest' if step > 0 else 'shortest'} of the set ranges; t has others."
            )
            return
        self._use_span(last_days(later[0] if step > 0 else sooner[-1], self.session.analytics.today()))

    def _use_span(self, span: Span) -> None:
        self._rolling = span.end == self.session.analytics.today()
        self._ask_for(replace(self._question, span=span))

    @work(group="choose", exclusive=True, exit_on_error=False)
    async def action_choose_range(self) -> None:
        """Choose the range from a list."""
        from imail_tui.ui.screens.analytics.choosing import choose_span

        span = await choose_span(self.app, self._question.span, self.session.analytics.today())
        if span is not None:
            self._use_span(span)

    @work(group="choose", exclusive=True, exit_on_error=False)
    async def action_choose_scope(self) -> None:
        """Choose whose numbers."""
        from imail_tui.ui.screens.analytics.choosing import choose_scope

        scope = await choose_scope(self.app, self.session, self._question)
        if scope is not None:
            self._look_at(scope)

    def _look_at(self, scope: Scope) -> None:
        if scope != self._question.scope:
            self._before.append(self._question)
            self._ask_for(replace(self._question, scope=scope))

    def action_zoom(self) -> None:
        """Look at the part under the cursor."""
        page = self._page
        line = page.line_at(self._at) or page.line(self.query_one(LineTable).cursor_id) if page else None
        behind = line.behind if line is not None else None
        part = _ZOOMS.get(behind.split) if behind is not None and behind.split is not None else None
        if behind is None or part is None:
            self.say("Look closer at a campaign, an inbox or a step: n goes to their charts.")
        else:
            self._look_at(replace(behind.question.scope, **{part: behind.key}))

    @work(group="choose", exclusive=True, exit_on_error=False)
    async def action_choose_metrics(self) -> None:
        """Choose what the chart shows."""
        from imail_tui.ui.screens.analytics.choosing import choose_metrics, choose_one_metric

        if self._wish.view is COURSE:
            metrics = await choose_metrics(self.app, self._wish.metrics)
            if metrics is not None:
                self._wish_for(replace(self._wish, metrics=metrics))
            return
        one = await choose_one_metric(self.app, self._wish.one)
        if one is not None:
            self._wish_for(replace(self._wish, one=one))

    def action_toggle_average(self) -> None:
        """Draw the moving average, or not."""
        self._wish_for(replace(self._wish, average=not self._wish.average))
        if self._wish.view is not COURSE:
            self.say("The average shows in the course.")

    def action_toggle_compare(self) -> None:
        """Compare with the period before, or not."""
        self._ask_for(replace(self._question, compare=not self._question.compare))
        self.say("Compared with the days before." if self._question.compare else "Not compared.")

    @work(group="choose", exclusive=True, exit_on_error=False)
    async def action_choose_symbols(self) -> None:
        """Choose what charts are drawn with."""
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog

        choices = [
            Choice("braille", "Braille dots", note="finest"),
            Choice("block", "Blocks", note="where braille looks broken"),
            Choice("plain", "A mark for each line", note="without colour"),
            Choice("ascii", "Plain letters", note="for fonts that have nothing else"),
        ]
        chosen = await self.app.push_screen_wait(
            PickerDialog("Symbols of the charts", choices, at=self._wish.symbols.value)
        )
        if chosen is not None:
            self._wish_for(replace(self._wish, symbols=Symbols(chosen)))

    # Table, export, back

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
