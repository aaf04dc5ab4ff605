"""What a person wants to see of a question."""

from dataclasses import dataclass

from imail_tui.domain.charts import Symbols
from imail_tui.ui.screens.analytics.views import COURSE, View


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to see of a question."""

    view: View = COURSE
    metrics: tuple[str, ...] = ("sent", "replied", "bounce_rate")
    one: str = "sent"
    """The metric where there is room for one."""
    average: bool = False
    symbols: Symbols = Symbols.BRAILLE
