"""The chart, its table and the figures above them: what is on show, and when it is read again."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content

from imail_tui.domain.analytics.report import Question, Report
from imail_tui.domain.analytics.spans import Span
from imail_tui.domain.charts import Symbols, points
from imail_tui.services.analytics.counts import NotSplit
from imail_tui.services.session import Session
from imail_tui.ui import areas
from imail_tui.ui.options import UiOptions
from imail_tui.ui.ports import FrameSession
from imail_tui.ui.screens.analytics.counts_table import count_columns
from imail_tui.ui.screens.analytics.figures import KeyFigures, known_words
from imail_tui.ui.screens.analytics.page import Line, LineRows, Page
from imail_tui.ui.screens.analytics.pages.course import course_page
from imail_tui.ui.screens.analytics.pages.making import page_of
from imail_tui.ui.screens.analytics.remembering import read_question, read_wish
from imail_tui.ui.screens.analytics.views import COURSE, VIEWS, View
from imail_tui.ui.screens.analytics.wording import scope_words
from imail_tui.ui.screens.base import AreaScreen
from imail_tui.ui.widgets.chart import Chart, ReadChart
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import ListedRows
from imail_tui.ui.widgets.safe_static import SafeStatic, styled
from imail_tui.ui.widgets.table_lines import SortMark

_FIRST_COLUMNS: Final = count_columns("Day", 14, 24)


class Showing(AreaScreen):
    """A chart and its table, with the cursor in neither."""

    AREA = areas.ANALYTICS
    AUTO_FOCUS: ClassVar[str | None] = "#chart"

    VERTICAL_BREAKPOINTS = [(0, "-too-short"), (15, "-short"), (20, "-tall"), (34, "-high")]

    DEFAULT_CSS = """
    Showing {
        #views { height: 1; padding: 0 1; }
        #plot { padding: 0 1; }
        #reading { height: 1; }
        #main { layout: vertical; }
        #plot { height: 3fr; }
        LineTable { height: 2fr; display: none; }
    }
    Showing.-high KeyFigures { margin: 0 0 1 0; }
    Showing.-narrow.-table #plot { display: none; }
    Showing.-narrow.-table LineTable { display: block; }
    Showing.-wide LineTable { display: block; }
    Showing.-wide #main { layout: horizontal; }
    Showing.-wide #plot { width: 3fr; height: 1fr; }
    Showing.-wide LineTable { width: 2fr; height: 1fr; }
    Showing.-wide.-high #main { layout: vertical; }
    Showing.-wide.-high #plot { width: 1fr; height: 3fr; }
    Showing.-wide.-high LineTable { width: 1fr; height: 2fr; }
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
        self._forget = analytics.changed.subscribe(self._read_again)
        self._rolling = self._question.span.end == analytics.kept_today()
        report = analytics.read_now(self._question)
        self._show_report(report)
        if self._wish.view is COURSE:
            self._show_page(course_page(report, (), self._wish, analytics.today()))
        self._load()

    def on_unmount(self) -> None:
        """Stop listening."""
        self._forget()

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

    def _read_again(self, _: Span) -> None:
        self._load()

    # Showing

    @work(group="load", exclusive=True, exit_on_error=False)
    async def _load(self, then: Callable[[], object] = lambda: None) -> None:
        """Read the store again and show what differs; `then` comes when it is on show."""
        question, wish, analytics = self._question, self._wish, self.session.analytics
        report = await analytics.report(question)
        if (question, wish) != (self._question, self._wish):
            return
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
            self._show_report(report)
            self._show_refusal(refused)
        else:
            if (question, wish) != (self._question, self._wish):
                return
            # Figures and chart in one picture.
            with self.app.batch_update():
                self._show_report(report)
                self._show_page(page)
            self.page_shown(question, wish.view)
        self.call_after_refresh(then)

    def _show_refusal(self, refused: NotSplit) -> None:
        self._show_reading(styled((refused.problem.sentence(), "$text-warning")))
        self.query_one(Chart).show(None)
        self.query_one(LineTable).show(ListedRows())
        self._page = None

    def page_shown(self, question: Question, view: View) -> None:
        """A page came into view: the place to start a worker for more of it."""

    def _show_report(self, report: Report) -> None:
        self._report = report
        self.query_one(KeyFigures).show(report, self._wish.symbols)
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
