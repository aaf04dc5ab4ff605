"""The requests of an import: as many leads as one may hold, the same bytes whenever they are made."""

import hashlib
import json
import uuid
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from imail_tui.model.imports import ImportRequest
from imail_tui.model.record import Json
from imail_tui.services.imports.parsers import Placed

ROWS: Final = 5_000
"""Leads the API takes at once."""
BYTES: Final = 8_000_000
"""Of a body; the API refuses more than 10 MiB."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A request: `records` and `lines` place its rows in the file; `digest` is of its bytes."""

    number: int
    body: bytes
    records: "array[int]"
    lines: "array[int]"
    digest: str

    def key(self, import_id: str) -> str:
        """Its Idempotency-Key: the same whenever this import makes these bytes."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"imail-tui:{import_id}:{self.number}:{self.digest}"))

    def leads(self) -> list[Json]:
        """Its rows."""
        leads: list[Json] = orjson.loads(self.body)["leads"]
        return leads


def digest_of(body: bytes) -> str:
    """A digest; SHA-256, for which processors have instructions."""
    return hashlib.sha256(body).hexdigest()[:32]


def body_of(request: ImportRequest, rows: Iterable[bytes | memoryview]) -> bytes:
    """The body of a request with these rows: texts of JSON objects with commas between."""
    fields = {"on_duplicate": request.on_duplicate}
    if request.campaign_id is not None:
        fields["campaign_id"] = request.campaign_id
    return b"".join((json.dumps(fields).encode()[:-1], b', "leads":[', b",".join(rows), b"]}"))


class Chunker:
    """Makes chunks of parsed blocks; where a block begins and ends does not show in them."""

    def __init__(self, request: ImportRequest, rows: int = ROWS, most_bytes: int = BYTES) -> None:
        self._request = request
        self._most_rows = rows
        self._most_bytes = most_bytes
        self._number = 0
        self._parts: list[bytes | memoryview] = []
        self._size = 0
        self._records: array[int] = array("I")
        self._lines: array[int] = array("I")

    def add(self, placed: Placed, left_out: Sequence[int]) -> Iterator[Chunk]:
        """Take in a block's accepted rows but those at the positions `left_out`, which ascend."""
        start = 0
        for position in (*left_out, placed.parsed.accepted):
            yield from self._add_run(placed, start, position)
            start = position + 1

    def rest(self) -> Iterator[Chunk]:
        """The last one."""
        if self._records:
            yield self._made()

    def _add_run(self, placed: Placed, start: int, end: int) -> Iterator[Chunk]:
        parsed = placed.parsed
        ends = parsed.ends
        while start < end:
            offset = ends[start - 1] if start else 0
            fits = bisect_right(ends, offset + self._most_bytes - self._size, start, end)
            upto = min(fits, start + self._most_rows - len(self._records))
            if upto <= start:
                if self._records:
                    yield self._made()
                    continue
                # A row that no request can hold is sent alone, and the server says why.
                upto = start + 1
            self._parts.append(parsed.rows[offset : ends[upto - 1] - 1])
            self._size += ends[upto - 1] - offset
            # A record with several leads has its number several times.
            move = _each_moved if parsed.further else _moved
            self._records.extend(move(parsed.numbers, start, upto, placed.record))
            self._lines.extend(move(parsed.line_numbers, start, upto, placed.line))
            start = upto
            if len(self._records) == self._most_rows:
                yield self._made()

    def _made(self) -> Chunk:
        body = body_of(self._request, self._parts)
        chunk = Chunk(self._number, body, self._records, self._lines, digest_of(body))
        self._number += 1
        self._parts, self._size = [], 0
        self._records, self._lines = array("I"), array("I")
        return chunk


def _moved(numbers: "array[int]", start: int, end: int, by: int) -> Iterable[int]:
    """Ascending numbers from one place to another, each so much more."""
    first, last = numbers[start], numbers[end - 1]
    if last - first == end - 1 - start:
        return range(by + first, by + last + 1)
    return _each_moved(numbers, start, end, by)


def _each_moved(numbers: "array[int]", start: int, end: int, by: int) -> Iterable[int]:
    return [by + number for number in numbers[start:end]]
