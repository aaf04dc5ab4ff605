"""Everything the linter found, and going there."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from imail_tui.domain.sequence.lint.finding import Finding
from imail_tui.domain.shown import plural
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Cell, ListedRows, Row
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

_COLUMNS: Final = (
    Column("sign", "", 1, max_width=1),
    Column("place", "Where", 10, max_width=16, weight=1),
    Column("message", "What", 30, weight=4),
    Column("code", "Code", 10, max_width=18, weight=1, priority=1),
)
_MOST_ROWS: Final = 14


class FindingsDialog(Dialog[Finding]):
    """Gives the finding to go to."""

    DEFAULT_CSS = """
    FindingsDialog .box { width: 100; }
    FindingsDialog #remedy { height: 3; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "silence(True)", "silence it for this step", show=False, id="findings.silence"),
        Binding("S", "silence(False)", "silence its code everywhere", show=False, id="findings.silence-all"),
        Binding("q", "cancel", "leave", show=False, id="findings.leave"),
    ]

    def __init__(
        self,
        findings: Callable[[], Sequence[Finding]],
        step_of: Callable[[Finding], str | None],
        silence: Callable[[str], None],
    ) -> None:
        """`silence` writes a code, or `step:code`, into the campaign; `findings` are asked again then."""
        super().__init__()
        self._findings = findings
        self._step_of = step_of
        self._silence = silence

    def compose(self) -> ComposeResult:
        """How many, the list, what to do about the one under the cursor."""
        with Vertical(classes="box"):
            yield SafeStatic(id="head", classes="title")
            yield LineTable(_COLUMNS, empty="Nothing is wrong.")
            yield SafeStatic(id="remedy")
            yield SafeStatic(
                "enter goes there, s silences it here, S its code everywhere, esc leaves", classes="note"
            )

    def on_mount(self) -> None:
        """Show all."""
        self._show()
        self.query_one(LineTable).focus()

    def _show(self) -> None:
        findings = self._findings()
        errors = sum(finding.severity == "error" for finding in findings)
        text = f"{plural(errors, 'error')}, {plural(len(findings) - errors, 'warning')}"
        self.query_one("#head", SafeStatic).update(text if findings else "Nothing is wrong")
        table = self.query_one(LineTable)
        table.styles.height = 1 + max(1, min(len(findings), _MOST_ROWS))
        table.show(ListedRows([self._row(number, finding) for number, finding in enumerate(findings)]))

    def _row(self, number: int, finding: Finding) -> Row:
        bad = finding.severity == "error"
        where = self._step_of(finding) or finding.place
        cells: dict[str, Cell | str] = {
            "sign": Cell("✗" if bad else "!", "stop" if bad else "watch"),
            "place": Cell(where, "strong"),
            "message": finding.message,
            "code": Cell(finding.code, "muted"),
        }
        return Row(str(number), cells)

    @property
    def _here(self) -> Finding | None:
        row_id = self.query_one(LineTable).cursor_id
        findings = self._findings()
        return findings[int(row_id)] if row_id is not None and int(row_id) < len(findings) else None

    @on(LineTable.Highlighted)
    def explain(self) -> None:
        """All of the finding under the cursor, and what to do."""
        finding = self._here
        text = styled(f"{finding.message}. ", (finding.remedy, "$text-muted")) if finding is not None else ""
        self.query_one("#remedy", SafeStatic).update(text)

    @on(LineTable.Opened)
    def take(self) -> None:
        """Go there."""
        self.dismiss(self._here)

    def action_silence(self, here_only: bool) -> None:
        """Write into the campaign that nobody wants to hear of it."""
        finding = self._here
        if finding is not None:
            step = self._step_of(finding)
            self._silence(f"{step}:{finding.code}" if here_only and step is not None else finding.code)
            self._show()
            self.explain()
