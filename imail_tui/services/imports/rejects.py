"""Invalid and refused rows: where they stand, why, and their cells, in a file to mend and import again.

Duplicates are not among them: their address is in already, by the first line that has it.
"""

import asyncio
import csv
import io
import os
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from imail_tui.domain.leads.cells import guarded
from imail_tui.domain.leads.layout import Layout
from imail_tui.domain.leads.records import REASONS, text_of
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
from imail_tui.services.imports.checking import reading_of
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


async def rejects(
    table: Table, layout: Layout, repairs: Repairs, refused: Mapping[int, RowNote]
) -> AsyncIterator[Reject]:
    """All of them in the file's order, those that were `refused` too; the file is read once more.

    Raises ImportRefused.
    """
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
        wanted = [
            position
            for position, number in enumerate(placed.parsed.numbers)
            if placed.record + number in refused
        ]
        if wanted:
            found += await asyncio.to_thread(_of_block, table, repairs, placed, wanted, refused)
        for reject in sorted(found, key=lambda each: each.record):
            yield reject


async def write_rejects(
    table: Table, layout: Layout, repairs: Repairs, refused: Mapping[int, RowNote], path: Path
) -> int:
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


def refused_records(results: Iterable[ChunkResult]) -> dict[int, RowNote]:
    """Why the server did not take records, by number."""
    found: dict[int, RowNote] = {}
    for result in results:
        if result.outcomes.strip(_TAKEN) == b"":
            continue
        for row, outcome in enumerate(result.outcomes):
            if outcome == UNEXPLAINED:
                found[result.records[row]] = _UNEXPLAINED
            elif outcome == FAILED:
                found[result.records[row]] = result.notes.get(row, RowNote("failed", "refused"))
    return found


def _of_block(
    table: Table, repairs: Repairs, placed: Placed, positions: Sequence[int], refused: Mapping[int, RowNote]
) -> list[Reject]:
    """Records of a block that the server refused, read once more for their cells."""
    with table.path.open("rb") as file:
        raw = os.pread(file.fileno(), placed.block.size, placed.block.offset)
    text = raw.decode(table.codec, "replace")
    cells = _cells(table, text)
    mended = repairs.cells.get(str(placed.block.offset), {})
    parsed = placed.parsed
    found, at = [], 0
    for position in positions:
        index = parsed.numbers[position]
        record = next(islice(cells, index - at, None))
        at = index + 1
        note = refused[placed.record + index]
        kept = mended.get(str(index)) or record
        line = placed.line + parsed.line_numbers[position]
        found.append(Reject(line, placed.record + index, note.code, note.message, tuple(kept)))
    return found


def _cells(table: Table, text: str) -> Iterator[Sequence[str]]:
    if table.dialect is not None:
        return csv.reader(io.StringIO(text, newline=""), delimiter=table.dialect.delimiter)
    objects = (flat_object(line.encode()) or {} for line in text.split("\n"))
    return ([text_of(found.get(header)) for header in table.headers] for found in objects)
