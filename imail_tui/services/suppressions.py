"""The suppression list: who is never written to, why, and putting values on it and taking them off."""

import csv
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from imail_tui.api.client import ImailClient
from imail_tui.api.errors import Conflict, NotFound, NotOffered
from imail_tui.api.pages import Page, Pages
from imail_tui.domain.budget import Priority
from imail_tui.domain.leads.suppressed import TITLES, Entry, Faulty, cells_of, read_entries
from imail_tui.domain.shown import plural
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json
from imail_tui.model.suppressions import Suppressed, Suppression
from imail_tui.services.collections import Asked, Collection
from imail_tui.services.several import for_each
from imail_tui.services.undo import Act, UndoList
from imail_tui.services.workbench import Workbench
from imail_tui.store.files import written_whole

MANUAL: Final = "manual"
"""The reason of what a person put on the list without saying why."""


@dataclass(frozen=True, slots=True)
class SuppressOutcome:
    """What became of values: put on (or taken off), there (or gone) already, refused with the reason."""

    done: tuple[str, ...] = ()
    already: tuple[str, ...] = ()
    refused: Mapping[str, Problem] = field(default_factory=dict)


class Suppressions(Collection[Suppressed]):
    """All suppressed addresses and domains. Methods that ask the server raise `ApiError`."""

    kind = "suppressions"
    whole = 500

    def __init__(self, bench: Workbench, undo: UndoList) -> None:
        super().__init__(bench)
        self._undo = undo

    def parse(self, row: Json) -> Suppressed:
        """The entry of a row."""
        return Suppressed.model_validate(row)

    @property
    def live(self) -> bool:
        """Whether what is done here reaches real people."""
        return self._bench.mode == "live"

    def why(self, email: str) -> Suppressed | None:
        """The entry that keeps an address from being written to, as far as the list is loaded."""
        address = email.lower()
        return self.get(address) or self.get(address.rpartition("@")[2])

    async def search(self, words: str) -> int:
        """Load what is not here yet: servers cannot search this list. Returns how many rows came."""
        if not words.strip():
            return 0
        before = self.window().total
        await self.load_all()
        return self.window().total - before

    async def load_all(self, told: Callable[[int], None] | None = None) -> None:
        """Load the whole list, a hundred a request; `told` hears how many are here. Raises `ApiError`."""
        while await self.load_more():
            if told is not None:
                told(self.window().total)

    async def suppress(
        self,
        entries: Sequence[Entry],
        reason: str = MANUAL,
        *,
        priority: Priority = Priority.INTERACTIVE,
        told: Callable[[int], None] | None = None,
    ) -> SuppressOutcome:
        """Put values on the list, a request each; what was done when it is cancelled can be undone too.

        `reason` is that of entries without one; `told` hears how many are through. Raises nothing of the
        API's: what is refused is in the answer.
        """
        made: list[Suppressed] = []
        given = [Entry(entry.value, entry.reason or reason) for entry in entries]
        try:
            return await self._put_on(given, made, priority, told)
        finally:
            if made:
                title = f"Suppress {_whom([row.value for row in made])}"
                self._undo.add(Act(title, lambda: self._take_off_again(made)))

    async def lift(self, entries: Sequence[Suppressed], why: str = "") -> SuppressOutcome:
        """Take values off the list. `why` is kept with the act. Raises nothing of the API's."""
        lifted: list[Suppressed] = []
        try:
            return await self._take_off(entries, lifted)
        finally:
            if lifted:
                because = f" ({why})" if why else ""
                title = f"Lift {_whom([row.value for row in lifted])}{because}"
                self._undo.add(Act(title, lambda: self._put_on_again(lifted)))

    async def export(self, path: Path) -> AsyncIterator[int]:
        """Write the whole list, `value,reason,created_at` a line, telling how many so far.

        The file is there whole or not at all. Raises `ApiError`, OSError.
        """
        with written_whole(path) as stream:
            writer = csv.writer(stream)
            writer.writerow(TITLES)
            async for count in self.rows_for(writer.writerow):
                yield count

    async def rows_for(self, write: Callable[[list[str]], object]) -> AsyncIterator[int]:
        """Give every entry as cells, in the server's order, telling how many so far. Raises `ApiError`."""
        count = 0
        async for page in Pages(self._page).pages():
            for row in page.raw:
                write(cells_of(*(str(row.get(name) or "") for name in TITLES)))
            count += len(page.raw)
            yield count

    async def _page(self, cursor: str | None) -> Page[Suppression]:
        return await self._bench.ask(lambda client: client.suppressions.list().page(cursor))

    async def _put_on(
        self,
        entries: Sequence[Entry],
        made: list[Suppressed],
        priority: Priority = Priority.INTERACTIVE,
        told: Callable[[int], None] | None = None,
    ) -> SuppressOutcome:
        already: list[str] = []

        async def one(entry: Entry) -> None:
            try:
                answer = await self._bench.ask(
                    lambda client: client.suppressions.create(entry.value, entry.reason), priority
                )
            except Conflict:
                already.append(entry.value)
                return
            row = _row(answer)
            made.append(row)
            self._count(1)
            await self._keep([row.wire()])

        refused = await for_each(entries, lambda entry: entry.value, one, told)
        return SuppressOutcome(tuple(row.value for row in made), tuple(already), refused)

    async def _take_off(self, entries: Sequence[Suppressed], lifted: list[Suppressed]) -> SuppressOutcome:
        gone: list[str] = []

        async def one(entry: Suppressed) -> None:
            try:
                await self._bench.ask(lambda client: client.suppressions.delete(entry.value))
            except NotOffered:
                raise
            except NotFound:
                gone.append(entry.value)
            else:
                lifted.append(entry)
            self._count(-1)
            await self.forget(entry.id)

        refused = await for_each(entries, lambda entry: entry.value, one)
        return SuppressOutcome(tuple(entry.value for entry in lifted), tuple(gone), refused)

    async def _take_off_again(self, rows: Sequence[Suppressed]) -> str:
        outcome = await self._take_off(rows, [])
        gone = f", {len(outcome.already)} were gone from it already" if outcome.already else ""
        said = f"{_whom(outcome.done)} taken off the list again{gone}"
        return f"{said}{_refusal(outcome)}. Sequences it ended stay ended."

    async def _put_on_again(self, rows: Sequence[Suppressed]) -> str:
        outcome = await self._put_on([Entry(row.value, row.reason or MANUAL) for row in rows], [])
        there = f", {len(outcome.already)} put on it meanwhile, left alone" if outcome.already else ""
        return f"{_whom(outcome.done)} on the list again{there}{_refusal(outcome)}."

    def _count(self, added: int) -> None:
        if self._state.total is not None:
            self._state.total += added

    async def _load(self, client: ImailClient, since: object) -> frozenset[str]:
        """From the beginning: the list cannot tell what changed."""
        del since
        return await super()._load(client, None)

    def _list(self, client: ImailClient, asked: Asked) -> Pages[Suppressed]:
        del asked
        pages = client.suppressions.list()

        async def fetch(cursor: str | None) -> Page[Suppressed]:
            page = await pages.page(cursor)
            rows = [_row(each) for each in page.items]
            return Page(rows, [row.wire() for row in rows], page.next_cursor, page.has_more, page.total)

        return Pages(fetch)

    async def _get(self, client: ImailClient, record_id: str) -> Suppressed:
        """The list is all there is to ask."""
        async for each in self._list(client, Asked()):
            if each.id == record_id:
                return each
        raise NotFound(Problem(f"{record_id} is not on the suppression list.", code="not_found"))


def entries_of_file(path: Path) -> tuple[list[Entry], list[Faulty]]:
    """What a file asks to suppress, and lines that are neither address nor domain. Raises OSError."""
    entries: list[Entry] = []
    faulty: list[Faulty] = []
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        for each in read_entries(lines):
            if isinstance(each, Entry):
                entries.append(each)
            else:
                faulty.append(each)
    return entries, faulty


def _row(answer: Suppression) -> Suppressed:
    return Suppressed.model_validate({**answer.wire(), "id": answer.value})


def _whom(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else plural(len(values), "value")


def _refusal(outcome: SuppressOutcome) -> str:
    if not outcome.refused:
        return ""
    first = next(iter(outcome.refused.values()))
    return f"; {plural(len(outcome.refused), 'value')} refused: {first.sentence()}"
