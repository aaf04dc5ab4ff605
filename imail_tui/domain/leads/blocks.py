"""Where a file may be cut so that each part is read by itself: behind a line that no quote holds open."""

from typing import Final

SIZE: Final = 1_048_576
"""Bytes of a block: large enough that a cut costs nothing, small enough to be many in any large file."""
LONGEST: Final = 4 * SIZE
"""Without a safe cut so far, a stray quote is about: cut anyway, and let the reader of the block find out."""


def cut_at(block: bytes, newline: bytes = b"\n") -> int:
    """How many bytes of `block`, which begins with a record, are whole records; 0 = too few bytes to tell.

    Quotes within a quoted cell are doubled (RFC 4180, 2.7), so that an even number of quotes stands before
    the end of a record. A single quote in the middle of a plain cell breaks that rule; whoever reads the
    block must look whether it really ended outside a quoted cell.
    """
    end = block.rfind(newline)
    if end < 0:
        return 0
    before = block.count(b'"', 0, end)
    place = end
    while before % 2 and place >= 0:
        quote = block.rfind(b'"', 0, place)
        place = block.rfind(newline, 0, quote)
        before = block.count(b'"', 0, place) if place >= 0 else 1
    if place >= 0:
        return place + 1
    return end + 1 if len(block) >= LONGEST else 0
