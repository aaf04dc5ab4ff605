"""The suppression list: who is never written to, why, adding, taking off, files."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

from textual import work
from textual.content import Content
from textual.worker import Worker

from imail_tui.domain.budget import Priority
from imail_tui.domain.filters import parse_filter
from imail_tui.domain.leads.suppressed import Entry, Faulty, value_of
from imail_tui.domain.leads.timeline import suppressed_by
from imail_tui.domain.operations import LIST_EVENTS, LOOK_UP
from imail_tui.domain.shown import UNKNOWN, ago, count, moment, plural
from imail_tui.model.problem import Problem
from imail_tui.model.suppressions import Suppressed
from imail_tui.services.session import Session
from imail_tui.services.suppressions import Suppressions, entries_of_file
from imail_tui.ui.areas import LEADS, Area
from imail_tui.ui.commands import suppressions
from imail_tui.ui.commands.command import CommandGroup
from imail_tui.ui.going import GoTo
from imail_tui.ui.options import UiOptions
from imail_tui.ui.screens.asking import confirmed
from imail_tui.ui.screens.leads.acting import suppressed_told
from imail_tui.ui.screens.listing import ListScreen
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.detail import BLANK, fact, heading, page
from imail_tui.ui.widgets.rows import Cell, Row
from imail_tui.ui.widgets.safe_static import styled

_SHOWN: Final = 3
_SEPARATORS: Final = re.compile(r"[\s,;]+")

_REASONS: Final = {"hard_bounce": "hard bounce"}
"""Reasons of the server's that read better otherwise; people write others."""


def reason_words(reason: str | None) -> str:
    """Why somebody is on the list, as it is shown."""
    return _REASONS.get(reason or "", reason or UNKNOWN)


class SuppressionsScreen(ListScreen[Suppressed]):
    """All suppressed addresses and domains of the workspace."""

    AREA: ClassVar[Area] = Area(
        "suppressions", "Suppression list", "", "leads.suppressions_screen:SuppressionsScreen"
    )
    GROUP: ClassVar[CommandGroup | None] = suppressions.COMMANDS
    EMPTY = "Nobody is suppressed. a adds an address or a domain, i a file of them."
    MARKS = True
    COLUMNS = (
        Column("value", "Address or domain", 28, weight=3, max_width=50, sortable=True),
        Column("kind", "", 8),
        Column("reason", "Reason", 16, weight=2, max_width=40, sortable=True),
        Column("created", "Since", 10, align="right", sortable=True),
    )

    session: Session

    def __init__(self, session: Session, options: UiOptions | None = None) -> None:
        self._causes: tuple[str, str] = ("", "")
        self._long: Worker[None] | None = None
        super().__init__(session, options)

    @property
    def service(self) -> Suppressions:
        """The list."""
        return self.session.suppressions

    def row(self, record: Suppressed) -> Row:
        """One line."""
        return Row(
            record.id,
            {
                "value": record.value,
                "kind": Cell("address" if "@" in record.value else "domain", "muted"),
                "reason": reason_words(record.reason),
                "created": Cell(ago(record.created_at, self.session.now()), "muted"),
            },
        )

    def detail(self, record: Suppressed) -> Content:
        """Why somebody is there, and whom it concerns among the leads that are here."""
        of_address = "@" in record.value
        lines = [
            heading(record.value, "address" if of_address else "all of a domain"),
            BLANK,
            fact("Reason", reason_words(record.reason)),
            fact("Since", moment(record.created_at)),
        ]
        value, cause = self._causes
        if value == record.value and cause:
            lines.append(fact("What happened", cause))
        lines += [BLANK, heading("Leads it concerns")]
        window = self.session.leads.window(parse_filter(_leads_of(record.value)))
        try:
            leads = [self.session.leads.parse(row) for row in window.rows(0, 10)]
            total = window.total
        finally:
            window.close()
        if not leads:
            lines.append(styled(("None of the leads loaded here.", "$text-muted")))
        lines += [styled(lead.email, (f"  {lead.full_name}", "$text-muted")) for lead in leads]
        if total > len(leads):
            lines.append(styled((f"and {count(total - len(leads))} more loaded here", "$text-muted")))
        lines += [
            BLANK,
            styled(("x takes it off; sequences it ended stay ended. o goes to the leads.", "$text-muted")),
        ]
        return page(lines)

    def copied(self, record: Suppressed) -> str:
        """The address or domain."""
        return record.value

    def leave(self) -> None:
        """Back to the leads."""
        self.dismiss()

    def unsaved(self) -> str | None:
        """A file that is being read or written."""
        return "A file of suppressions is under way" if self._is_long() else None

    def record_shown(self, record: Suppressed) -> None:
        """Find out what happened before an address came here."""
        has = self.session.capabilities.has
        if "@" in record.value and has(LIST_EVENTS) and has(LOOK_UP):
            self._fetch_cause(record.value)

    @work(group="cause", exclusive=True, exit_on_error=False)
    async def _fetch_cause(self, value: str) -> None:
        found = await self.session.client.leads.lookup([value])
        lead_id = next((each.id for each in found if each.id is not None), None)
        if lead_id is not None:
            happened = await self.session.events.fetch_of_lead(lead_id)
            self._causes = (value, suppressed_by(happened))
            self.show_detail()

    def _search_server(self) -> None:
        """Servers cannot search this list: the rest of it is loaded, and looked through here."""
        if self._filter and not self.service.complete and not self.lacking:
            self._load_all()

    @work(group="search", exclusive=True, exit_on_error=False)
    async def _load_all(self) -> None:
        await self.service.load_all(self._tell_loaded)
        self.say("")
        self._flush()

    def _tell_loaded(self, loaded: int) -> None:
        total = self.service.server_total
        self.say(f"{count(loaded)}{f' of {count(total)}' if total else ''} loaded to look through …")

    # Changing

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_add(self) -> None:
        """Ask for values and the reason."""
        from imail_tui.ui.dialogs.prompt import PromptDialog

        typed = await self.app.push_screen_wait(
            PromptDialog("Never write to which addresses or domains?", check=_fault_of)
        )
        if typed is None:
            return
        values = _values_of(typed)
        reason = await self._ask_reason(f"Why never write to {'it' if len(values) == 1 else 'them'}?")
        if reason is None:
            return
        lines = (_listed(values), "Whatever runs for them ends for good.")
        if await self._asked(f"Suppress {plural(len(values), 'value')}?", "Suppress", lines, "a"):
            entries = [Entry(value, reason) for value in values]
            outcome = await self.service.suppress(entries)
            self._flush()
            self.table.select(values[0])
            self.say(suppressed_told(outcome, "Suppress", "there already"))

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_lift(self) -> None:
        """Ask for the reason, then take values off."""
        chosen = self._chosen()
        if not chosen:
            return
        values = [entry.value for entry in chosen]
        who = values[0] if len(values) == 1 else plural(len(values), "value")
        why = await self._ask_reason(f"Why may {who} be written to again?")
        if why is None:
            return
        lines = (_listed(values), "Campaigns may write to them again. Sequences that ended stay ended.")
        if await self._asked(f"Take {who} off the list?", "Take off", lines, "x"):
            outcome = await self.service.lift(chosen, why)
            self.action_unmark()
            self._flush()
            self.say(suppressed_told(outcome, "Taken off", "gone already"))

    async def _ask_reason(self, title: str) -> str | None:
        from imail_tui.ui.dialogs.prompt import PromptDialog

        answer = await self.app.push_screen_wait(
            PromptDialog(title, text="manual", check=lambda text: None if text.strip() else "A word or two.")
        )
        return None if answer is None else answer.strip()

    def _chosen(self) -> list[Suppressed]:
        if self.table.marks:
            found = (self.service.get(value) for value in sorted(self.table.marks))
            return [entry for entry in found if entry is not None]
        return [self.record] if self.record is not None else []

    def action_go_to_lead(self) -> None:
        """To the lead, or to the leads of the domain."""
        record = self.record
        if record is not None:
            self.dismiss()
            self.app.post_message(GoTo(LEADS.id, "", _leads_of(record.value)))

    # Files

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_import_file(self) -> None:
        """Ask for a file, say what is in it, then send it."""
        from imail_tui.ui.dialogs.prompt import PromptDialog

        answer = await self.app.push_screen_wait(
            PromptDialog("Suppress the addresses and domains of which file?", check=_file_fault)
        )
        if answer is None:
            return
        path = _path(answer)
        try:
            entries, faulty = entries_of_file(path)
        except OSError as error:
            self.show_problem(Problem(f"It was not read: {error.strerror or error}.", where=str(path)))
            return
        if not entries:
            self.say(f"There is no address and no domain in {path.name}{_wrong(faulty)}.")
            return
        lines = (
            _listed([entry.value for entry in entries]) + _wrong(faulty),
            f"{plural(len(entries), 'request')} of the budget. Whatever runs for them ends for good.",
        )
        title = f"Suppress {plural(len(entries), 'value')} of {path.name}?"
        if await self._asked(title, "Suppress", lines, "i"):
            self._long = self._send(entries, len(faulty))

    @work(group="file", exclusive=True, exit_on_error=False)
    async def _send(self, entries: Sequence[Entry], faulty: int) -> None:
        def tell(through: int) -> None:
            self.say(f"{count(through)} of {count(len(entries))} suppressed … t stops")

        outcome = await self.service.suppress(entries, "imported", priority=Priority.JOB, told=tell)
        self._flush()
        wrong = f"; {plural(faulty, 'line')} not understood" if faulty else ""
        self.say(suppressed_told(outcome, "Suppress", "there already") + wrong)

    @work(group="act", exclusive=True, exit_on_error=False)
    async def action_export(self) -> None:
        """Ask for a file and write the list."""
        from imail_tui.ui.dialogs.prompt import PromptDialog

        name = f"suppressions-{self.session.now():%Y-%m-%d}.csv"
        answer = await self.app.push_screen_wait(
            PromptDialog("Write the whole list to which file?", text=name, check=_new_file_fault)
        )
        if answer is not None:
            self._long = self._write(_path(answer))

    @work(group="file", exclusive=True, exit_on_error=False)
    async def _write(self, path: Path) -> None:
        written = 0
        try:
            async for written in self.service.export(path):
                self.say(f"{count(written)} written … t stops")
        except OSError as error:
            self.show_problem(Problem(f"Nothing was written: {error.strerror or error}.", where=str(path)))
        else:
            self.say(f"{plural(written, 'value')} written to {path}.")

    def action_stop(self) -> None:
        """End what is under way."""
        if self._is_long() and self._long is not None:
            self._long.cancel()
            self.say("Stopped; what is done stays, and can be undone.")
        else:
            self.say("Nothing is under way.")

    def _is_long(self) -> bool:
        return self._long is not None and not self._long.is_finished

    async def _asked(self, title: str, verb: str, lines: tuple[str, ...], trigger: str) -> bool:
        return await confirmed(self.app, title, verb, lines, trigger=trigger, live=self.service.live)


def _leads_of(value: str) -> str:
    return f'email:"{value}"' if "@" in value else f'domain:"{value}"'


def _values_of(typed: str) -> list[str]:
    parts = [part for part in _SEPARATORS.split(typed) if part]
    return list(dict.fromkeys(value_of(part)[0] for part in parts))


def _fault_of(typed: str) -> str | None:
    parts = [part for part in _SEPARATORS.split(typed) if part]
    if not parts:
        return "An address or a domain is needed."
    for part in parts:
        value, why = value_of(part)
        if why is not None:
            return f"{value or part}: {why}."
    return None


def _listed(values: Sequence[str]) -> str:
    return ", ".join(values[:_SHOWN]) + (" …" if len(values) > _SHOWN else "")


def _wrong(faulty: Sequence[Faulty]) -> str:
    if not faulty:
        return ""
    first = faulty[0]
    return f"; {plural(len(faulty), 'line')} not understood, the first is line {first.line}: {first.why}"


def _path(answer: str) -> Path:
    return Path(answer.strip()).expanduser()


def _file_fault(answer: str) -> str | None:
    return None if answer.strip() and _path(answer).is_file() else "There is no such file."


def _new_file_fault(answer: str) -> str | None:
    path = _path(answer)
    if not answer.strip() or path.is_dir():
        return "Name a file."
    if path.exists():
        return "That file is there already."
    return None if path.parent.is_dir() else "That folder does not exist."
