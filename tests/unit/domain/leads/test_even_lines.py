"""Lines cut at once have the cells that a reader of CSV finds in them, or are left to it."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imail_tui.domain.leads.even_lines import even_lines

PIECES = st.sampled_from(
    ("a", "b c", '"', '""', '"a,b"', '"a', ",", ",", ";", "\t", "\n", "\n", "\r\n", "\r", "\x7f")
)


@given(st.lists(PIECES, max_size=24).map("".join), st.sampled_from((",", ";", "\t")), st.integers(1, 3))
@example("a\nb\n", ",", 3)
@example('a,"b\nc",d\n', ",", 3)
@example('a,"b"x,c\n', ",", 3)
@example('a,6" by 7",c\n', ",", 3)
def test_cells_are_those_of_a_reader(text: str, delimiter: str, width: int) -> None:
    lines = even_lines(text, delimiter, width)
    if lines is None:
        return
    read = list(csv.reader(io.StringIO(text or "\n", newline=""), delimiter=delimiter))
    # A blank line has no cell for one and a blank one for the other.
    assert [lines.record(number) for number in range(lines.count)] == [cells or [""] for cells in read]
    assert lines.count == len(lines.column(0)) == len(lines.column(width - 1))


@pytest.mark.parametrize(
    "text",
    ['a,"b, c",d\r\n"e",,"f"\r\n', "a,b,c\nd,e,f", '"","",""\n'],
)
def test_most_lines_are_cut(text: str) -> None:
    assert even_lines(text, ",", 3) is not None
