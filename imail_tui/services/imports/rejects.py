"""Invalid and refused rows: where they stand, why, and their cells, in a file to mend and import again.

Duplicates are not among them: their address is in already, by the first line that has it.
"""

import asyncio
import csv
import io
import os
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Final, TypeAlias

from imail_tui.domain.leads.cells import guarded
from imail_tui.domain.leads.layout import Layout
from imail_tui.domain.leads.records import REASONS, text_of
from imail_tui.domain.leads.seen import Seen
from imail_tui.model.imports import (
    CREATED,
    FAILED,
    SKIPPED,
    UNEXPLAINED,
    UPDATED,
    ChunkResult,
    Repairs,
    RowNote,
)
from imail_tui.services.imports.checking import email_at, reading_of
from imail_tui.services.imports.errors import refused as refusal
from imail_tui.services.imports.json_lines import flat_object
from imail_tui.services.imports.parsers import Placed, parse
from imail_tui.services.imports.table import Table
from imail_tui.store.files import written_whole

TITLES: Final = ("imail line", "imail record", "imail code", "imail reason")
"""Before the file's own; an import leaves them out."""
_TAKEN: Final = bytes([CREATED, UPDATED, SKIPPED])
_UNEXPLAINED: Final = RowNote("unexplained", "the server did not say what it did")


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that is not in: its first line and number in the file, from 1, why, and its cells."""

    line: int
    record: int
    code: str
    reason: str
    cells: tuple[str, ...]


Refusals: TypeAlias = Mapping[int, Sequence[RowNote | None]]
"""By a record's number: why the server did not take its leads, in the order they were sent; None = it did."""


async def rejects(table: Table, layout: Layout, repairs: Repairs, refused: Refusals) -> AsyncIterator[Reject]:
    """All of them in the file's order, those that were `refused` too; the file is read once more.

    A record of several leads is there for each that was refused. Raises ImportRefused.
    """
    # Which leads of a record were sent can only be told by what stands before it.
    seen = Seen() if refused and layout.every_address else None
    async for placed in parse(table, reading_of(table, layout, repairs)):
        found = [
            Reject(
                placed.line + fault.line,
                placed.record + fault.record,
                fault.code,
                f"{fault.cell}: {REASONS[fault.code]}" if fault.cell else REASONS[fault.code],
                fault.cells,
            )
            for fault in placed.parsed.invalid
        ]
        again = frozenset(() if seen is None else seen.take(placed.parsed.keys))
        wanted = _wanted(placed, again, refused)
        if wanted:
            found += await asyncio.to_thread(_of_block, table, repairs, placed, wanted)
        for reject in sorted(found, key=lambda each: each.record):
            yield reject


async def write_rejects(table: Table, layout: Layout, repairs: Repairs, refused: Refusals, path: Path) -> int:
    """Write them as CSV; gives how many. The file is there whole or not at all. Raises ImportRefused."""
    try:
        with written_whole(path) as stream:
            writer = csv.writer(stream)
            writer.writerow((*TITLES, *table.headers))
            count = 0
            async for reject in rejects(table, layout, repairs, refused):
                cells = map(guarded, reject.cells)
                writer.writerow((reject.line, reject.record, reject.code, guarded(reject.reason), *cells))
                count += 1
    except OSError as error:
        what = f"The rejects cannot be written: {error.strerror}."
        raise refusal(what, "Choose another place.", str(path), "rejects_unwritable") from None
    return count


def refused_records(results: Iterable[ChunkResult]) -> dict[int, list[RowNote | None]]:
    """The leads of every record of which the server did not take all."""
    found: dict[int, list[RowNote | None]] = {}
    last: tuple[int, list[RowNote | None]] = (0, [])
    for result in results:
        if result.outcomes.strip(_TAKEN) == b"" and result.records[0] != last[0]:
            # Its last record may have more leads in the next request.
            taken = takewhile(result.records[-1].__eq__, reversed(result.records))
            last = (result.records[-1], [None for _ in taken])
            continue
        for row, outcome in enumerate(result.outcomes):
            number = result.records[row]
            if number != last[0]:
                last = (number, [])
            note = None
            if outcome == UNEXPLAINED:
                note = _UNEXPLAINED
            elif outcome == FAILED:
                note = result.notes.get(row, RowNote("failed", "refused"))
            last[1].append(note)
            if note is not None:
                found[number] = last[1]
    return found


def _wanted(placed: Placed, again: frozenset[int], refused: Refusals) -> list[tuple[int, RowNote]]:
    """Places of a block's leads that were refused, and why; those `again` were not sent."""
    wanted = []
    record, sent = -1, 0
    for position, number in enumerate(placed.parsed.numbers):
        notes = refused.get(placed.record + number)
        if notes is None or position in again:
            continue
        record, sent = number, sent + 1 if number == record else 0
        note = notes[sent] if sent < len(notes) else None
        if note is not None:
            wanted.append((position, note))
    return wanted


def _of_block(
    table: Table, repairs: Repairs, placed: Placed, wanted: Sequence[tuple[int, RowNote]]
) -> list[Reject]:
    """Leads of a block that the server refused, their records read once more for the cells."""
    with table.path.open("rb") as file:
        raw = os.pread(file.fileno(), placed.block.size, placed.block.offset)
    cells = enumerate(_cells(table, raw.decode(table.codec, "replace")))
    mended = repairs.cells.get(str(placed.block.offset), {})
    parsed = placed.parsed
    of_several = frozenset(parsed.numbers[position] for position in parsed.further)
    found = []
    at, record = next(cells)
    for position, note in wanted:
        index = parsed.numbers[position]
        while at < index:
            at, record = next(cells)
        kept = mended.get(str(index)) or record
        line = placed.line + parsed.line_numbers[position]
        reason = f"{email_at(parsed, position)}: {note.message}" if index in of_several else note.message
        found.append(Reject(line, placed.record + index, note.code, reason, tuple(kept)))
    return found


def _cells(table: Table, text: str) -> Iterator[Sequence[str]]:
    if table.dialect is not None:
        return csv.reader(io.StringIO(text, newline=""), delimiter=table.dialect.delimiter)
    objects = (flat_object(line.encode()) or {} for line in text.split("\n"))
    return ([text_of(found.get(header)) for header in table.headers] for found in objects)
