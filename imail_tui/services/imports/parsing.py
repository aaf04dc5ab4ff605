"""The program that parses blocks: a child process, so that the one with the screen keeps its core.

It reads commands from standard input, a JSON object a line: first the `Reading`, then blocks; it answers each
block with a frame. It ends with its input. It loads nothing but what parsing takes.
"""

import csv
import fcntl
import gc
import io
import os
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import accumulate, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import orjson

from imail_tui.domain.leads.columns import BATCH, Batch, add_record, read_batch
from imail_tui.domain.leads.dialect import LONGEST_CELL, opening_line
from imail_tui.domain.leads.layout import Layout
from imail_tui.domain.leads.records import Invalid, read_record, text_of
from imail_tui.model.imports import NOTHING_MENDED, Repairs
from imail_tui.services.imports.json_lines import flat_object
from imail_tui.services.imports.parsed import Fault, ParsedBlock, write_frame
from imail_tui.services.imports.stamps import NO_STAMP, Stamp, stamp_of

if TYPE_CHECKING:
    from pydantic import JsonValue

    from imail_tui.model.record import Json

NICENESS: Final = 5
"""How far parsing steps back for whoever types."""
_Cell = TypeVar("_Cell", str, "JsonValue")
_PIPE: Final = 1_048_576
_BREAK: Final = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Reading:
    """How the blocks of a file are read. `delimiter` None: JSON lines. `stamp`: of the file meant."""

    path: str
    encoding: str
    delimiter: str | None
    headers: tuple[str, ...]
    columns: Mapping[str, tuple[int, ...]]
    exact: bool
    repairs: Repairs = NOTHING_MENDED
    stamp: Stamp = NO_STAMP

    def line(self) -> bytes:
        """As a command."""
        return orjson.dumps(asdict(self)) + b"\n"

    @classmethod
    def of_line(cls, line: bytes) -> "Reading":
        """The command of a line."""
        told = orjson.loads(line)
        told["headers"], told["stamp"] = tuple(told["headers"]), tuple(told["stamp"])
        told["columns"] = {target: tuple(columns) for target, columns in told["columns"].items()}
        told["repairs"] = Repairs(**told["repairs"])
        return cls(**told)

    @property
    def layout(self) -> Layout:
        """What the columns become."""
        return Layout(self.headers, self.columns, self.exact)


def parse_block(reading: Reading, text: str, offset: int = 0) -> ParsedBlock:
    """The records of a block's text; `offset` is where it stands in the file."""
    block = _Collector(reading, offset)
    if reading.delimiter is None:
        _parse_objects(block, text, reading.headers)
    else:
        _parse_cells(block, text, reading.delimiter)
    return block.finished()


def _parse_cells(block: "_Collector", text: str, delimiter: str) -> None:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    last: Sequence[str] = ()
    last_line = 0
    while True:
        before = reader.line_num
        records: list[list[str]] = []
        try:
            # A loop would cost as much again as reading.
            records.extend(islice(reader, BATCH))
        except csv.Error:
            # A cell without end; the batch's records before it are read once more with it.
            block.parsed.broken = _opening(text, delimiter, before + sum(map(_lines_of, records)))
            return
        if not records:
            break
        spans = None if reader.line_num - before == len(records) else list(map(_lines_of, records))
        if spans is not None:
            block.parsed.broken = _torn(text, delimiter, before, spans)
            if block.parsed.broken is not None:
                return
        # From the front: a cell that is still open at the end has a line less than breaks.
        before_last = len(records) - 1 if spans is None else sum(spans[:-1])
        last, last_line = records[-1], before + before_last
        block.add(records, before, spans)
    block.parsed.lines = reader.line_num
    if any("\n" in cell or "\r" in cell for cell in last) or _has_odd_quotes_at_end(text):
        opened = _opening(text, delimiter, last_line)
        if opened is not None:
            block.parsed.open, block.parsed.broken = True, opened


def _parse_objects(block: "_Collector", text: str, headers: Sequence[str]) -> None:
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    block.add_objects([flat_object(line.encode()) if line.strip() else {} for line in lines], headers, lines)
    block.parsed.lines = len(lines)


class _Collector:
    """Makes a block of batches."""

    def __init__(self, reading: Reading, offset: int) -> None:
        self.parsed = ParsedBlock()
        self._layout = reading.layout
        self._mended = reading.repairs.cells.get(str(offset), {})
        self._alike = {int(column): cells for column, cells in reading.repairs.alike.items()}
        self._rows: list[bytes] = []
        self._size = 0

    def add(self, records: list[list[str]], line: int, spans: Sequence[int] | None) -> None:
        """Take in a batch that begins on a line, each record so many lines long, None = one."""
        starts = range(line, line + len(records)) if spans is None else _starts(line, spans)
        mended = self._mend(records) if self._mended or self._alike else records
        self._take(read_batch(mended, self._layout, orjson.dumps), starts, mended)

    def add_objects(
        self, objects: "Sequence[Json | None]", headers: Sequence[str], lines: Sequence[str]
    ) -> None:
        """Take in JSON objects, one a line; None is none."""
        batch = Batch()
        records = [[] if each is None else [each.get(header) for header in headers] for each in objects]
        records = self._mend(records) if self._mended or self._alike else records
        for number, (found, cells) in enumerate(zip(objects, records, strict=True)):
            if found is None and not cells:
                batch.invalid.append((number, Invalid("bad_json", lines[number])))
            else:
                add_record(batch, number, read_record(cells, self._layout), orjson.dumps)
        self._take(batch, range(len(objects)), records)

    def finished(self) -> ParsedBlock:
        """The block."""
        self.parsed.rows = b",".join(self._rows)
        return self.parsed

    def _take(self, batch: Batch, starts: Sequence[int], records: "Sequence[Sequence[JsonValue]]") -> None:
        parsed = self.parsed
        first = parsed.records
        # Behind each there is a comma.
        sizes = accumulate(map(len, batch.bodies), lambda end, size: end + 1 + size, initial=self._size - 1)
        parsed.ends.extend(islice(sizes, 1, None))
        self._size = parsed.ends[-1] + 1 if parsed.ends else 0
        self._rows += batch.bodies
        parsed.keys.extend(map(hash, batch.keys))
        parsed.numbers.extend([first + number for number in batch.numbers])
        parsed.line_numbers.extend([starts[number] for number in batch.numbers])
        for number, invalid in batch.invalid:
            cells = tuple(map(text_of, records[number]))
            parsed.invalid.append(Fault(first + number, starts[number], invalid.code, invalid.cell, cells))
        for note, count in batch.notes.items():
            parsed.notes[note] = parsed.notes.get(note, 0) + count
        parsed.records += len(records)
        parsed.blank += batch.blank
        parsed.roles += batch.roles
        parsed.free_mail += batch.free_mail

    def _mend(self, records: Sequence[Sequence[_Cell]]) -> list[list[_Cell | str]]:
        mended: list[list[_Cell | str]] = []
        for number, record in enumerate(records, self.parsed.records):
            cells = self._mended.get(str(number), record)
            mended.append(
                [
                    self._alike.get(column, {}).get(text_of(cell), cell)
                    for column, cell in enumerate(cells or ())
                ]
            )
        return mended


def _has_odd_quotes_at_end(text: str) -> bool:
    """Whether the last line may leave a cell open."""
    return text.count('"', text.rfind("\n", 0, -1) + 1) % 2 == 1


def _lines_of(record: Sequence[str]) -> int:
    return 1 + sum(len(_BREAK.findall(cell)) for cell in record if "\n" in cell or "\r" in cell)


def _starts(line: int, spans: Sequence[int]) -> list[int]:
    return list(accumulate(spans[:-1], initial=line))


def _torn(text: str, delimiter: str, line: int, spans: Sequence[int]) -> int | None:
    """The line on which a cell of several lines opens that does not end where a cell can end."""
    lines = io.StringIO(text, newline="").readlines()
    for start, span in zip(_starts(line, spans), spans, strict=True):
        if span == 1:
            continue
        try:
            list(csv.reader(lines[start : start + span], delimiter=delimiter, strict=True))
        except csv.Error as error:
            # At the very end of the block there is more to come.
            if "unexpected end" not in str(error):
                return start + (opening_line("".join(lines[start : start + span - 1]), delimiter) or 0)
    return None


def _opening(text: str, delimiter: str, line: int) -> int | None:
    """The line on which a quote opens that the text from a record's first line on never closes."""
    rest = "".join(islice(io.StringIO(text, newline=""), line, None))
    opened = opening_line(rest[: 2 * LONGEST_CELL], delimiter)
    return None if opened is None else line + opened


def main() -> None:
    """Answer commands until there are none."""
    gc.disable()
    os.nice(NICENESS)
    with suppress(OSError):
        # A block at a time rather than in pieces of 64 kB.
        fcntl.fcntl(sys.stdout.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)
    commands, answers = sys.stdin.buffer, sys.stdout.buffer
    reading = Reading.of_line(commands.readline())
    with suppress(BrokenPipeError):
        for command in iter(commands.readline, b""):
            offset, size = orjson.loads(command)
            text = _text(reading, offset, size)
            write_frame(
                ParsedBlock(changed=True) if text is None else parse_block(reading, text, offset), answers
            )


def _text(reading: Reading, offset: int, size: int) -> str | None:
    """The text of a block, None when the file is gone or not as it was."""
    try:
        with Path(reading.path).open("rb", buffering=0) as file:
            raw = os.pread(file.fileno(), size, offset)
            is_same = stamp_of(os.fstat(file.fileno())) == reading.stamp
    except OSError:
        return None
    return raw.decode(reading.encoding, "replace") if is_same else None


if __name__ == "__main__":
    main()
