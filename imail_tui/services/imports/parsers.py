"""The parsing processes: each takes every so many blocks, and what they give comes in the file's order."""

import asyncio
import os
import secrets
import sys
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import islice
from tempfile import TemporaryFile
from typing import Final

import orjson

from imail_tui.domain.leads.dialect import LONGEST_CELL
from imail_tui.model.problem import Problem
from imail_tui.services.imports.errors import ImportRefused, changed
from imail_tui.services.imports.parsed import ParsedBlock, read_frame
from imail_tui.services.imports.parsing import Reading
from imail_tui.services.imports.table import Block, Table

_AHEAD: Final = 2
"""Blocks each process has before it, so that it never waits; more would only take memory."""
_ROOM: Final = 1 << 32
"""Bytes between two places in the shared file, more than any block; only those written take memory."""
_MOST: Final = 2
"""Processes; sending and the screen want a core too."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A parsed block, and where it stands: its offset, the number of its first record and line, from 1."""

    block: Block
    parsed: ParsedBlock
    record: int
    line: int


async def parse(table: Table, reading: Reading) -> AsyncIterator[Placed]:
    """All blocks of a table in order. Raises ImportRefused for an open quote and for a file that changed."""
    record, line = 1, table.first_line
    blocks = deque(table.blocks)
    async with _Parsers(reading, min(_MOST, os.cpu_count() or 1, max(1, len(blocks)))) as parsers:
        while blocks:
            parsers.fill(blocks)
            block = blocks.popleft()
            parsed = await parsers.result(block)
            while parsed.open and blocks:
                # A stray quote misled the cut: the cell goes on in the next block.
                following = blocks.popleft()
                parsers.forget(following)
                block = Block(block.offset, block.size + following.size)
                parsed = await parsers.result(block)
            if parsed.changed:
                raise changed(table.name)
            if parsed.broken is not None:
                raise ImportRefused(_unclosed(table, line + parsed.broken))
            if parsed.overlong is not None:
                raise ImportRefused(_overlong(table, line + parsed.overlong))
            yield Placed(block, parsed, record, line)
            record += parsed.records
            line += parsed.lines


class _Parsers:
    """Processes that parse blocks of one file."""

    def __init__(self, reading: Reading, count: int) -> None:
        self._reading = reading
        self._count = count
        self._processes: list[asyncio.subprocess.Process] = []
        self._readers: list[asyncio.Task[None]] = []
        self._waiting: list[deque[tuple[int, asyncio.Future[ParsedBlock]]]] = []
        self._results: dict[Block, asyncio.Future[ParsedBlock]] = {}
        self._turn = 0
        self._shared = _file_in_memory()
        self._places = [0]
        self._taken = 0

    async def __aenter__(self) -> "_Parsers":
        # All processes hash alike, and no two imports do.
        environment = {**os.environ, "PYTHONHASHSEED": str(secrets.randbelow(2**32 - 1) + 1)}
        for number in range(self._count):
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "imail_tui.services.imports.parsing",
                str(self._shared),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                # A screen may be on it.
                stderr=asyncio.subprocess.DEVNULL,
                env=environment,
                pass_fds=(self._shared,),
                start_new_session=True,
            )
            assert process.stdin is not None
            process.stdin.write(self._reading.line())
            self._processes.append(process)
            self._waiting.append(deque())
            self._readers.append(asyncio.create_task(self._read(number)))
        return self

    async def __aexit__(self, *_: object) -> None:
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)
        for process in self._processes:
            if process.returncode is None:
                process.kill()
            await process.wait()
        for future in self._results.values():
            future.cancel()
        os.close(self._shared)

    def fill(self, blocks: deque[Block]) -> None:
        """Give out the next blocks."""
        for block in islice(blocks, self._count * _AHEAD):
            self._give(block)

    async def result(self, block: Block) -> ParsedBlock:
        """What a block gave; it is given out if it was not."""
        self._give(block)
        return await self._results.pop(block)

    def forget(self, block: Block) -> None:
        """Let go of a block that was given out."""
        self._results.pop(block).cancel()

    def _give(self, block: Block) -> None:
        if block in self._results:
            return
        future: asyncio.Future[ParsedBlock] = asyncio.get_running_loop().create_future()
        self._results[block] = future
        number = self._turn % self._count
        self._turn += 1
        stdin = self._processes[number].stdin
        assert stdin is not None
        # The one that was free last: the fewer are used, the less memory they take.
        place = self._places.pop()
        if not self._places:
            self._taken += 1
            self._places.append(self._taken * _ROOM)
        self._waiting[number].append((place, future))
        stdin.write(orjson.dumps([block.offset, block.size, place]) + b"\n")

    async def _read(self, number: int) -> None:
        stream = self._processes[number].stdout
        assert stream is not None
        waiting = self._waiting[number]
        while line := await stream.readline():
            place, future = waiting.popleft()
            if not future.cancelled():
                future.set_result(read_frame(line, self._shared, place))
            self._places.append(place)
        ended = Problem("The process that reads the file ended.", "Import it again.", code="parser_ended")
        for _, future in waiting:
            if not future.done():
                future.set_exception(ImportRefused(ended))


def _file_in_memory() -> int:
    """A descriptor of a file without a name, in memory where the system has such."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("leads")
    with TemporaryFile() as file:
        return os.dup(file.fileno())


def _unclosed(table: Table, line: int) -> Problem:
    what = f"The quote that opens on line {line:,} is not closed where a cell ends."
    remedy = 'Close it, or write it twice ("") if it belongs to the text.'
    return Problem(what, remedy, f"{table.name}:{line}", "unclosed_quote")


def _overlong(table: Table, line: int) -> Problem:
    what = f"A cell on line {line:,} is longer than {LONGEST_CELL:,} letters."
    return Problem(what, "Shorten it, or leave it out.", f"{table.name}:{line}", "long_cell")
