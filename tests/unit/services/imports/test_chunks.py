"""Requests are the same bytes wherever the file was cut, and hold every row once."""

from array import array
from itertools import accumulate

import orjson
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.model.imports import ImportRequest
from imail_tui.services.imports.chunks import Chunk, Chunker
from imail_tui.services.imports.parsed import ParsedBlock
from imail_tui.services.imports.parsers import Placed
from imail_tui.services.imports.table import Block

REQUEST = ImportRequest("people.csv", {}, "generic", campaign_id='cmp_"1')


def placed(first: int, emails: list[str]) -> Placed:
    rows = [orjson.dumps({"email": email}) + b"," for email in emails]
    ends = array("Q", accumulate(map(len, rows)))
    numbers = array("I", range(len(rows)))
    parsed = ParsedBlock(len(rows), len(rows), 0, b"".join(rows), ends, array("q"), numbers, numbers)
    return Placed(Block(0, 0), parsed, first + 1, first + 2)


def chunked(sizes: list[int], left_out: set[int], rows: int, most_bytes: int) -> list[Chunk]:
    chunker, chunks, first = Chunker(REQUEST, rows, most_bytes), list[Chunk](), 0
    for size in sizes:
        emails = [f"{number}@x.example" for number in range(first, first + size)]
        again = sorted(number - first for number in left_out if first <= number < first + size)
        chunks += chunker.add(placed(first, emails), again)
        first += size
    return [*chunks, *chunker.rest()]


@given(
    st.lists(st.integers(0, 9), max_size=6),
    st.sets(st.integers(0, 40)),
    st.integers(1, 7),
    st.sampled_from((10, 60, 10_000)),
)
def test_every_row_once_in_the_same_bytes(
    sizes: list[int], left_out: set[int], rows: int, most_bytes: int
) -> None:
    chunks = chunked(sizes, left_out, rows, most_bytes)
    kept = [number for number in range(sum(sizes)) if number not in left_out]
    assert [lead["email"] for chunk in chunks for lead in chunk.leads()] == [f"{n}@x.example" for n in kept]
    assert [record for chunk in chunks for record in chunk.records] == [n + 1 for n in kept]
    assert [line for chunk in chunks for line in chunk.lines] == [n + 2 for n in kept]
    assert all(0 < len(chunk.records) <= rows for chunk in chunks)
    whole = chunked([sum(sizes)], left_out, rows, most_bytes)
    assert [chunk.body for chunk in chunks] == [chunk.body for chunk in whole]
    assert [chunk.key("imp_1") for chunk in chunks] == [chunk.key("imp_1") for chunk in whole]
