"""Until when something is put off: a usual time, or one that is typed."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from imail_tui.domain.replies.snoozing import BadTime, presets, read_time
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Cell, ListedRows, Row
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

_COLUMNS: Final = (Column("key", "", 2), Column("title", "", 20), Column("until", "", 24, weight=1))
_WAKE: Final = "wake"


@dataclass(frozen=True, slots=True)
class Snooze:
    """The answer; None brings it back at once."""

    until: datetime | None


class SnoozeDialog(Dialog[Snooze]):
    """Gives until when. Digits take a usual time at once while nothing is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n", "move(1)", "down", show=False, id="snooze.down", priority=True),
        Binding("up,ctrl+p", "move(-1)", "up", show=False, id="snooze.up", priority=True),
    ]

    def __init__(self, who: str, now: datetime, zone: str, *, wake: bool) -> None:
        """`who` may be foreign. `now`: world time; `zone`: IANA. `wake`: it is snoozed already."""
        super().__init__()
        self._who = who
        self._now = now
        self._zone = zone
        self._times: dict[str, datetime | None] = {preset.id: preset.until for preset in presets(now, zone)}
        self._titles = {preset.id: preset.title for preset in presets(now, zone)}
        if wake:
            self._times[_WAKE] = None
            self._titles[_WAKE] = "Wake it now"

    def compose(self) -> ComposeResult:
        """The usual times, and the field."""
        with Vertical(classes="box"):
            yield SafeStatic(f"Snooze {self._who} until …", classes="title")
            field = Input(compact=True, placeholder="or type: 3d, fri 9:00, tomorrow 14:30")
            field.cursor_blink = False
            yield field
            table = LineTable(_COLUMNS)
            table.can_focus = False
            table.styles.height = 1 + len(self._times)
            yield table
            yield SafeStatic(id="note", classes="note")

    def on_mount(self) -> None:
        """Show the usual times."""
        rows = [self._row(number, name) for number, name in enumerate(self._times, 1)]
        self.query_one(LineTable).show(ListedRows(rows))
        self._tell()

    def action_move(self, rows: int) -> None:
        """Another usual time."""
        self.query_one(LineTable).action_move(rows)
        self._tell()

    @on(Input.Changed)
    def typed(self, event: Input.Changed) -> None:
        """A digit alone takes that time; anything longer is read as a time."""
        number = event.value.strip()
        names = list(self._times)
        if number.isdecimal() and len(number) == 1 and 1 <= int(number) <= len(names):
            # A second letter may follow: "3d". The row is marked, enter takes it.
            self.query_one(LineTable).select(names[int(number) - 1])
        self._tell()

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Give the time that was typed, else the one under the cursor."""
        text = event.value.strip()
        if text and not (text.isdecimal() and len(text) == 1):
            try:
                self.dismiss(Snooze(read_time(text, self._now, self._zone)))
            except BadTime as error:
                note = styled((f"! {error.problem.sentence()}", "$text-error"))
                self.query_one("#note", SafeStatic).update(note)
            return
        name = self.query_one(LineTable).cursor_id
        if name is not None:
            self.dismiss(Snooze(self._times[name]))

    def _tell(self) -> None:
        text = self.query_one(Input).value.strip()
        told = "enter takes it, esc leaves"
        if text and not (text.isdecimal() and len(text) == 1):
            try:
                told = f"until {self._shown(read_time(text, self._now, self._zone))}"
            except BadTime:
                told = f"“{text}” is no time yet"
        self.query_one("#note", SafeStatic).update(told)

    def _row(self, number: int, name: str) -> Row:
        until = self._times[name]
        shown = "" if until is None else self._shown(until)
        return Row(
            name,
            {"key": Cell(f"{number}", "strong"), "title": self._titles[name], "until": Cell(shown, "muted")},
        )

    def _shown(self, until: datetime) -> str:
        away = until - self._now
        told = f"in {away.days} d" if away.days else f"in {away.seconds // 3600} h"
        return f"{until.astimezone(ZoneInfo(self._zone)):%a %d %b %H:%M}  {told}"
