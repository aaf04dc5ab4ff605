"""Imports that are remembered: which are open, what came of the others."""

from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from textual import on, work

from imail_tui.domain.shown import ago, count
from imail_tui.model.imports import ImportState
from imail_tui.services.imports.imports import KnownImport
from imail_tui.services.imports.running import ImportRun
from imail_tui.services.session import Session
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.commands.imports import COMMANDS
from imail_tui.ui.options import UiOptions
from imail_tui.ui.screens.leads.import_screen import ImportScreen
from imail_tui.ui.screens.leads.run_screen import RunScreen
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Cell, Row
from imail_tui.ui.widgets.safe_static import styled


class ImportsScreen(ImportScreen):
    """All imports of this workspace from this machine, the latest first."""

    GROUP: ClassVar[CommandGroup | None] = COMMANDS
    HINTED = (("enter", "open"),)
    EMPTY = "No imports yet. esc, then i, imports a file."
    COLUMNS = (
        Column("state", "", 12),
        Column("file", "File", 14, weight=1, max_width=40),
        Column("created", "created", 9, align="right"),
        Column("updated", "updated", 9, align="right", priority=2),
        Column("skipped", "skipped", 9, align="right", priority=1),
        Column("out", "not in", 8, align="right"),
        Column("age", "began", 7, align="right"),
    )

    def __init__(self, session: Session, options: UiOptions | None = None) -> None:
        super().__init__(session, options)
        self._known: list[KnownImport] = []

    def title_note(self) -> str:
        """How many."""
        return f"all  {count(len(self._known))}"

    def on_screen_resume(self) -> None:
        """What was opened from here may have changed."""
        self.action_refresh_area()

    async def refresh_area(self) -> None:
        """Read the journal."""
        self._known = await self.session.imports.all()
        now = datetime.now(UTC)
        rows = [_row(known, now, self._run_of(known)) for known in self._known]
        self.show_rows(rows)
        self.show_facts(styled(("Files imported from this machine.", "$text-muted")))
        self.show_title()

    @on(LineTable.Opened)
    def open_import(self) -> None:
        """Progress, or the report."""
        known = self._here()
        if known is not None:
            self.app.push_screen(RunScreen(self.session, known.record, self._run_of(known), self.options))

    @work(group="give-up", exclusive=True, exit_on_error=False)
    async def action_give_up(self) -> None:
        """Do not take it up again."""
        from imail_tui.ui.screens.asking import confirmed

        known = self._here()
        if known is None:
            return
        if known.record.state is not ImportState.OPEN:
            self.say("It has ended.")
            return
        name = Path(known.record.request.path).name
        lines = ("What was sent stays; the rest is not sent.",)
        live = self.session.status.mode != "test"
        if await confirmed(
            self.app, f"Give up the import of {name}?", "Give up", lines, trigger="x", live=live
        ):
            await self.session.imports.give_up(known.record.id)
            await self.refresh_area()

    def _here(self) -> KnownImport | None:
        return next((each for each in self._known if each.record.id == self.row_id), None)

    def _run_of(self, known: KnownImport) -> ImportRun | None:
        return next((run for run in self.session.imports.runs if run.record.id == known.record.id), None)


def _row(known: KnownImport, now: datetime, run: ImportRun | None) -> Row:
    record, server = known.record, known.server
    if run is not None:
        state = Cell(f"{run.progress.share:.0%} sent", "good")
    elif record.state is ImportState.OPEN:
        state = Cell("! not done", "watch")
    else:
        state = Cell("✓ done" if record.state is ImportState.DONE else "– given up", "muted")
    out = server.failed + server.unexplained + (record.file.invalid if record.file else 0)
    return Row(
        record.id,
        {
            "state": state,
            "file": Cell(Path(record.request.path).name, "strong"),
            "created": count(server.created),
            "updated": count(server.updated),
            "skipped": count(server.skipped),
            "out": Cell(count(out), "watch" if out else "muted"),
            "age": ago(datetime.fromtimestamp(record.started_at, UTC), now),
        },
    )
