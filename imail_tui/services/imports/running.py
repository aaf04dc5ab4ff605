"""An import at work: one task reads the file, a few send; all of it can be stopped and taken up again."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from imail_tui.api.errors import ApiError
from imail_tui.domain.leads.layout import Layout
from imail_tui.model.imports import FileCounts, ImportRecord, ImportReport, ImportState, ServerCounts
from imail_tui.model.problem import Problem
from imail_tui.services.imports.checking import FileReader, Tally, check
from imail_tui.services.imports.chunks import Chunk, Chunker
from imail_tui.services.imports.errors import ImportRefused
from imail_tui.services.imports.journaling import Journaling
from imail_tui.services.imports.sending import ChunkSender
from imail_tui.services.imports.table import Table
from imail_tui.services.signals import Signal
from imail_tui.store.import_journal import ImportLock

SENDERS: Final = 3
"""Requests under way at once: one that is answered, one that is carried out, one on its way."""
PAUSES: Final = (1.0, 2.0, 5.0, 10.0)
"""Seconds until a request that failed for a while is tried again; the last one repeats."""
_LOOK: Final = 0.5
"""Seconds between two looks at an import that another process works on."""
_TURN_AWAY: Final = 0.1
_TELL: Final = 0.05
"""Seconds in which what moves on is told once."""
STOPPED: Final = "stopped"
"""Code of the problem of an import that a person stopped."""


class Phase(StrEnum):
    """What a run does now."""

    CHECKING = "checking"
    SENDING = "sending"
    PAUSED = "paused"
    WAITING = "waiting"
    """The server cannot be reached, or has trouble; it is tried again."""
    WATCHING = "watching"
    """Another process works on this import."""
    STOPPING = "stopping"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    `read` of `size` bytes; `file` counts what was read so far, `server` what was answered. `fresh`: rows
    answered in this run; `seconds`: it has been sending. `problem`: why it waits.
    """

    phase: Phase
    read: int = 0
    size: int = 0
    file: FileCounts = field(default_factory=FileCounts)
    server: ServerCounts = field(default_factory=ServerCounts)
    fresh: int = 0
    seconds: float = 0.0
    problem: Problem | None = None

    @property
    def rows_per_second(self) -> float:
        """By this run so far."""
        return self.fresh / self.seconds if self.seconds > 0 else 0.0

    @property
    def rows_left(self) -> float:
        """Rows that are still to be answered, by the part of the file that was read."""
        expected = self.file.leads * self.size / self.read if self.read else 0.0
        return max(0.0, expected - self.server.told)

    @property
    def share(self) -> float:
        """What is done, 0 to 1; 0 while nothing of the file is read."""
        if not self.read and self.phase is not Phase.ENDED:
            return 0.0
        known = self.server.told + self.rows_left
        return self.server.told / known if known else 1.0 if self.phase is Phase.ENDED else 0.0


class ImportRun:
    """One import, run in this process. Lives on one event loop.

    `patience`: seconds without an answer after which it gives up, None = never. Where it ends early, the
    journal has all that is needed to take it up again. `obstacle`: why the server takes nothing now, such as
    a refused key, None = it does.
    """

    def __init__(
        self,
        record: ImportRecord,
        table: Table,
        layout: Layout,
        journaling: Journaling,
        sender: ChunkSender,
        *,
        turn_away: Callable[[], None] = lambda: None,
        obstacle: Callable[[], Problem | None] = lambda: None,
        now: Callable[[], float] = time.time,
        patience: float | None = None,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self.record = record
        self.changed: Signal[Progress] = Signal()
        """Told twenty times a second at most but for what a person did: whoever paints looks now and then."""
        self.table = table
        self.layout = layout
        self._journaling = journaling
        self._sender = sender
        self._turn_away = turn_away
        self._obstacle = obstacle
        self._now = now
        self._patience = patience
        self._pauses = pauses
        self._tally = Tally()
        self._phase = Phase.CHECKING
        self._server = ServerCounts()
        self._fresh = 0
        self._began: float | None = None
        self._trouble: dict[int, Problem] = {}
        self._problem: Problem | None = None
        self._ended = asyncio.Event()
        self._telling: asyncio.TimerHandle | None = None
        self._go = asyncio.Event()
        self._go.set()

    @property
    def progress(self) -> Progress:
        """How far it is now."""
        return Progress(
            self._shown_phase(),
            self._tally.read,
            self.table.size,
            self._tally.counts(),
            self._server,
            self._fresh,
            0.0 if self._began is None else time.monotonic() - self._began,
            next(iter(self._trouble.values()), self._problem or self._hindrance()),
        )

    def pause(self) -> None:
        """Send nothing new until `go_on`; what is under way ends."""
        self._go.clear()
        self.tell()

    def go_on(self) -> None:
        """Send again."""
        self._go.set()
        self.tell()

    def stop(self) -> None:
        """End behind the requests under way; it can be taken up again."""
        what = "The import was stopped before its end."
        self._end(Problem(what, "Take it up again when you like.", code=STOPPED))
        self._go.set()

    def tell(self) -> None:
        """Tell how far it is."""
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None
        self.changed.emit(self.progress)

    def _tell_soon(self) -> None:
        if self._telling is None:
            self._telling = asyncio.get_running_loop().call_later(_TELL, self.tell)

    async def run(self) -> ImportReport:
        """Work until the end, or until something ends it. Raises ImportRefused when the journal ends."""
        try:
            lock = await self._locked()
            return await (self._report() if lock is None else self._run_under(lock))
        finally:
            self._became(Phase.ENDED)

    async def _run_under(self, lock: ImportLock) -> ImportReport:
        try:
            if self.table.odd_quotes:
                # A quote that is never closed is told before anything is sent.
                await check(self.table, self.layout, self.record.request.repairs)
            self._server = await self._journaling.do(lambda journal: journal.counts(self.record.id))
            self._became(Phase.SENDING)
            self._began = time.monotonic()
            await self._work()
            return await self._closed()
        except ImportRefused as error:
            self._end(error.problem)
            return await self._closed()
        finally:
            lock.release(over=self.record.state is not ImportState.OPEN)

    async def _locked(self) -> ImportLock | None:
        """The right to work on it, or None: another process did, to its end."""
        while not self._ended.is_set():
            lock = await self._journaling.do(lambda journal: journal.lock(self.record.id))
            found = await self._journaling.do(lambda journal: journal.get(self.record.id))
            self.record = found or self.record
            if lock is not None and self.record.state is ImportState.OPEN:
                return lock
            if lock is not None:
                lock.release(over=True)
                break
            self._server = await self._journaling.do(lambda journal: journal.counts(self.record.id))
            self._became(Phase.WATCHING)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), _LOOK)
        return None

    async def _work(self) -> None:
        waiting: asyncio.Queue[Chunk | None] = asyncio.Queue(maxsize=1)
        reading = asyncio.create_task(self._read(waiting))
        senders = [asyncio.create_task(self._send_all(waiting, number)) for number in range(SENDERS)]
        ended = asyncio.create_task(self._ended.wait())
        sent = asyncio.create_task(asyncio.wait(senders))
        over: list[asyncio.Future[Any]] = [ended, sent]
        try:
            await asyncio.wait(over, return_when=asyncio.FIRST_COMPLETED)
            reading.cancel()
            while [sender for sender in senders if not sender.done()]:
                # Who waits for the budget is sent away; what is under way may end.
                self._turn_away()
                if waiting.empty():
                    waiting.put_nowait(None)
                if self._obstacle() is not None:
                    # Nobody answers now, for want of a key perhaps. What may have arrived is found out when
                    # it is taken up.
                    for sender in senders:
                        sender.cancel()
                await asyncio.wait(senders, timeout=_TURN_AWAY)
            for sender in senders:
                if not sender.cancelled():
                    sender.result()
        finally:
            tasks: list[asyncio.Future[Any]] = [reading, ended, sent, *senders]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self, waiting: "asyncio.Queue[Chunk | None]") -> None:
        chunker = Chunker(self.record.request, self.record.request.rows)
        reader = FileReader(self.table, self.layout, self.record.request.repairs, chunker)
        self._tally = reader.tally
        try:
            async for chunk in reader.chunks(lambda _: self._tell_soon()):
                await waiting.put(chunk)
        except ImportRefused as error:
            self._end(error.problem)
        for _ in range(SENDERS):
            await waiting.put(None)

    async def _send_all(self, waiting: "asyncio.Queue[Chunk | None]", number: int) -> None:
        while (chunk := await waiting.get()) is not None:
            await self._go.wait()
            if self._ended.is_set():
                return
            try:
                await self._send(chunk, number)
            except ImportRefused as error:
                self._end(error.problem)
            except ApiError as error:
                self._end(error.problem)

    async def _send(self, chunk: Chunk, number: int) -> None:
        """Send a chunk, again and again while there is hope. Raises `ApiError`, ImportRefused."""
        tries, lost_at = 0, time.monotonic()
        while not self._ended.is_set():
            try:
                counts = await self._sender.send(chunk)
            except ApiError as error:
                silent = time.monotonic() - lost_at
                if not (error.retryable or error.in_doubt) or silent > (self._patience or float("inf")):
                    raise
                self._trouble[number] = error.problem
                self.tell()
                with suppress(TimeoutError):
                    pause = self._pauses[min(tries, len(self._pauses) - 1)]
                    await asyncio.wait_for(self._ended.wait(), pause)
                tries += 1
                continue
            self._trouble.pop(number, None)
            self._server = self._server.plus(counts)
            self._fresh += counts.told
            self._tell_soon()
            return

    def _end(self, problem: Problem) -> None:
        if not self._ended.is_set():
            self._problem = problem
            self._ended.set()
            self.tell()

    async def _closed(self) -> ImportReport:
        """Write down how it ended."""
        self._trouble.clear()
        now = self._now()
        if self._problem is None:
            counts = self._tally.counts()
            record = replace(self.record, state=ImportState.DONE, ended_at=now, file=counts, problem=None)
            if (
                record.copy is not None
                and not counts.invalid + self._server.failed + self._server.unexplained
            ):
                # With rows that are not in, it is needed to write them to a file.
                await asyncio.to_thread(self.table.path.unlink, missing_ok=True)
                record = replace(record, copy=None)
        else:
            record = replace(self.record, ended_at=now, problem=self._problem)
        await self._journaling.do(lambda journal: journal.save(record))
        self.record = record
        return await self._report()

    async def _report(self) -> ImportReport:
        counts = await self._journaling.do(lambda journal: journal.counts(self.record.id))
        seconds = 0.0 if self._began is None else time.monotonic() - self._began
        return ImportReport(self.record, counts, seconds, self._tally.counts())

    def _became(self, phase: Phase) -> None:
        self._phase = phase
        self.tell()

    def _shown_phase(self) -> Phase:
        if self._phase is not Phase.SENDING:
            return self._phase
        if self._ended.is_set():
            return Phase.STOPPING
        if not self._go.is_set():
            return Phase.PAUSED
        return Phase.WAITING if self._trouble or self._hindrance() else Phase.SENDING

    def _hindrance(self) -> Problem | None:
        """Why requests wait where none has failed yet."""
        return self._obstacle() if self._phase is Phase.SENDING else None


def imports_words(under_way: Sequence[Progress]) -> str:
    """How far imports are, for the status line: the share in whole percent, or why it does not grow."""
    words = [
        f"{progress.share:.0%}" if progress.phase is Phase.SENDING else str(progress.phase)
        for progress in under_way
    ]
    return f"import {', '.join(words)}" if words else ""
