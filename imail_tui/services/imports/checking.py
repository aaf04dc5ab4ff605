"""What a file holds, read to its end: every record in one outcome, and the first faults to look at."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import orjson

from imail_tui.domain.leads.layout import Layout
from imail_tui.domain.leads.seen import Seen
from imail_tui.model.imports import NOTHING_MENDED, FileCounts, Repairs
from imail_tui.model.record import Json
from imail_tui.services.imports.chunks import ROWS, Chunk, Chunker
from imail_tui.services.imports.parsed import Fault, ParsedBlock
from imail_tui.services.imports.parsers import Placed, parse
from imail_tui.services.imports.parsing import Reading
from imail_tui.services.imports.table import Table

LISTED: Final = 1_000
"""Faults and duplicates that are listed; more are only counted: memory does not grow with the file."""
_MOST_EXPECTED: Final = 12_000_000
"""Addresses for which room is made beforehand: 128 MiB; a file of so many is a gigabyte or more."""


@dataclass(frozen=True, slots=True)
class PlacedFault:
    """An invalid record or a duplicate: `offset` of its block and `index` in it find it again.

    `record` and `line` from 1. `code` is `duplicate` for an address that occurred before.
    """

    record: int
    line: int
    code: str
    cell: str
    cells: tuple[str, ...]
    offset: int
    index: int


@dataclass(slots=True)
class Tally:
    """What reading a file found so far. `read`: bytes of it.

    `first_emails`: addresses of the first leads, as many as one lookup takes. `several`: records with further
    addresses; the rest as in `FileCounts`.
    """

    records: int = 0
    accepted: int = 0
    duplicates: int = 0
    invalid: int = 0
    blank: int = 0
    read: int = 0
    by_code: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    roles: int = 0
    free_mail: int = 0
    several: int = 0
    further: int = 0
    further_duplicates: int = 0
    further_invalid: int = 0
    faults: list[PlacedFault] = field(default_factory=list)
    first_emails: list[str] = field(default_factory=list)

    @property
    def leads(self) -> int:
        """How many are to be sent."""
        return self.accepted + self.further

    def counts(self) -> FileCounts:
        """As they are kept."""
        return FileCounts(
            self.records,
            self.accepted,
            self.duplicates,
            self.invalid,
            self.blank,
            dict(sorted(self.by_code.items())),
            self.further,
            self.further_duplicates,
            self.further_invalid,
        )


class FileReader:
    """Reads a file's records into chunks, and tallies them."""

    def __init__(self, table: Table, layout: Layout, repairs: Repairs, chunker: Chunker | None) -> None:
        self._table = table
        self._reading = reading_of(table, layout, repairs)
        self._chunker = chunker
        self.tally = Tally()

    async def chunks(self, on_block: Callable[[Tally], None] = lambda _: None) -> AsyncIterator[Chunk]:
        """All chunks in order; `on_block` hears of each block that was read. Raises ImportRefused."""
        seen: Seen | None = None
        async for placed in parse(self._table, self._reading):
            if seen is None:
                # The first block tells about how many there are, were all like it.
                share = self._table.size / max(1, placed.block.size)
                seen = Seen(int(min(_MOST_EXPECTED, placed.parsed.accepted * share)))
            again = seen.take(placed.parsed.keys)
            if self._chunker is None and len(self.tally.first_emails) < ROWS:
                rows: list[Json] = orjson.loads(b"".join((b"[", placed.parsed.rows[:-1], b"]")))
                known = frozenset(again)
                fresh = (str(row["email"]) for place, row in enumerate(rows) if place not in known)
                self.tally.first_emails += islice(fresh, ROWS - len(self.tally.first_emails))
            self._count(placed, again)
            on_block(self.tally)
            if self._chunker is not None:
                for chunk in self._chunker.add(placed, again):
                    yield chunk
        if self._chunker is not None:
            for chunk in self._chunker.rest():
                yield chunk

    def _count(self, placed: Placed, again: list[int]) -> None:
        parsed, tally = placed.parsed, self.tally
        tally.records += parsed.records
        if parsed.further:
            # The outcome of a record is that of its first address.
            further = frozenset(parsed.further)
            leads = len(again)
            again = [position for position in again if position not in further]
            tally.further += len(further) - (leads - len(again))
            tally.further_duplicates += leads - len(again)
        tally.accepted += parsed.accepted - len(parsed.further) - len(again)
        tally.duplicates += len(again)
        tally.invalid += len(parsed.invalid)
        tally.blank += parsed.blank
        tally.read = placed.block.offset + placed.block.size
        tally.roles += parsed.roles
        tally.free_mail += parsed.free_mail
        tally.several += parsed.several
        tally.further_invalid += parsed.unread if self._reading.every_address else 0
        for note, count in parsed.notes.items():
            tally.notes[note] = tally.notes.get(note, 0) + count
        for fault in parsed.invalid:
            tally.by_code[fault.code] = tally.by_code.get(fault.code, 0) + 1
        room = LISTED - len(tally.faults)
        if room > 0:
            faults = [_placed(placed, fault) for fault in parsed.invalid[:room]]
            faults += [_placed(placed, _duplicate(placed, position)) for position in again[:room]]
            tally.faults += sorted(faults, key=lambda fault: fault.record)[:room]


async def check(
    table: Table,
    layout: Layout,
    repairs: Repairs = NOTHING_MENDED,
    on_block: Callable[[Tally], None] = lambda _: None,
) -> Tally:
    """Read a file to its end and send nothing. Raises ImportRefused."""
    reader = FileReader(table, layout, repairs, None)
    async for _ in reader.chunks(on_block):
        pass
    return reader.tally


def reading_of(table: Table, layout: Layout, repairs: Repairs) -> Reading:
    """How the parsing processes read a table."""
    delimiter = table.dialect.delimiter if table.dialect else None
    return Reading(
        str(table.path),
        table.codec,
        delimiter,
        table.headers,
        dict(layout.columns),
        layout.exact,
        layout.every_address,
        repairs,
        table.stamp,
    )


def _duplicate(placed: Placed, position: int) -> Fault:
    parsed = placed.parsed
    email = email_at(parsed, position)
    return Fault(parsed.numbers[position], parsed.line_numbers[position], "duplicate", email)


def email_at(parsed: ParsedBlock, position: int) -> str:
    """The address of a lead of a block."""
    start = parsed.ends[position - 1] if position else 0
    return str(orjson.loads(parsed.rows[start : parsed.ends[position] - 1])["email"])


def _placed(placed: Placed, fault: Fault) -> PlacedFault:
    return PlacedFault(
        placed.record + fault.record,
        placed.line + fault.line,
        fault.code,
        fault.cell,
        fault.cells,
        placed.block.offset,
        fault.record,
    )
