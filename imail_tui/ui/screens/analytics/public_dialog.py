"""The numbers imail publishes about its service: no key, no token, with how they were before."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from imail_tui.domain.charts import sparkline
from imail_tui.domain.shown import UNKNOWN, moment, percent, plural
from imail_tui.services.analytics.public_numbers import PublicNumbers, Reading
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.screens.frame import problem_of
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

_NAMES: Final = {
    "emails_sent_24h": "mails sent, 24 h",
    "replies_24h": "replies, 24 h",
    "inboxes_connected": "inboxes connected",
    "inbox_placement_rate": "inbox placement",
    "uptime_90d": "uptime, 90 d",
}
_NAME_CELLS: Final = 24
_NUMBER_CELLS: Final = 14
_SPARK_CELLS: Final = 30


class PublicDialog(Dialog[None]):
    """Asks again when the server's answer is no longer fresh."""

    DEFAULT_CSS = """
    PublicDialog .box { width: 76; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "cancel", "close", show=False, id="public.close")]

    def __init__(self, numbers: PublicNumbers) -> None:
        super().__init__()
        self._numbers = numbers

    def compose(self) -> ComposeResult:
        """Title, numbers, note."""
        with Vertical(classes="box"):
            yield SafeStatic("imail's public numbers", classes="title")
            yield SafeStatic(id="numbers")
            yield SafeStatic("", id="note", classes="note")

    def on_mount(self) -> None:
        """Show what was kept, then ask."""
        self._show(self._numbers.history(), "Asking …")
        self._follow()

    @work(group="public", exclusive=True, exit_on_error=False)
    async def _follow(self) -> None:
        while True:
            note = ""
            try:
                await self._numbers.fetch(urgent=True)
            except Exception as error:
                problem = problem_of(error)
                if problem is None:
                    raise
                note = problem.sentence()
            self._show(self._numbers.history(), note)
            if note:
                return
            await self._numbers.until_stale()

    def _show(self, history: Sequence[Reading], note: str) -> None:
        self.query_one("#numbers", SafeStatic).update(public_lines(history))
        kept = f"{plural(len(history), 'reading')} kept here; esc closes"
        self.query_one("#note", SafeStatic).update(f"{note} {kept}".strip())


def public_lines(history: Sequence[Reading]) -> Content:
    """The latest numbers, each with its course over the readings kept."""
    if not history:
        return styled(("no reading yet", "$text-muted"))
    latest = history[-1]
    courses = [dict(reading.numbers()) for reading in history[-_SPARK_CELLS:]]
    lines = []
    for key, value in latest.numbers():
        name = _NAMES.get(key, key.replace("_", " "))[:_NAME_CELLS]
        course = sparkline([each.get(key) for each in courses], _SPARK_CELLS) if len(courses) > 1 else ""
        lines.append(
            styled(
                (f"{name:<{_NAME_CELLS}}", "$text-muted"),
                (f"{_number(key, value):>{_NUMBER_CELLS}}  ", "bold"),
                (course, "$text-primary"),
            )
        )
    at = latest.metrics.updated_at or datetime.fromtimestamp(latest.at, UTC)
    lines.append(styled((f"as of {moment(at)} UTC", "$text-muted")))
    return Content("\n").join(lines)


def _number(key: str, value: float | None) -> str:
    if value is None:
        return UNKNOWN
    return percent(value) if key in ("inbox_placement_rate", "uptime_90d") else f"{value:,.15g}"
