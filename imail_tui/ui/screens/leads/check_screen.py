"""What is wrong with which line of a file, mended on the spot, and what importing it comes to."""

from pathlib import Path
from typing import ClassVar, Final

from textual import on, work
from textual.content import Content

from imail_tui.domain.leads.layout import Layout
from imail_tui.domain.leads.records import REASONS
from imail_tui.domain.sequence.wanted import wanted_fields
from imail_tui.domain.shown import count, plural
from imail_tui.domain.text import clip, one_line
from imail_tui.model.campaigns import Campaign
from imail_tui.model.imports import Repairs
from imail_tui.services.imports.checking import LISTED, PlacedFault, Tally
from imail_tui.services.imports.chunks import ROWS
from imail_tui.services.imports.knowing import Known
from imail_tui.services.imports.mending import DUPLICATE, Mending, column_at_fault
from imail_tui.services.imports.running import ImportRun
from imail_tui.services.imports.table import Table
from imail_tui.services.session import Session
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.commands.import_check import COMMANDS
from imail_tui.ui.options import UiOptions
from imail_tui.ui.screens.leads.check_facts import campaign_line, known_line
from imail_tui.ui.screens.leads.import_screen import ImportScreen
from imail_tui.ui.typeahead import opening
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.detail import BLANK, heading, page
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Cell, Row
from imail_tui.ui.widgets.safe_static import styled

_TITLE_CELLS: Final = 20
_NO_CAMPAIGN: Final = "-"
_WORST: Final = 3
_NOTES: Final = {
    "mailto": "with mailto: taken off",
    "name": "with a name around the address",
    "brackets": "in brackets",
    "trailing_dot": "with a dot at the end taken off",
    "invisible": "with invisible letters taken out",
    "apostrophe": "with an apostrophe taken off",
}


class CheckScreen(ImportScreen):
    """The step before sending. `run` is the import when it was begun."""

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
        self._layout = layout
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

    @work(group="look-up", exclusive=True, exit_on_error=False)
    async def action_look_up(self) -> None:
        """Ask what the workspace knows of all addresses, beyond those of the first request."""
        if self._checked is not self._mending.repairs:
            self.say("c checks first, with all repairs.")
            return
        if self._known.asked >= self._tally.accepted:
            self.say("All of them are looked up.")
            return

        def on_part(known: Known) -> None:
            self._known = known
            self._show_facts()

        before = self._known
        self._is_looking_up = True
        on_part(Known())
        try:
            await self.session.imports.look_up_all(self._file, self._layout, self._mending.repairs, on_part)
        finally:
            self._is_looking_up = False
            if self._known.asked < before.asked:
                self._known = before
            self._show_facts()

    @work(group="ask", exclusive=True, exit_on_error=False)
    async def action_campaign(self) -> None:
        """Choose the campaign now, to see whether the file has what its mails need."""
        campaign_id = await self._ask_campaign()
        if campaign_id is not None:
            await self._aim_at(campaign_id)

    @work(group="import", exclusive=True, exit_on_error=False)
    async def action_import_now(self) -> None:
        """Ask what is still to be known, and begin."""
        if self._checked is not self._mending.repairs:
            await self._check()
        if not self._tally.accepted:
            self.say("No record can be imported. Mend some, or choose other columns.")
            return
        if self._campaign_id is None:
            campaign_id = await self._ask_campaign()
            if campaign_id is None:
                return
        else:
            campaign_id = self._campaign_id
        policy = await self._ask_policy()
        if policy is None:
            return
        with opening(self.app):
            # Its mails may be others by now.
            await self._aim_at(campaign_id)
        if not await self._agreed(policy):
            return
        self.run = await self.session.imports.begin(
            self._file,
            self._layout,
            campaign_id=None if campaign_id == _NO_CAMPAIGN else campaign_id,
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
        state = self._mending.state(fault, self._layout)
        told = "dropped" if state is None else state or "mended"
        lines = [heading(f"Line {fault.line:,}", f"record {fault.record:,}"), styled(told), BLANK]
        if cells is not None:
            pairs = zip(self._layout.headers, cells, strict=False)
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

        self._tally = await self.session.imports.check(self._file, self._layout, repairs, on_block)
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
        reason = self._mending.state(fault, self._layout)
        if cells is None:
            self.say("It is dropped; u takes that back.")
            return
        if fault.code in (DUPLICATE, "bad_json"):
            self.say(f"Line {fault.line:,} cannot be mended here: {reason}.")
            return
        column = column_at_fault(fault, cells, self._layout)
        old = cells[column] if column < len(cells) else ""
        title = self._layout.headers[column]
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

    async def _ask_campaign(self) -> str | None:
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog

        window = self.session.campaigns.window()
        try:
            campaigns = [self.session.campaigns.parse(row) for row in window.rows(0, window.total)]
        finally:
            window.close()
        choices = [
            Choice(_NO_CAMPAIGN, "No campaign", note="only store the leads"),
            *(
                Choice(each.id, each.name, note=each.status)
                for each in campaigns
                if each.status in ("draft", "active", "paused")
            ),
        ]
        return await self.app.push_screen_wait(
            PickerDialog("Enroll the leads in a campaign?", choices, at=self._campaign_id or _NO_CAMPAIGN)
        )

    async def _aim_at(self, campaign_id: str) -> None:
        self._campaign_id = campaign_id
        self._campaign = (
            None if campaign_id == _NO_CAMPAIGN else await self.session.campaigns.fetch(campaign_id)
        )
        self._show_facts()

    def _wanted(self, campaign: Campaign) -> tuple[tuple[str, ...], list[str]]:
        """Variables its mails cannot do without, and those of them that the file has not."""
        wanted = wanted_fields(campaign.wire().get("steps"))
        return wanted, [name for name in wanted if name not in self._layout.fields]

    async def _ask_policy(self) -> str | None:
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog

        choices = [
            Choice("skip", "Leave them as they are", note="only new leads are stored"),
            Choice("update", "Update them", note="cells that are filled replace what is there"),
        ]
        return await self.app.push_screen_wait(PickerDialog("What about leads that exist already?", choices))

    async def _agreed(self, policy: str) -> bool:
        from imail_tui.ui.dialogs.confirm import ConfirmDialog, Danger

        tally = self._tally
        requests = -(-tally.accepted // ROWS)
        budget = self.session.budget_detail()
        lines = [
            f"{plural(requests, 'request')} of the budget; {budget.refill * 60:,.0f} a minute are allowed.",
            "Leads that exist are updated." if policy == "update" else "Leads that exist stay as they are.",
        ]
        left_out = tally.invalid + tally.duplicates + tally.blank
        if left_out:
            lines.append(f"{plural(left_out, 'record')} of the file stay out.")
        campaign = self._campaign
        if campaign is not None:
            lines.append(f"They are enrolled in {campaign.name} ({campaign.status}).")
            missing = self._wanted(campaign)[1]
            if missing:
                lines.append(f"! Its mails need {', '.join(missing)}, which the file has not.")
        danger = Danger(
            f"Import {plural(tally.accepted, 'lead')} from {Path(self._file.name).name}?",
            "Import",
            tuple(lines),
            live=self.session.status.mode != "test",
            trigger=("i",),
        )
        return await self.app.push_screen_wait(ConfirmDialog(danger)) is True

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
            _row(number, fault, self._mending.state(fault, self._layout))
            for number, fault in enumerate(self._listed)
        ]
        self.show_rows(rows)

    def _show_facts(self, *, under_way: bool = False) -> None:
        tally = self._tally
        share = f"  reading, {tally.read / max(1, self._file.size):.0%}" if under_way else ""
        changed = not under_way and self._checked not in (None, self._mending.repairs)
        counts = styled(
            (f"{count(tally.accepted)} to import", "bold $text-success"),
            f" of {plural(tally.records, 'record')}",
            f", {count(tally.duplicates)} duplicate" if tally.duplicates else "",
            (f", {count(tally.invalid)} invalid" if tally.invalid else "", "$text-warning"),
            f", {count(tally.blank)} blank" if tally.blank else "",
            (share, "$text-muted"),
            (
                f"  {plural(self._mending.count, 'repair')} not counted yet: c checks again"
                if changed
                else "",
                "$text-warning",
            ),
        )
        lines = [counts]
        # One reason is told by the lines themselves.
        if len(tally.by_code) > 1:
            worst = sorted(tally.by_code.items(), key=lambda each: -each[1])[:_WORST]
            words = ", ".join(f"{count(number)} {REASONS[code]}" for code, number in worst)
            lines.append(styled((f"Mostly: {words}", "$text-warning")))
        flags = [
            (tally.roles, "role addresses such as info@"),
            (tally.free_mail, "free mail"),
            *((number, _NOTES[note]) for note, number in tally.notes.items()),
        ]
        worth = ", ".join(f"{count(number)} {words}" for number, words in flags if number)
        if worth:
            lines.append(styled((f"Among them: {worth}", "$text-muted")))
        if self._known.asked or self._is_looking_up:
            lines.append(known_line(self._known, tally.accepted, under_way=self._is_looking_up))
        if self._campaign is not None:
            campaign = self._campaign
            lines.append(campaign_line(campaign.name, campaign.status or "", *self._wanted(campaign)))
        if tally.invalid + tally.duplicates > LISTED:
            lines.append(
                styled(
                    (
                        f"The first {count(LISTED)} are listed. The report writes all invalid ones to a file;"
                        " duplicates are in by their first line.",
                        "$text-muted",
                    )
                )
            )
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
