"""The import while it runs, and what became of it."""

import asyncio
from datetime import datetime, timedelta
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from imail_tui.domain.shown import count
from imail_tui.services.importer import Importer, ImportOutcome, ImportPlan, Progress
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.detail import page
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

_BAR_CELLS: Final = 40
_STOPS: Final = "esc stops"
_FAULTS_SHOWN: Final = 8
_PAUSE_FROM: Final = 2.0
"""Seconds of a pause of the budget that are worth a word."""


class ImportProgress(Dialog[ImportOutcome]):
    """Runs an import and gives its outcome. Leaving stops it behind the request under way.

    A request that still waits for the budget is given up then.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "done", "close when it is over", show=False, id="import.done")
    ]

    def __init__(self, importer: Importer, plan: ImportPlan, campaign_id: str | None) -> None:
        super().__init__()
        self._importer = importer
        self._plan = plan
        self._campaign_id = campaign_id
        self._stop = asyncio.Event()
        self._outcome: ImportOutcome | None = None
        self._note = _STOPS

    def compose(self) -> ComposeResult:
        """The title, the bar, what is left to say."""
        with Vertical(classes="box"):
            yield SafeStatic(f"Importing {self._plan.path.name}", classes="title")
            yield SafeStatic(_bar(Progress(0, self._plan.rows, 0.0)), id="bar")
            yield SafeStatic(styled((self._note, "$text-muted")), id="note")

    def on_mount(self) -> None:
        """Begin."""
        self._run_import()
        self.set_interval(1.0, self._tell_pause)

    @work(group="import", exclusive=True, exit_on_error=False)
    async def _run_import(self) -> None:
        outcome = await self._importer.run(self._plan, self._campaign_id, self._show, self._stop)
        self._outcome = outcome
        self.query_one("#note", SafeStatic).update(_told(outcome))

    def _tell_pause(self) -> None:
        """Say that nothing is sent, and until when, while the server's pause lasts."""
        if self._outcome is not None or self._stop.is_set():
            return
        seconds = self._importer.paused()
        note = _STOPS
        if seconds >= _PAUSE_FROM:
            until = datetime.now().astimezone() + timedelta(seconds=round(seconds))
            note = f"The server asked to wait (429): nothing is sent until {until:%H:%M}. {_STOPS}"
        if note != self._note:
            self._note = note
            self.query_one("#note", SafeStatic).update(styled((note, "$text-muted")))

    def _show(self, progress: Progress) -> None:
        self.query_one("#bar", SafeStatic).update(_bar(progress))

    def unsaved(self) -> str | None:
        """An import that is under way."""
        return None if self._outcome else f"The import of {self._plan.path.name} is under way."

    def action_done(self) -> None:
        """Close once there is an outcome."""
        if self._outcome is not None:
            self.dismiss(self._outcome)

    def action_cancel(self) -> None:
        """Stop; once it has stopped, close."""
        self._stop.set()
        if self._outcome is not None:
            self.dismiss(self._outcome)
        else:
            self.query_one("#note", SafeStatic).update(styled(("stopping after this request", "$text-muted")))


def _bar(progress: Progress) -> Content:
    share = progress.done / progress.total if progress.total else 1.0
    full = round(_BAR_CELLS * share)
    rate = "" if progress.rate is None else f"  {count(round(progress.rate))}/s"
    left = "" if progress.seconds_left is None else f"  {progress.seconds_left:.0f} s left"
    return styled(
        ("█" * full, "$text-primary"),
        ("░" * (_BAR_CELLS - full), "$text-muted"),
        f" {share:4.0%}\n{count(progress.done)} of {count(progress.total)}{rate}{left}",
    )


def _told(outcome: ImportOutcome) -> Content:
    lines = [
        styled((f"{name:<24}", "$text-muted"), f"{number:>9,}")
        for name, number in (
            ("created", outcome.created),
            ("updated", outcome.updated),
            ("skipped, they exist", outcome.skipped),
            ("refused by the server", outcome.failed),
            ("no valid address", outcome.invalid),
            ("in doubt", outcome.in_doubt),
            ("not sent", outcome.not_sent),
        )
        if number or name == "created"
    ]
    lines += [
        styled((f"  line {line}: {reason}", "$text-warning"))
        for line, reason in outcome.faults[:_FAULTS_SHOWN]
    ]
    if outcome.problem is not None:
        lines.append(styled((f"! {outcome.problem.sentence()}", "$text-error")))
    lines.append(styled(("enter closes", "bold")))
    return page(lines)
