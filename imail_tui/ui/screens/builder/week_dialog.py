"""The send window as a drawn week: which days, from when to when."""

from collections.abc import Mapping
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from imail_tui.domain.sequence.violations import Raw
from imail_tui.domain.sequence.window_json import read_window
from imail_tui.domain.sequence.windows import DAY_NAMES
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

_SLOT: Final = 30
"""Minutes that one cell stands for."""
_DAY: Final = 24 * 60


class WeekDialog(Dialog[Mapping[str, object]]):
    """Gives the window's JSON with other `days`, `start` and `end`; everything else in it stays."""

    DEFAULT_CSS = """
    WeekDialog .box { width: 60; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "go(1)", "next day", show=False, id="week.down"),
        Binding("up,k", "go(-1)", "day before", show=False, id="week.up"),
        Binding("space", "day", "send on this day or not", show=False, id="week.day"),
        Binding("left,h", "start(-1)", "begin earlier", show=False, id="week.start-earlier"),
        Binding("right,l", "start(1)", "begin later", show=False, id="week.start-later"),
        Binding("shift+left,H", "end(-1)", "end earlier", show=False, id="week.end-earlier"),
        Binding("shift+right,L", "end(1)", "end later", show=False, id="week.end-later"),
        Binding("enter,ctrl+s", "take", "accept", show=False, id="week.take"),
    ]

    def __init__(self, window: Raw) -> None:
        super().__init__()
        self._raw = dict(window)
        read = read_window(window)[0]
        self._days, self._start, self._end = set(read.days), read.start, read.end
        self._day = 0

    def compose(self) -> ComposeResult:
        """The week and its keys."""
        with Vertical(classes="box"):
            yield SafeStatic("When may mail leave?", classes="title")
            yield SafeStatic(self._week(), id="week")
            yield SafeStatic(
                "up down day · space on or off · left right begin\nH L end (or shift+arrows) · enter accepts",
                classes="note",
            )

    def action_go(self, days: int) -> None:
        """Another day."""
        self._day = (self._day + days) % 7
        self._draw()

    def action_day(self) -> None:
        """Send on the day, or not; one day stays."""
        if self._days != {self._day}:
            self._days ^= {self._day}
        self._draw()

    def action_start(self, slots: int) -> None:
        """Begin earlier or later."""
        self._start = max(0, min(self._start + slots * _SLOT, self._end - _SLOT))
        self._draw()

    def action_end(self, slots: int) -> None:
        """End earlier or later."""
        self._end = max(self._start + _SLOT, min(self._end + slots * _SLOT, _DAY))
        self._draw()

    def action_take(self) -> None:
        """Give the window."""
        days = [DAY_NAMES[day] for day in sorted(self._days)]
        self.dismiss({**self._raw, "days": days, "start": _clock(self._start), "end": _clock(self._end)})

    def _draw(self) -> None:
        self.query_one("#week", SafeStatic).update(self._week())

    def _week(self) -> Content:
        hours = "".join(f"{hour:<6}" for hour in range(0, 24, 3))
        lines = [styled((f"       {hours}", "$text-muted"))]
        for day, name in enumerate(DAY_NAMES):
            lines.append(self._line(day, name))
        lines.append(styled(f"\n       {_clock(self._start)} to {_clock(self._end)}"))
        return Content("\n").join(lines)

    def _line(self, day: int, name: str) -> Content:
        here = day == self._day
        cells = "".join(
            "█" if day in self._days and self._start <= slot < self._end else "·"
            for slot in range(0, _DAY, _SLOT)
        )
        mark = "▌" if here else " "
        return styled(
            (f"{mark} {name:<5}", "bold reverse" if here else ""),
            (cells, "$text-success" if day in self._days else "$text-muted"),
        )


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
