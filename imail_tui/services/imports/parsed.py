"""What parsing a block gives, and how it travels from the process that parses to the one that sends.

It is written into a file that both have open and that is in memory only, and a line in a pipe tells the
lengths of its parts: through the pipe it would go in many pieces, each copied twice.
"""

import os
from array import array
from dataclasses import dataclass, field

import orjson


@dataclass(frozen=True, slots=True)
class Fault:
    """An invalid record: its number and line in the block, from 0, why, what was wrong, and its cells."""

    record: int
    line: int
    code: str
    cell: str
    cells: tuple[str, ...] = ()


@dataclass(slots=True)
class ParsedBlock:
    """A block's records, each in one outcome.

    Accepted ones: `rows` is their JSON objects, each with a comma behind it, `ends` where each with it ends,
    `keys` a hash of each address, `numbers` and `line_numbers` their places in the block, from 0. `further`:
    which of them are of a record's further addresses; `several` records have such, and `unread` of these can
    be none.

    `open`: it ends within a quoted cell, so that it and the next one are to be read together. `broken`: the
    line in the block on which a quote opens that is closed where no cell ends, or never; `overlong`: one with
    a cell that is longer than any may be. `changed`: the file is not as it was.
    """

    records: int = 0
    lines: int = 0
    blank: int = 0
    rows: "bytes | memoryview" = b""
    ends: "array[int]" = field(default_factory=lambda: array("Q"))
    keys: "array[int]" = field(default_factory=lambda: array("q"))
    numbers: "array[int]" = field(default_factory=lambda: array("I"))
    line_numbers: "array[int]" = field(default_factory=lambda: array("I"))
    further: "array[int]" = field(default_factory=lambda: array("I"))
    invalid: list[Fault] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    roles: int = 0
    free_mail: int = 0
    several: int = 0
    unread: int = 0
    open: bool = False
    broken: int | None = None
    overlong: int | None = None
    changed: bool = False

    @property
    def accepted(self) -> int:
        """How many leads can be sent."""
        return len(self.ends)


def write_frame(block: ParsedBlock, file: int, place: int) -> bytes:
    """Write a block into a file at a place; gives the line that says what is there."""
    arrays = (block.ends, block.keys, block.numbers, block.line_numbers, block.further)
    told = {
        "records": block.records,
        "lines": block.lines,
        "blank": block.blank,
        "invalid": [[each.record, each.line, each.code, each.cell, each.cells] for each in block.invalid],
        "notes": block.notes,
        "roles": block.roles,
        "free_mail": block.free_mail,
        "several": block.several,
        "unread": block.unread,
        "open": block.open,
        "broken": block.broken,
        "overlong": block.overlong,
        "changed": block.changed,
    }
    parts = [memoryview(orjson.dumps(told)), memoryview(block.rows), *(memoryview(each) for each in arrays)]
    for part in parts:
        _write(file, part.cast("B"), place)
        place += part.nbytes
    return orjson.dumps([part.nbytes for part in parts]) + b"\n"


def read_frame(line: bytes, file: int, place: int) -> ParsedBlock:
    """The block that is in a file at a place, by the line that says so."""
    sizes: list[int] = orjson.loads(line)
    payload = memoryview(os.pread(file, sum(sizes), place))
    parts: list[memoryview] = []
    at = 0
    for size in sizes:
        parts.append(payload[at : at + size])
        at += size
    told = orjson.loads(parts[0])
    arrays = [_array(code, part) for code, part in zip("QqIII", parts[2:], strict=True)]
    told["invalid"] = [
        Fault(record, line, code, cell, tuple(cells)) for record, line, code, cell, cells in told["invalid"]
    ]
    return ParsedBlock(
        rows=parts[1],
        ends=arrays[0],
        keys=arrays[1],
        numbers=arrays[2],
        line_numbers=arrays[3],
        further=arrays[4],
        **told,
    )


def _write(file: int, part: memoryview, place: int) -> None:
    while part:
        written = os.pwrite(file, part, place)
        part, place = part[written:], place + written


def _array(code: str, part: memoryview) -> "array[int]":
    made = array(code)
    made.frombytes(part)
    return made
