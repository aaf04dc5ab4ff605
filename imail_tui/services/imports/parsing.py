"""The program that parses blocks: a child process, so that the one with the screen keeps its core.

It reads commands from standard input, a line of JSON each: first the `Reading`, then blocks and the places
in a shared file, its first argument, for what they give; it answers each with a line. It ends with its input.
It loads nothing but what parsing takes.
"""

import csv
import gc
import io
import os
import re
import sys
from array import array
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import accumulate, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import orjson

from imail_tui.domain.leads.columns import BATCH, Batch, add_record, read_batch, read_even
from imail_tui.domain.leads.dialect import LONGEST_CELL, opening_line
from imail_tui.domain.leads.even_lines import even_lines
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
PIECE: Final = 98_304
"""Letters of a piece at least: their cells fit the processor's cache, and no cell is too long."""
_NUMBERS: Final = array("I", range(65_536))
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
    every_address: bool = False
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
        return Layout(self.headers, self.columns, self.exact, self.every_address)


def parse_block(reading: Reading, text: str, offset: int = 0) -> ParsedBlock:
    """The records of a block's text; `offset` is where it stands in the file."""
    block = _Collector(reading, offset)
    if reading.delimiter is None:
        _parse_objects(block, text, reading.headers)
    else:
        _parse_cells(block, text, reading.delimiter)
    return block.finished()


def _parse_cells(block: "_Collector", text: str, delimiter: str) -> None:
    """Piece by piece: even lines are cut at once, those of other pieces are read as records."""
    csv.field_size_limit(LONGEST_CELL)
    stream = _Stream(text, delimiter)
    at, size, step = 0, len(text), PIECE
    while at < size:
        end = text.find("\n", at + PIECE) + 1 or size
        if block.add_even(text[at:end], delimiter):
            at, step = end, PIECE
            continue
        # A file that is no good for it is not tried over and over again.
        upto = at + step
        step *= 2
        while at < min(upto, size):
            if not _parse_batch(block, stream, at):
                return
            at = stream.at


def _parse_batch(block: "_Collector", stream: "_Stream", at: int) -> bool:
    """Take in the records of a batch that begins so many letters into the text; whether to read on."""
    parsed = block.parsed
    reader = csv.reader(stream.lines_from(at), delimiter=stream.delimiter)
    records: list[list[str]] = []
    try:
        # A loop would cost as much again as reading.
        records.extend(islice(reader, BATCH))
    except csv.Error:
        # A cell without end; the batch's records before it are read once more with it.
        line = sum(map(_lines_of, records))
        opened = _opening(stream.text[at:], stream.delimiter, line)
        if opened is None:
            parsed.overlong = parsed.lines + line
        else:
            parsed.broken = parsed.lines + opened
        return False
    here = stream.text[at : stream.at]
    spans = None if reader.line_num == len(records) else list(map(_lines_of, records))
    torn = None if spans is None else _torn(here, stream.delimiter, spans)
    if torn is not None:
        parsed.broken = parsed.lines + torn
        return False
    if stream.at == len(stream.text) and (
        any("\n" in cell or "\r" in cell for cell in records[-1]) or _has_odd_quotes_at_end(here)
    ):
        # From the front: a cell that is still open at the end has a line less than breaks.
        opened = _opening(here, stream.delimiter, len(records) - 1 if spans is None else sum(spans[:-1]))
        if opened is not None:
            parsed.open, parsed.broken = True, parsed.lines + opened
    block.add(records, spans)
    parsed.lines += reader.line_num
    return True


class _Stream:
    """A text whose lines can be read from any place on. `at`: letters read so far."""

    def __init__(self, text: str, delimiter: str) -> None:
        self.text = text
        self.delimiter = delimiter
        self._lines: io.StringIO | None = None

    @property
    def at(self) -> int:
        return 0 if self._lines is None else self._lines.tell()

    def lines_from(self, at: int) -> io.StringIO:
        if self._lines is None:
            self._lines = io.StringIO(self.text, newline="")
        self._lines.seek(at)
        return self._lines


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

    def add_even(self, text: str, delimiter: str) -> bool:
        """Take in whole lines; False where they have to be read one by one."""
        if self._mended or self._alike:
            return False
        lines = even_lines(text, delimiter, len(self._layout.headers))
        if lines is None:
            return False
        line = self.parsed.lines
        starts = range(line, line + lines.count)
        self._take(read_even(lines, self._layout, orjson.dumps), starts, lines.record, lines.count)
        self.parsed.lines += lines.count
        return True

    def add(self, records: list[list[str]], spans: Sequence[int] | None) -> None:
        """Take in a batch of records, each so many lines long, None = one."""
        line = self.parsed.lines
        starts = range(line, line + len(records)) if spans is None else _starts(line, spans)
        mended = self._mend(records) if self._mended or self._alike else records
        batch = read_batch(mended, self._layout, orjson.dumps)
        self._take(batch, starts, mended.__getitem__, len(mended))

    def add_objects(
        self, objects: "Sequence[Json | None]", headers: Sequence[str], lines: Sequence[str]
    ) -> None:
        """Take in JSON objects, one a line; None is none."""
        batch = Batch()
        numbers: list[int] = []
        records = [[] if each is None else [each.get(header) for header in headers] for each in objects]
        records = self._mend(records) if self._mended or self._alike else records
        for number, (found, cells) in enumerate(zip(objects, records, strict=True)):
            if found is None and not cells:
                batch.invalid.append((number, Invalid("bad_json", lines[number])))
            else:
                add_record(batch, numbers, number, read_record(cells, self._layout), orjson.dumps)
        batch.numbers = numbers
        self._take(batch, range(len(objects)), records.__getitem__, len(records))

    def finished(self) -> ParsedBlock:
        """The block."""
        parsed = self.parsed
        parsed.rows = b"".join(self._rows).replace(b"\n", b",")
        parsed.ends = array("Q", accumulate(map(len, self._rows)))
        return parsed

    def _take(
        self,
        batch: Batch,
        starts: Sequence[int],
        record: "Callable[[int], Sequence[JsonValue]]",
        count: int,
    ) -> None:
        parsed = self.parsed
        first = parsed.records
        leads = len(parsed.keys)
        self._rows += batch.bodies
        parsed.keys.extend(map(hash, batch.keys))
        if isinstance(batch.numbers, range):
            _extend(parsed.numbers, range(first, first + count))
            _extend(parsed.line_numbers, starts)
        else:
            parsed.numbers.extend([first + number for number in batch.numbers])
            parsed.line_numbers.extend([starts[number] for number in batch.numbers])
        parsed.further.extend([leads + place for place in batch.further])
        for number, invalid in batch.invalid:
            cells = tuple(map(text_of, record(number)))
            parsed.invalid.append(Fault(first + number, starts[number], invalid.code, invalid.cell, cells))
        for note, often in batch.notes.items():
            parsed.notes[note] = parsed.notes.get(note, 0) + often
        parsed.records += count
        parsed.blank += batch.blank
        parsed.roles += batch.roles
        parsed.free_mail += batch.free_mail
        parsed.several += batch.several
        parsed.unread += batch.unread

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


def _extend(numbers: "array[int]", by: Sequence[int]) -> None:
    """Put numbers behind others; those that follow each other all at once."""
    if isinstance(by, range) and by.stop <= len(_NUMBERS):
        numbers.extend(_NUMBERS[by.start : by.stop])
    else:
        numbers.extend(by)


def _has_odd_quotes_at_end(text: str) -> bool:
    """Whether the last line may leave a cell open."""
    return text.count('"', text.rfind("\n", 0, -1) + 1) % 2 == 1


def _lines_of(record: Sequence[str]) -> int:
    return 1 + sum(len(_BREAK.findall(cell)) for cell in record if "\n" in cell or "\r" in cell)


def _starts(line: int, spans: Sequence[int]) -> list[int]:
    return list(accumulate(spans[:-1], initial=line))


def _torn(text: str, delimiter: str, spans: Sequence[int]) -> int | None:
    """The line on which a cell of several lines opens that does not end where a cell can end."""
    lines = io.StringIO(text, newline="").readlines()
    for start, span in zip(_starts(0, spans), spans, strict=True):
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
    shared = int(sys.argv[1])
    commands, answers = sys.stdin.buffer, sys.stdout.buffer
    reading = Reading.of_line(commands.readline())
    with suppress(BrokenPipeError):
        for command in iter(commands.readline, b""):
            offset, size, place = orjson.loads(command)
            text = _text(reading, offset, size)
            block = ParsedBlock(changed=True) if text is None else parse_block(reading, text, offset)
            answers.write(write_frame(block, shared, place))
            answers.flush()


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
