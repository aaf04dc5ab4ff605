"""What a person last looked at in the analytics, kept as small texts."""

from datetime import date
from typing import Final

from imail_tui.domain.analytics.metrics import METRICS
from imail_tui.domain.analytics.report import Question
from imail_tui.domain.charts import Symbols
from imail_tui.domain.charts.reports import MOST_METRICS
from imail_tui.ui.ports import UiState
from imail_tui.ui.screens.analytics.choosing import read_span, span_text
from imail_tui.ui.screens.analytics.views import view_of
from imail_tui.ui.screens.analytics.wish import Wish

_SPAN: Final = "analytics.range"
_COMPARE: Final = "analytics.compare"
_VIEW: Final = "analytics.view"
_METRICS: Final = "analytics.metrics"
_ONE: Final = "analytics.metric"
_AVERAGE: Final = "analytics.average"
_SYMBOLS: Final = "analytics.symbols"


def read_question(state: UiState, today: date) -> Question:
    """The days that were looked at last, of the whole workspace."""
    return Question(read_span(state.recall(_SPAN), today), compare=state.recall(_COMPARE) != "no")


def read_wish(state: UiState, symbols: Symbols) -> Wish:
    """The chart that was looked at last; `symbols` unless others were chosen."""
    first = Wish()
    metrics = tuple(key for key in (state.recall(_METRICS) or "").split() if key in METRICS)
    one = state.recall(_ONE) or ""
    chosen = state.recall(_SYMBOLS)
    return Wish(
        view_of(state.recall(_VIEW)),
        metrics[:MOST_METRICS] or first.metrics,
        one if one in METRICS else first.one,
        state.recall(_AVERAGE) == "yes",
        Symbols(chosen) if chosen in list(Symbols) else symbols,
    )


def remember(state: UiState, question: Question, wish: Wish, *, rolling: bool) -> None:
    """Keep what is looked at; `rolling`: as so many days up to today."""
    state.remember(_SPAN, span_text(question.span, rolling=rolling))
    state.remember(_COMPARE, "yes" if question.compare else "no")
    state.remember(_VIEW, wish.view.id)
    state.remember(_METRICS, " ".join(wish.metrics))
    state.remember(_ONE, wish.one)
    state.remember(_AVERAGE, "yes" if wish.average else "no")
    if wish.symbols is not Symbols.BRAILLE:
        state.remember(_SYMBOLS, wish.symbols.value)
