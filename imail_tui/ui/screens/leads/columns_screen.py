"""The columns of a file: where it is from, what each becomes, and what looks odd about it."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Final

from textual import on, work
from textual.content import Content

from imail_tui.domain.leads.column_facts import ColumnFact, column_facts
from imail_tui.domain.leads.encodings import ENCODINGS, UTF_16
from imail_tui.domain.leads.layout import TARGETS, BadMapping, Layout, checked_target
from imail_tui.domain.leads.sources import SOURCES
from imail_tui.domain.shown import in_bytes, plural
from imail_tui.model.imports import ALL_ADDRESSES, FIRST_ADDRESS
from imail_tui.services.imports.running import ImportRun
from imail_tui.services.imports.table import Table
from imail_tui.services.session import Session
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.commands.import_columns import COMMANDS
from imail_tui.ui.options import UiOptions
from imail_tui.ui.screens.leads.import_screen import ImportScreen
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.detail import BLANK, heading, page
from imail_tui.ui.widgets.line_table import LineTable
from imail_tui.ui.widgets.rows import Cell, Row
from imail_tui.ui.widgets.safe_static import styled

_NOT: Final = "-"
_OWN: Final = "+"
_DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_VALUES: Final = 12
_RAW_LINES: Final = 40
_RAW_BYTES: Final = 16_384


class ColumnsScreen(ImportScreen):
    """The first step behind choosing a file. `run` is the import when it was begun."""

    GROUP: ClassVar[CommandGroup | None] = COMMANDS
    HINTED = (("enter", "field"),)
    EMPTY = "There are no columns."
    COLUMNS = (
        Column("title", "Column", 14, weight=2, max_width=30),
        Column("field", "becomes", 14, weight=1, max_width=24),
        Column("filled", "filled", 6, align="right"),
        Column("value", "such as", 12, weight=3, max_width=40),
        Column("worry", "", 10, weight=2, priority=1),
    )

    def __init__(self, session: Session, table: Table, options: UiOptions | None = None) -> None:
        super().__init__(session, options)
        self.run: ImportRun | None = None
        self._file = table
        self._chosen: dict[str, str] = {}
        self._by_hand: dict[str, str] = {}
        self._layout = self._laid_out(table)
        self._facts: tuple[ColumnFact, ...] = ()
        self._raw: Content | None = None

    def on_mount(self) -> None:
        """Show the columns."""
        self._show()

    def on_unmount(self) -> None:
        """A copy that was not imported goes."""
        if self.run is None:
            self.app.run_worker(self.session.imports.let_go(self._file))

    def title_note(self) -> str:
        """Which file, and which step."""
        return f"{Path(self._file.name).name}  columns"

    def show_row(self) -> None:
        """Values of the column under the cursor, or the raw lines."""
        fact = self._fact()
        if self._raw is not None:
            self.show_page(self._raw)
        elif fact is not None:
            worry = [styled((f"! {fact.worry}", "$text-warning"))] if fact.worry else []
            values = [styled(value) for value in fact.values[:_VALUES]]
            self.show_page(page([heading(fact.title), *worry, BLANK, *values]))

    @on(LineTable.Opened)
    @work(group="ask", exclusive=True, exit_on_error=False)
    async def action_field(self) -> None:
        """Choose what a column becomes."""
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog
        from imail_tui.ui.dialogs.prompt import PromptDialog

        fact = self._fact()
        if fact is None:
            return
        own = self._layout.custom_target(self._layout.headers.index(fact.title))
        choices = [Choice(target, target) for target in TARGETS]
        choices.append(Choice(own, own, note="a custom field"))
        choices.append(Choice(_OWN, "another custom field…"))
        choices.append(Choice(_NOT, "leave it out", aliases=("-",)))
        chosen = await self.app.push_screen_wait(
            PickerDialog(f"What does {fact.title} become?", choices, at=fact.target or own)
        )
        if chosen == _OWN:
            chosen = await self.app.push_screen_wait(
                PromptDialog("Name of the custom field", text=own, check=_target_fault)
            )
        if chosen is not None:
            self._set(None if chosen == _NOT else chosen)

    def action_keep(self) -> None:
        """Keep a column as a custom field of its title; on to the next one."""
        fact = self._fact()
        if fact is None:
            return
        if fact.target is not None:
            self.say(f"It is imported already, as {fact.target}.")
            return
        self._set(self._layout.custom_target(self._layout.headers.index(fact.title)))
        self.table.action_move(1)

    def action_leave_out(self) -> None:
        """Do not import a column."""
        self._set(None)

    @work(group="ask", exclusive=True, exit_on_error=False)
    async def action_source(self) -> None:
        """Read the titles as another tool's."""
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog

        choices = [Choice(source.name, source.title) for source in SOURCES]
        chosen = await self.app.push_screen_wait(
            PickerDialog("Where is the file from?", choices, at=self._file.source.name)
        )
        if chosen is not None:
            await self._read_as("source", chosen)

    @work(group="ask", exclusive=True, exit_on_error=False)
    async def action_delimiter(self) -> None:
        """Cut the lines elsewhere."""
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog

        if self._file.dialect is None:
            self.say("A file of JSON lines has no delimiter.")
            return
        choices = [Choice(sign, name, keys=repr(sign)) for sign, name in _DELIMITERS.items()]
        chosen = await self.app.push_screen_wait(
            PickerDialog("What stands between the cells?", choices, at=self._file.dialect.delimiter)
        )
        if chosen is not None:
            await self._read_as("delimiter", chosen)

    @work(group="ask", exclusive=True, exit_on_error=False)
    async def action_encoding(self) -> None:
        """Read the letters another way."""
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog

        if self._file.encoding == UTF_16:
            self.say("The file is UTF-16 and says so itself.")
            return
        choices = [Choice(name, name, note=words) for name, words in ENCODINGS.items() if name != UTF_16]
        chosen = await self.app.push_screen_wait(
            PickerDialog("What is the file written in?", choices, at=self._file.encoding)
        )
        if chosen is not None:
            await self._read_as("encoding", chosen)

    @work(group="raw", exclusive=True, exit_on_error=False)
    async def action_raw(self) -> None:
        """Raw lines, or values."""
        self._raw = None if self._raw is not None else await asyncio.to_thread(_raw_lines, self._file)
        self.set_class(self._raw is not None, "-detail")
        self.show_row()

    @work(group="check", exclusive=True, exit_on_error=False)
    async def action_check(self) -> None:
        """On to the next step; back here without an import when that was left."""
        from imail_tui.ui.screens.leads.check_screen import CheckScreen

        self._file.require_email(self._layout)
        check = CheckScreen(self.session, self._file, self._layout, self.options)
        await self.app.push_screen_wait(check)
        self._layout = check.laid_out
        if check.run is not None:
            self.run = check.run
            self._remember()
            self.dismiss()

    async def _read_as(self, what: str, choice: str) -> None:
        """Read the file another way; what was chosen before stays so."""
        chosen = {**self._chosen, what: choice}
        self._file = await self.session.imports.look_again(
            self._file,
            delimiter=chosen.get("delimiter"),
            source=chosen.get("source"),
            encoding=chosen.get("encoding"),
        )
        self._chosen = chosen
        self._layout = self._laid_out(self._file)
        self._show()

    def _set(self, target: str | None) -> None:
        fact = self._fact()
        if fact is not None:
            column = self._layout.headers.index(fact.title)
            self._by_hand[fact.title] = target or _NOT
            self._layout = self._layout.with_target(column, target)
            self._show()

    def _fact(self) -> ColumnFact | None:
        row = self.row_id
        return None if row is None else self._facts[int(row)]

    def _show(self) -> None:
        file = self._file
        sign = file.dialect.delimiter if file.dialect else ""
        dialect = _DELIMITERS.get(sign, "JSON lines")
        skipped = file.dialect.skipped_lines if file.dialect else 0
        facts = self._facts = column_facts(self._layout, self._file.sample)
        imported = sum(fact.target is not None for fact in facts)
        lines = [
            styled(
                (file.source.title[:1].upper() + file.source.title[1:], "bold"),
                f"  {file.encoding}, {dialect}, {in_bytes(file.size)}",
                f", {plural(skipped - 1, 'line')} before the titles skipped" if skipped > 1 else "",
            ),
            styled(f"{imported} of {len(facts)} columns imported."),
        ]
        lines += [styled((f"! {problem.what}", "$text-warning")) for problem in file.problems]
        if not self._layout.emails:
            lines.append(
                styled((f"! No column is the e-mail address. {file.source.without_email}", "$text-error"))
            )
        self.show_facts(*lines)
        self.show_rows([_row(number, fact) for number, fact in enumerate(facts)])
        self.show_row()

    def _laid_out(self, table: Table) -> Layout:
        addresses = self.session.ui_state.recall(f"import.addresses.{table.source.name}")
        return replace(table.layout(self._remembered(table)), every_address=addresses == ALL_ADDRESSES)

    def _remembered(self, table: Table) -> dict[str, str]:
        """The mapping the person gave files of this source the last time, and just now, as far as it fits."""
        import orjson

        kept = self.session.ui_state.recall(f"import.columns.{table.source.name}")
        given: dict[str, str] = (orjson.loads(kept) if kept else {}) | self._by_hand
        return {title: target for title, target in given.items() if title in table.headers}

    def _remember(self) -> None:
        import orjson

        chosen = dict.fromkeys(self._layout.left_out, _NOT) | self._layout.titles()
        name = f"import.columns.{self._file.source.name}"
        self.session.ui_state.remember(name, orjson.dumps(chosen).decode())
        addresses = ALL_ADDRESSES if self._layout.every_address else FIRST_ADDRESS
        self.session.ui_state.remember(f"import.addresses.{self._file.source.name}", addresses)


def _row(number: int, fact: ColumnFact) -> Row:
    field = Cell("left out", "muted") if fact.target is None else Cell(fact.target, "good")
    return Row(
        str(number),
        {
            "title": Cell(fact.title, "strong" if fact.target else "muted"),
            "field": field,
            "filled": f"{fact.filled:.0%}",
            "value": Cell(fact.values[0] if fact.values else "", "muted"),
            "worry": Cell(fact.worry, "watch"),
        },
    )


def _raw_lines(file: Table) -> Content:
    try:
        with file.path.open("rb") as stream:
            text = stream.read(_RAW_BYTES).decode(file.codec, "replace")
    except OSError as error:
        return styled((f"! It cannot be read: {error.strerror}.", "$text-error"))
    lines = text.splitlines()[:_RAW_LINES]
    return page(
        [
            heading("Raw lines"),
            BLANK,
            *(styled((f"{n:>3} ", "$text-muted"), line) for n, line in enumerate(lines, 1)),
        ]
    )


def _target_fault(typed: str) -> str | None:
    try:
        checked_target(typed.strip())
    except BadMapping as error:
        return error.problem.sentence()
    return None
