"""What is wrong with which line of a file, mended on the spot, and what importing it comes to."""

from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Final

from textual import on, work
from textual.content import Content

from imail_tui.domain.leads.layout import Layout
from imail_tui.domain.sequence.wanted import wanted_fields
from imail_tui.domain.shown import plural
from imail_tui.domain.text import clip, one_line
from imail_tui.model.campaigns import Campaign
from imail_tui.model.imports import Repairs
from imail_tui.services.imports.checking import LISTED, PlacedFault, Tally
from imail_tui.services.imports.knowing import Known
from imail_tui.services.imports.mending import DUPLICATE, Mending, column_at_fault
from imail_tui.services.imports.running import ImportRun
from imail_tui.services.imports.table import Table
from imail_tui.services.session import Session
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.commands.import_check import COMMANDS
from imail_tui.ui.options import UiOptions
from imail_tui.ui.screens.leads.check_facts import (
    campaign_line,
    counts_line,
    known_line,
    listed_line,
    tally_lines,
)
from imail_tui.ui.screens.leads.import_questions import NO_CAMPAIGN, agreed, asked_campaign, asked_policy
from imail_tui.ui.screens.leads.import_screen import ImportScreen
from imail_tui.ui.typeahead import opening
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.detail import BLANK, heading, page
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Cell, Row
from imail_tui.ui.widgets.safe_static import styled

_TITLE_CELLS: Final = 20


class CheckScreen(ImportScreen):
    """The step before sending. `run` is the import when it was begun; `laid_out` may be another by then."""

    GROUP: ClassVar[CommandGroup | None] = COMMANDS
    HINTED = (("enter", "mend"),)
    EMPTY = "Nothing is wrong with any line. i imports."
    COLUMNS = (
        Column("line", "Line", 7, align="right"),
        Column("state", "", 2),
        Column("cell", "Cell", 14, weight=2, max_width=40),
        Column("reason", "What is wrong", 20, weight=3),
    )

    def __init__(
        self, session: Session, table: Table, layout: Layout, options: UiOptions | None = None
    ) -> None:
        super().__init__(session, options)
        self.run: ImportRun | None = None
        self._file = table
        self.laid_out = layout
        self._mending = Mending()
        self._checked: Repairs | None = None
        self._listed: list[PlacedFault] = []
        self._tally = Tally()
        self._known = Known()
        self._is_looking_up = False
        self._campaign_id: str | None = None
        self._campaign: Campaign | None = None

    def on_mount(self) -> None:
        """Check."""
        self._show()
        self.action_check_again()

    def title_note(self) -> str:
        """Which file, and which step."""
        return f"{Path(self._file.name).name}  check"

    def unsaved(self) -> str | None:
        """Repairs that were made."""
        count = self._mending.count
        return f"{plural(count, 'repair')} of {self._file.name}" if count and self.run is None else None

    def leave(self) -> None:
        """End a look-up; else back to the columns, asking about repairs that would be lost."""
        if self._is_looking_up:
            self.workers.cancel_group(self, "look-up")
        elif self._mending.count:
            self._leave_repairs()
        else:
            super().leave()

    @work(group="ask", exclusive=True, exit_on_error=False)
    async def _leave_repairs(self) -> None:
        from imail_tui.ui.screens.asking import confirmed

        lines = (f"{plural(self._mending.count, 'repair')} would be lost; the file stays as it was.",)
        live = self.session.status.mode != "test"
        if await confirmed(self.app, "Leave the check?", "Leave", lines, trigger="q", live=live):
            self.dismiss()

    @work(group="check", exclusive=True, exit_on_error=False)
    async def action_check_again(self) -> None:
        """Read the file to its end."""
        await self._check()

    @on(LineTable.Opened)
    @work(group="ask", exclusive=True, exit_on_error=False)
    async def action_edit(self) -> None:
        """Mend the cell that is wrong."""
        await self._mend(alike=False)

    @work(group="ask", exclusive=True, exit_on_error=False)
    async def action_alike(self) -> None:
        """Mend it wherever it stands."""
        await self._mend(alike=True)

    def action_drop(self) -> None:
        """Leave a record out."""
        fault = self._fault()
        if fault is None:
            return
        if fault.code == DUPLICATE:
            self.say("It is left out anyway: the address stands earlier in the file.")
            return
        self._mending.drop(fault)
        self._show()
        self.table.action_move(1)

    def action_undo_repair(self) -> None:
        """Take the latest repair back."""
        self.say("" if self._mending.undo() else "There is no repair to take back.")
        self._show()

    @work(group="check", exclusive=True, exit_on_error=False)
    async def action_addresses(self) -> None:
        """Make each address of a record a lead, or the first only; and check again."""
        if not self._tally.several:
            self.say("No record has several addresses.")
            return
        self.laid_out = replace(self.laid_out, every_address=not self.laid_out.every_address)
        await self._check()

    @work(group="look-up", exclusive=True, exit_on_error=False)
    async def action_look_up(self) -> None:
        """Ask what the workspace knows of all addresses, beyond those of the first request."""
        if self._checked is not self._mending.repairs:
            self.say("c checks first, with all repairs.")
            return
        if self._known.asked >= self._tally.leads:
            self.say("All of them are looked up.")
            return

        def on_part(known: Known) -> None:
            self._known = known
            self._show_facts()

        before = self._known
        self._is_looking_up = True
        on_part(Known())
        try:
            await self.session.imports.look_up_all(self._file, self.laid_out, self._mending.repairs, on_part)
        finally:
            self._is_looking_up = False
            if self._known.asked < before.asked:
                self._known = before
            self._show_facts()

    @work(group="ask", exclusive=True, exit_on_error=False)
    async def action_campaign(self) -> None:
        """Choose the campaign now, to see whether the file has what its mails need."""
        campaign_id = await asked_campaign(self.app, self.session, self._campaign_id)
        if campaign_id is not None:
            await self._aim_at(campaign_id)

    @work(group="import", exclusive=True, exit_on_error=False)
    async def action_import_now(self) -> None:
        """Ask what is still to be known, and begin."""
        if self._checked is not self._mending.repairs:
            await self._check()
        if not self._tally.leads:
            self.say("No record can be imported. Mend some, or choose other columns.")
            return
        if self._campaign_id is None:
            campaign_id = await asked_campaign(self.app, self.session, None)
            if campaign_id is None:
                return
        else:
            campaign_id = self._campaign_id
        policy = await asked_policy(self.app)
        if policy is None:
            return
        with opening(self.app):
            # Its mails may be others by now.
            await self._aim_at(campaign_id)
        campaign = self._campaign
        missing = [] if campaign is None else self._wanted(campaign)[1]
        if not await agreed(self.app, self.session, self._tally, self._file.name, policy, campaign, missing):
            return
        self.run = await self.session.imports.begin(
            self._file,
            self.laid_out,
            campaign_id=None if campaign_id == NO_CAMPAIGN else campaign_id,
            on_duplicate=policy,
            repairs=self._mending.repairs,
        )
        self.session.imports.start(self.run)
        self.dismiss()

    def show_row(self) -> None:
        """The record under the cursor, cell by cell."""
        fault = self._fault()
        if fault is None:
            self.show_page(Content())
            return
        cells = self._mending.cells(fault)
        state = self._mending.state(fault, self.laid_out)
        told = "dropped" if state is None else state or "mended"
        lines = [heading(f"Line {fault.line:,}", f"record {fault.record:,}"), styled(told), BLANK]
        if cells is not None:
            pairs = zip(self.laid_out.headers, cells, strict=False)
            lines += [_cell(title, cell) for title, cell in pairs if cell]
        self.show_page(page(lines))

    # Checking

    async def _check(self) -> None:
        self.workers.cancel_group(self, "look-up")
        repairs = self._mending.repairs
        self._tally, self._known = Tally(), Known()

        def on_block(tally: Tally) -> None:
            self._tally = tally
            if not repairs and len(tally.faults) > 2 * len(self._listed):
                self._listed = [*tally.faults]
                self._show_listed()
            self._show_facts(under_way=True)

        self._tally = await self.session.imports.check(self._file, self.laid_out, repairs, on_block)
        self._checked = repairs
        if not repairs:
            # With repairs, records that are mended would be gone from the list.
            self._listed = self._tally.faults
        self._show()
        if self._tally.first_emails:
            self._known = await self.session.imports.look_up(self._tally.first_emails)
            self._show_facts()

    async def _mend(self, *, alike: bool) -> None:
        from imail_tui.ui.dialogs.prompt import PromptDialog

        fault = self._fault()
        if fault is None:
            return
        cells = self._mending.cells(fault)
        reason = self._mending.state(fault, self.laid_out)
        if cells is None:
            self.say("It is dropped; u takes that back.")
            return
        if fault.code in (DUPLICATE, "bad_json"):
            self.say(f"Line {fault.line:,} cannot be mended here: {reason}.")
            return
        column = column_at_fault(fault, cells, self.laid_out)
        old = cells[column] if column < len(cells) else ""
        title = self.laid_out.headers[column]
        where = f"{title} in line {fault.line:,}" if not alike else f"{title} wherever it is {old or 'blank'}"
        text = await self.app.push_screen_wait(
            PromptDialog(where, text=old, note=reason or "enter accepts", keep=True)
        )
        if text is None or text == old:
            return
        if alike:
            self._mending.alike(column, old, text)
        else:
            self._mending.cell(fault, column, text)
        self._show()

    # Asking

    async def _aim_at(self, campaign_id: str) -> None:
        self._campaign_id = campaign_id
        self._campaign = (
            None if campaign_id == NO_CAMPAIGN else await self.session.campaigns.fetch(campaign_id)
        )
        self._show_facts()

    def _wanted(self, campaign: Campaign) -> tuple[tuple[str, ...], list[str]]:
        """Variables its mails cannot do without, and those of them that the file has not."""
        wanted = wanted_fields(campaign.wire().get("steps"))
        return wanted, [name for name in wanted if name not in self.laid_out.fields]

    # Showing

    def _fault(self) -> PlacedFault | None:
        row = self.row_id
        return None if row is None else self._listed[int(row)]

    def _show(self) -> None:
        self._show_listed()
        self._show_facts()
        self.show_row()

    def _show_listed(self) -> None:
        rows = [
            _row(number, fault, self._mending.state(fault, self.laid_out))
            for number, fault in enumerate(self._listed)
        ]
        self.show_rows(rows)

    def _show_facts(self, *, under_way: bool = False) -> None:
        tally = self._tally
        share = tally.read / max(1, self._file.size) if under_way else None
        changed = not under_way and self._checked not in (None, self._mending.repairs)
        lines = [
            counts_line(tally, share, self._mending.count if changed else 0),
            *tally_lines(tally, every_address=self.laid_out.every_address),
        ]
        if self._known.asked or self._is_looking_up:
            lines.append(known_line(self._known, tally.leads, under_way=self._is_looking_up))
        if self._campaign is not None:
            campaign = self._campaign
            lines.append(campaign_line(campaign.name, campaign.status or "", *self._wanted(campaign)))
        if tally.invalid + tally.duplicates > LISTED:
            lines.append(listed_line())
        self.show_facts(*lines)


def _cell(title: str, cell: str) -> Content:
    return styled((f"{clip(one_line(title), _TITLE_CELLS):<{_TITLE_CELLS + 1}}", "$text-muted"), cell)


def _row(number: int, fault: PlacedFault, state: str | None) -> Row:
    if state is None:
        mark, reason = Cell("–", "muted"), Cell("dropped", "muted")
    elif state == "":
        mark, reason = Cell("✓", "good"), Cell("mended", "good")
    else:
        tone: Final = "muted" if fault.code == DUPLICATE else "watch"
        words = state.removeprefix(f"{fault.cell}: ")
        mark, reason = Cell("=" if fault.code == DUPLICATE else "!", tone), Cell(words, tone)
    return Row(str(number), {"line": f"{fault.line:,}", "state": mark, "cell": fault.cell, "reason": reason})
