"""The alerts that stand: what is wrong since when, and the way there."""

from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from imail_tui.domain.alerts import Alert
from imail_tui.domain.shown import moment
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.ports import AlertsPort
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Cell, ListedRows, Row
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

LOOK_SECONDS: Final = 1.0
_COLUMNS: Final = (
    Column("state", "", 6),
    Column("since", "Since (UTC)", 16, priority=1),
    Column("what", "What", 30, weight=1),
)
_ROWS_MOST: Final = 12


class AlertsDialog(Dialog[Alert]):
    """Gives the alert to go to."""

    DEFAULT_CSS = """
    AlertsDialog {
        .box { width: 100; }
        LineTable { width: 1fr; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "acknowledge", "seen", show=False, id="alerts.seen"),
        Binding("A", "acknowledge_all", "all seen", show=False, id="alerts.all-seen"),
        Binding("q", "cancel", "close", show=False, id="alerts.close"),
    ]

    def __init__(self, alerts: AlertsPort) -> None:
        super().__init__()
        self._alerts = alerts
        self._shown: tuple[Alert, ...] | None = None

    def compose(self) -> ComposeResult:
        """The alerts, the remedy of the one under the cursor, and the keys."""
        with Vertical(classes="box"):
            yield SafeStatic("Alerts", classes="title")
            table = LineTable(_COLUMNS, empty="Nothing needs you.")
            table.styles.height = 1 + max(1, min(len(self._alerts.standing), _ROWS_MOST))
            yield table
            yield SafeStatic(id="remedy")
            yield SafeStatic("enter goes there, a seen, A all seen, esc closes", classes="note")

    def on_mount(self) -> None:
        """Stay up to date."""
        self._show()
        self.query_one(LineTable).focus()
        self.set_interval(LOOK_SECONDS, self._show)

    @on(LineTable.Highlighted)
    def show_remedy(self) -> None:
        """All of the alert under the cursor: a row may be too short for it."""
        alert = self._under_cursor()
        text = (alert.what, f" {alert.remedy}") if alert is not None else ("", "")
        self.query_one("#remedy", SafeStatic).update(styled(text[0], (text[1], "$text-muted")))

    @on(LineTable.Opened)
    def go(self) -> None:
        """Leave for what the alert is about."""
        alert = self._under_cursor()
        if alert is not None:
            self._alerts.acknowledge(alert.cause)
            self.dismiss(alert)

    def action_acknowledge(self) -> None:
        """The one under the cursor has been seen."""
        alert = self._under_cursor()
        if alert is not None:
            self._alerts.acknowledge(alert.cause)
            self._show()

    def action_acknowledge_all(self) -> None:
        """All have been seen."""
        self._alerts.acknowledge()
        self._show()

    def _under_cursor(self) -> Alert | None:
        cause = self.query_one(LineTable).cursor_id
        return next((alert for alert in self._alerts.standing if alert.cause == cause), None)

    def _show(self) -> None:
        alerts = self._alerts.standing
        if alerts != self._shown:
            self._shown = alerts
            self.query_one(LineTable).show(ListedRows(tuple(map(_row, alerts))))
            self.show_remedy()


def _row(alert: Alert) -> Row:
    state = Cell("seen", "muted") if alert.acknowledged else Cell("▲ new", "watch")
    return Row(alert.cause, {"state": state, "since": moment(alert.since), "what": alert.what})
