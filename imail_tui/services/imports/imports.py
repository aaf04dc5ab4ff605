"""Imports of a workspace: files are looked at, checked, sent, and what became of them is remembered."""

import asyncio
import io
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from imail_tui.api.errors import ApiError
from imail_tui.domain.capabilities import Capabilities
from imail_tui.domain.leads.encodings import UTF_16
from imail_tui.domain.leads.layout import Layout, layout_of
from imail_tui.model.imports import (
    ALL_ADDRESSES,
    FIRST_ADDRESS,
    NOTHING_MENDED,
    ImportRecord,
    ImportReport,
    ImportRequest,
    ImportState,
    Repairs,
    RowNote,
    ServerCounts,
)
from imail_tui.model.problem import Problem
from imail_tui.services.imports.checking import Tally, check
from imail_tui.services.imports.chunks import ROWS
from imail_tui.services.imports.errors import refused
from imail_tui.services.imports.journaling import Journaling
from imail_tui.services.imports.knowing import Known, look_up, look_up_all
from imail_tui.services.imports.rejects import Reject, refused_records, rejects, write_rejects
from imail_tui.services.imports.running import PAUSES, ImportRun
from imail_tui.services.imports.sending import ChunkSender
from imail_tui.services.imports.table import STDIN, Table, look_through
from imail_tui.services.signals import Signal
from imail_tui.services.workbench import Workbench
from imail_tui.store.import_journal import fresh_import_id

_LEFT_BEHIND = 7 * 86_400.0
"""Seconds for which copies are kept that no open import needs: rows that are not in are read from them."""


@dataclass(frozen=True, slots=True)
class KnownImport:
    """An import that is remembered, and what the server did so far."""

    record: ImportRecord
    server: ServerCounts


class Imports:
    """The imports of a workspace. Lives with its session; runs go on while anybody looks elsewhere.

    `account` names the key in use; `turn_away` ends the waiting of jobs for the budget; `obstacle` tells why
    the server takes nothing now.
    """

    def __init__(
        self,
        bench: Workbench,
        journaling: Journaling,
        capabilities: Callable[[], Capabilities],
        account: Callable[[], str],
        turn_away: Callable[[], None],
        obstacle: Callable[[], Problem | None],
        *,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._bench = bench
        self._journaling = journaling
        self._capabilities = capabilities
        self._account = account
        self._turn_away = turn_away
        self._obstacle = obstacle
        self._pauses = pauses
        self._tasks: dict[ImportRun, asyncio.Task[ImportReport]] = {}
        self.changed: Signal[ImportRun] = Signal()
        """Told when a run begins, moves on, or ends."""

    @property
    def runs(self) -> tuple[ImportRun, ...]:
        """What is under way here, the latest last."""
        return tuple(run for run, task in self._tasks.items() if not task.done())

    @property
    def mode(self) -> str:
        """The ledger imports go to."""
        return self._bench.mode

    async def look(
        self,
        path: str | Path,
        stdin: BinaryIO | None = None,
        *,
        delimiter: str | None = None,
        source: str | None = None,
        encoding: str | None = None,
    ) -> Table:
        """Look through a file. `let_go` removes the copy one may need. Raises ImportRefused."""
        spool = await self._journaling.do(lambda journal: journal.folder)
        return await asyncio.to_thread(
            look_through,
            path,
            stdin,
            spool=spool,
            delimiter=delimiter,
            source=source,
            encoding=encoding,
        )

    async def look_at_text(self, text: str) -> Table:
        """Look through rows that were pasted. Raises ImportRefused."""
        spool = await self._journaling.do(lambda journal: journal.folder)
        stream = io.BytesIO(text.encode("utf-8", "replace"))
        return await asyncio.to_thread(look_through, STDIN, stream, called="pasted rows", spool=spool)

    async def look_again(
        self,
        table: Table,
        *,
        delimiter: str | None = None,
        source: str | None = None,
        encoding: str | None = None,
    ) -> Table:
        """The same file read another way; UTF-16 stays that. Raises ImportRefused."""
        again = await asyncio.to_thread(
            look_through, table.path, delimiter=delimiter, source=source, encoding=encoding
        )
        kept = replace(again, name=table.name, is_copy=table.is_copy)
        return replace(kept, encoding=UTF_16) if table.encoding == UTF_16 else kept

    async def let_go(self, table: Table) -> None:
        """Remove the copy of a file that is not going to be imported."""
        if table.is_copy:
            await asyncio.to_thread(table.path.unlink, missing_ok=True)

    async def check(
        self,
        table: Table,
        layout: Layout,
        repairs: Repairs = NOTHING_MENDED,
        on_block: Callable[[Tally], None] = lambda _: None,
    ) -> Tally:
        """Read a file to its end and send nothing. Raises ImportRefused."""
        table.require_email(layout)
        return await check(table, layout, repairs, on_block)

    async def look_up(self, emails: Sequence[str]) -> Known:
        """What the workspace knows of as many addresses as one request takes; `asked` 0: it cannot say."""
        try:
            return await look_up(self._bench, emails)
        except ApiError:
            return Known()

    async def look_up_all(
        self, table: Table, layout: Layout, repairs: Repairs, on_part: Callable[[Known], None]
    ) -> Known:
        """What it knows of all accepted addresses of a file. Raises `ApiError`, ImportRefused."""
        return await look_up_all(self._bench, table, layout, repairs, on_part)

    async def begin(
        self,
        table: Table,
        layout: Layout,
        *,
        campaign_id: str | None = None,
        on_duplicate: str = "skip",
        repairs: Repairs = NOTHING_MENDED,
        rows: int = ROWS,
        patience: float | None = None,
    ) -> ImportRun:
        """Write a new import down, of `rows` leads in a request; `start` it then.

        Raises ImportRefused; nothing was sent.
        """
        table.require_email(layout)
        delimiter = table.dialect.delimiter if table.dialect is not None else None
        place = table.name if table.is_copy else str(await asyncio.to_thread(table.path.absolute))
        request = ImportRequest(
            place,
            layout.titles(),
            table.source.name,
            delimiter,
            campaign_id,
            on_duplicate,
            self.mode,
            repairs,
            rows,
            table.codec,
            ALL_ADDRESSES if layout.every_address else FIRST_ADDRESS,
        )
        record = ImportRecord(
            fresh_import_id(),
            request,
            table.digest,
            table.size,
            time.time(),
            copy=str(table.path) if table.is_copy else None,
        )
        await self._journaling.do(lambda journal: journal.sweep(time.time() - _LEFT_BEHIND))
        await self._journaling.do(lambda journal: journal.begin(record))
        return self._run(record, table, layout, patience)

    async def take_up(self, import_id: str, *, patience: float | None = None) -> ImportRun:
        """An import that did not come to its end, to `start` again. Raises ImportRefused."""
        record = await self.find(import_id)
        if record.state is not ImportState.OPEN:
            ended = "came to its end" if record.state is ImportState.DONE else "was given up"
            raise refused(
                f"The import {record.id} {ended}.", "There is nothing to take up.", record.id, "import_ended"
            )
        if record.request.mode != self.mode:
            what = f"The import {record.id} goes to the {record.request.mode} ledger."
            raise refused(what, "Use the key it began with.", record.id, "other_ledger")
        table, layout = await self._reopened(record)
        return self._run(record, table, layout, patience)

    def start(self, run: ImportRun) -> "asyncio.Task[ImportReport]":
        """Let it run, on its own."""
        task = asyncio.create_task(run.run())
        self._tasks[run] = task
        task.add_done_callback(lambda _: self.changed.emit(run))
        self.changed.emit(run)
        return task

    def tell(self) -> None:
        """Tell of all that is under way: the line to the server is another one, or lost."""
        for run in self.runs:
            run.tell()

    async def find(self, import_id: str) -> ImportRecord:
        """A remembered import, by its id or the beginning of it. Raises ImportRefused."""
        record = await self._journaling.do(lambda journal: journal.get(import_id))
        if record is None:
            remedy = "`imail-tui leads imports` lists them."
            raise refused("There is no such import.", remedy, import_id, "not_found")
        return record

    async def all(self) -> list[KnownImport]:
        """All that are remembered, the latest first."""
        if not self._journaling.exists:
            return []
        return await self._journaling.do(
            lambda journal: [KnownImport(record, journal.counts(record.id)) for record in journal.all()]
        )

    async def left_open(self) -> int:
        """How many did not come to their end, and do not run here."""
        running = {run.record.id for run in self.runs}
        known = [each.record for each in await self.all()]
        return sum(each.state is ImportState.OPEN and each.id not in running for each in known)

    async def counts(self, import_id: str) -> ServerCounts:
        """What the server did with an import's rows so far."""
        return await self._journaling.do(lambda journal: journal.counts(import_id))

    async def give_up(self, import_id: str) -> None:
        """Do not take an import up again; what was sent stays. Raises ImportRefused while it runs."""
        record = await self.find(import_id)
        lock = await self._journaling.do(lambda journal: journal.lock(record.id))
        if lock is None:
            raise refused("The import is under way.", "Stop it first.", record.id, "import_running")
        try:
            dropped = replace(record, state=ImportState.DROPPED, copy=None)
            await self._journaling.do(lambda journal: journal.save(dropped))
            if record.copy is not None:
                await asyncio.to_thread(Path(record.copy).unlink, missing_ok=True)
        finally:
            lock.release(over=True)

    async def write_rejects(self, import_id: str, path: Path) -> int:
        """Write the rows that are not in to a file that can be mended and imported; gives how many.

        Raises ImportRefused, as when the file is gone or is another one.
        """
        record = await self.find(import_id)
        table, layout = await self._reopened(record)
        refused_ones = await self._refused(record)
        return await write_rejects(table, layout, record.request.repairs, refused_ones, path)

    async def first_rejects(self, import_id: str, most: int) -> list[Reject]:
        """The first rows that are not in, to look at. Raises ImportRefused."""
        record = await self.find(import_id)
        table, layout = await self._reopened(record)
        refused_ones = await self._refused(record)
        found = []
        async for reject in rejects(table, layout, record.request.repairs, refused_ones):
            found.append(reject)
            if len(found) == most:
                break
        return found

    async def close(self) -> None:
        """End what is under way as it is: it can be taken up again."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self._journaling.close()

    def _run(self, record: ImportRecord, table: Table, layout: Layout, patience: float | None) -> ImportRun:
        sender = ChunkSender(self._bench, self._journaling, record, self._capabilities, self._account)
        run = ImportRun(
            record,
            table,
            layout,
            self._journaling,
            sender,
            turn_away=self._turn_away,
            obstacle=self._obstacle,
            patience=patience,
            pauses=self._pauses,
        )
        run.changed.subscribe(lambda _: self.changed.emit(run))
        return run

    async def _refused(self, record: ImportRecord) -> dict[int, list[RowNote | None]]:
        return await self._journaling.do(lambda journal: refused_records(journal.results(record.id)))

    async def _reopened(self, record: ImportRecord) -> tuple[Table, Layout]:
        """The file an import began with. Raises ImportRefused."""
        request = record.request
        place = record.copy or request.path
        table = await asyncio.to_thread(
            look_through,
            place,
            delimiter=request.delimiter,
            source=request.source,
            encoding=request.encoding,
        )
        if (table.digest, table.size) != (record.digest, record.size):
            what = "The file is not the one this import began with."
            remedy = "Put it back to take the import up, or import it anew."
            raise refused(what, remedy, request.path, "file_changed")
        table = replace(table, name=request.path if record.copy else table.name)
        layout = layout_of(table.source, table.headers, request.mapping, only=True)
        return table, replace(layout, every_address=request.addresses == ALL_ADDRESSES)
