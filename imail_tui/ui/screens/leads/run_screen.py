"""An import while it runs, and the report when it has ended; what goes on does so without this screen."""

from pathlib import Path
from typing import ClassVar, Final

from textual import work
from textual.content import Content

from imail_tui.domain.leads.pace import seconds_left
from imail_tui.domain.shown import count, duration, plural
from imail_tui.model.imports import FileCounts, ImportRecord, ImportState, ServerCounts
from imail_tui.services.imports.rejects import Reject
from imail_tui.services.imports.running import ImportRun, Phase, Progress
from imail_tui.services.session import Session
from imail_tui.ui.commands.command import CommandGroup, Subject
from imail_tui.ui.commands.import_run import COMMANDS
from imail_tui.ui.options import UiOptions
from imail_tui.ui.screens.leads.import_screen import ImportScreen
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.detail import BLANK, heading, page
from imail_tui.ui.widgets.rows import Cell, Row
from imail_tui.ui.widgets.safe_static import styled

_BAR: Final = 40
_PAINT_SECONDS: Final = 0.25
_LOW_BANDWIDTH_SECONDS: Final = 2.0
_LISTED: Final = 1_000
_WORDS: Final = {
    Phase.CHECKING: "reading the file",
    Phase.SENDING: "sending",
    Phase.PAUSED: "paused, p goes on",
    Phase.WAITING: "waiting for the server",
    Phase.WATCHING: "another process works on it",
    Phase.STOPPING: "stopping behind the requests under way",
    Phase.ENDED: "ended",
}


class RunScreen(ImportScreen):
    """One import. esc leaves it running."""

    GROUP: ClassVar[CommandGroup | None] = COMMANDS
    EMPTY = ""
    COLUMNS = (
        Column("line", "Line", 7, align="right"),
        Column("code", "Code", 14, priority=1),
        Column("reason", "Why it is not in", 24, weight=2),
        Column("cells", "Record", 14, weight=3),
    )

    def __init__(
        self,
        session: Session,
        record: ImportRecord,
        run: ImportRun | None,
        options: UiOptions | None = None,
    ) -> None:
        """`run` None: it is over, or was left by another process."""
        super().__init__(session, options)
        self._record = record
        self._run = run
        self._server = ServerCounts()
        self._rejects: list[Reject] = []
        self._seconds = 0.0

    def on_mount(self) -> None:
        """Follow it, or show how it ended."""
        pause = _LOW_BANDWIDTH_SECONDS if self.options.low_bandwidth else _PAINT_SECONDS
        self.set_interval(pause, self._follow)
        if self._run is None:
            self._report()
        else:
            self._follow()

    def title_note(self) -> str:
        """Which file."""
        return Path(self._record.request.path).name

    def subject(self) -> Subject:
        """How the import stands."""
        state = self._record.state if self._run is None else None
        return Subject(record=state, link=self.session.status.link)

    def action_pause(self) -> None:
        """Pause, or go on."""
        if self._run is None:
            self.say("It does not run.")
        elif self._run.progress.phase is Phase.PAUSED:
            self._run.go_on()
        else:
            self._run.pause()
        self._follow()

    def action_stop_import(self) -> None:
        """End it where it is."""
        if self._run is None:
            self.say("It does not run.")
        else:
            self._run.stop()
            self._follow()

    @work(group="take-up", exclusive=True, exit_on_error=False)
    async def action_take_up(self) -> None:
        """Go on with one that ended early."""
        if self._run is not None:
            self.say("It runs.")
            return
        run = await self.session.imports.take_up(self._record.id)
        self.session.imports.start(run)
        self._run = run
        self.show_rows([])
        self._follow()

    @work(group="rejects", exclusive=True, exit_on_error=False)
    async def action_write_rejects(self) -> None:
        """Into a file."""
        from imail_tui.ui.dialogs.prompt import PromptDialog

        if self._run is not None:
            self.say("Once it has ended.")
            return
        origin = Path(self._record.request.path)
        place = str(origin.with_name(f"{origin.stem}-rejects.csv")) if origin.suffix else "rejects.csv"
        typed = await self.app.push_screen_wait(
            PromptDialog("Write invalid and refused rows to", text=place, note="mend it, and import it again")
        )
        if typed:
            path = _home_path(typed)
            written = await self.session.imports.write_rejects(self._record.id, path)
            self.say(f"{plural(written, 'row')} in {path}.")

    def show_row(self) -> None:
        """The cells of the row under the cursor."""
        row = self.row_id
        if row is None:
            self.show_page(Content())
            return
        reject = self._rejects[int(row)]
        lines = [heading(f"Line {reject.line:,}", reject.code), styled(reject.reason), BLANK]
        self.show_page(page([*lines, *(styled(cell) for cell in reject.cells if cell)]))

    # Following

    def _follow(self) -> None:
        run = self._run
        if run is None:
            return
        progress = run.progress
        if progress.phase is Phase.ENDED:
            self._seconds = progress.seconds
            self._run = None
            self._record = run.record
            self._report()
        elif self.is_current:
            self.show_facts(*self._progress_lines(progress))
            self.show_status()

    def _progress_lines(self, progress: Progress) -> list[Content]:
        full = round(_BAR * progress.share)
        budget = self.session.budget_detail()
        server = progress.server
        rows_each = server.told / server.requests if server.requests else 0.0
        left = seconds_left(
            progress.rows_left, progress.rows_per_second, rows_each, budget.left or 0.0, budget.refill
        )
        told = "" if left is None else f"about {_span(left)} left"
        lines = [
            styled(
                ("█" * full, "$text-primary"),
                ("░" * (_BAR - full), "$text-muted"),
                f" {progress.share:4.0%}  ",
                (_WORDS[progress.phase], "bold"),
            ),
            styled(
                f"{count(server.told)} of about {count(round(server.told + progress.rows_left))} rows",
                f"  {count(round(progress.rows_per_second))}/s  {told}",
            )
            if progress.read
            else styled(f"{plural(server.told, 'row')} so far." if server.told else "Nothing is read yet."),
            styled(
                f"{plural(server.requests, 'request')}",
                f"  {count(None if budget.left is None else int(budget.left))} tokens left",
            ),
            _server_line(server),
        ]
        if progress.problem is not None:
            lines.append(styled((f"! {progress.problem.sentence()}", "$text-warning")))
        elif budget.paused:
            lines.append(styled((f"The server asked to wait: {_span(budget.paused)} more.", "$text-warning")))
        return [*lines, styled(("esc leaves it running.", "$text-muted"))]

    @work(group="report", exclusive=True, exit_on_error=False)
    async def _report(self) -> None:
        self._server = await self.session.imports.counts(self._record.id)
        self._show_report()
        missing = self._server.failed + self._server.unexplained
        file = self._record.file
        if self._record.state is ImportState.DONE and missing + (file.invalid if file else 0):
            self._rejects = await self.session.imports.first_rejects(self._record.id, _LISTED)
            self.show_rows([_row(n, reject) for n, reject in enumerate(self._rejects)])

    def _show_report(self) -> None:
        record, file, server = self._record, self._record.file, self._server
        lines: list[Content] = []
        if record.state is ImportState.DONE:
            whole = not (server.failed + server.unexplained + (file.invalid if file else 0))
            words = "All rows are in." if whole else "Done; some rows are not in."
            lines.append(styled((words, "bold $text-success" if whole else "bold $text-warning")))
        elif record.state is ImportState.DROPPED:
            lines.append(styled(("Given up; what was sent stays.", "bold")))
        else:
            lines.append(styled(("Not finished: t takes it up again.", "bold $text-warning")))
        if record.problem is not None and record.state is ImportState.OPEN:
            lines.append(styled((f"! {record.problem.sentence()}", "$text-warning")))
        if file is not None:
            out = [(file.duplicates, "duplicate"), (file.invalid, "invalid"), (file.blank, "blank")]
            rest = "".join(f", {count(number)} {word}" for number, word in out if number)
            lines.append(styled(f"{plural(file.records, 'record')}: {count(file.accepted)} accepted{rest}"))
            if file.further + file.further_duplicates + file.further_invalid:
                lines.append(_further_line(file))
        lines.append(_server_line(server))
        lines.append(
            styled(
                f"{plural(server.requests, 'request')}",
                f" in {self._seconds:,.1f} s" if self._seconds else "",
                (f"  {record.id}", "$text-muted"),
            )
        )
        self.show_facts(*lines)


def _server_line(server: ServerCounts) -> Content:
    parts = [styled((f"{count(server.created)} created", "$text-success"))]
    for number, word, tone in (
        (server.updated, "updated", ""),
        (server.skipped, "skipped, they exist", ""),
        (server.failed, "refused", "$text-warning"),
        (server.unexplained, "not explained", "$text-warning"),
    ):
        if number:
            parts.append(styled((f"{count(number)} {word}", tone)))
    return Content(", ").join(parts)


def _further_line(file: FileCounts) -> Content:
    """What became of addresses behind a record's first."""
    parts = (
        (file.further_duplicates, "stand earlier in the file"),
        (file.further_invalid, "can be none"),
    )
    rest = "".join(f", {count(number)} {words}" for number, words in parts if number)
    return styled(f"Of further addresses: {plural(file.further, 'lead')}{rest}")


def _home_path(typed: str) -> Path:
    """A typed path; ~ is the home."""
    return Path(typed.strip()).expanduser()


def _span(seconds: float) -> str:
    from datetime import timedelta

    return duration(timedelta(seconds=round(seconds)))


def _row(number: int, reject: Reject) -> Row:
    cells = ", ".join(cell for cell in reject.cells if cell)
    return Row(
        str(number),
        {
            "line": f"{reject.line:,}",
            "code": Cell(reject.code, "muted"),
            "reason": Cell(reject.reason, "watch"),
            "cells": cells,
        },
    )
