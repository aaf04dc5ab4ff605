"""Asking for something else: other days, other parts of the workspace, another chart."""

from dataclasses import replace
from typing import Final

from textual import work

from imail_tui.domain.analytics.report import Question
from imail_tui.domain.analytics.scopes import Scope, Split
from imail_tui.domain.analytics.spans import RANGES, Span, last_days
from imail_tui.domain.charts import Symbols
from imail_tui.ui.screens.analytics.reading import ValueReading
from imail_tui.ui.screens.analytics.remembering import remember
from imail_tui.ui.screens.analytics.views import COURSE, VIEWS, view_of
from imail_tui.ui.screens.analytics.wish import Wish
from imail_tui.ui.widgets.line_table import LineTable

_ZOOMS: Final = {
    Split.CAMPAIGN: "campaign_id",
    Split.INBOX: "inbox_id",
    Split.STEP: "step_id",
}


class Asking(ValueReading):
    """Questions and wishes; what is kept of them shows at once."""

    def _ask_for(self, question: Question) -> None:
        """Look at another question; what is kept of it shows at once."""
        if question == self._question:
            return
        self._question = question
        self._at = None
        remember(self.session.ui_state, question, self._wish, rolling=self._rolling)
        self.say("")
        self._load(then=self.bring_days)

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
