"""Which addresses a file already had, in eight bytes each.

A set of a million texts takes 110 MiB, this table 10. It holds 64-bit hashes in open addressing with linear
probing (Knuth, TAOCP 6.4, algorithm L). That two of n different addresses have one hash happens once in
2^65 / n^2 files: for ten million addresses once in 370,000.
"""

from array import array
from typing import Final

_SMALLEST: Final = 1_024


class Seen:
    """Hashes that occurred before; about how many are `expected` spares making room for them later."""

    def __init__(self, expected: int = 0) -> None:
        # No power of two: ten million take 102 MiB, and would take 128.
        size = max(_SMALLEST, expected * 4 // 3 + 1)
        self._table = array("Q", [0]) * size
        self._free = _room(size)

    def take(self, hashes: "array[int]") -> list[int]:
        """Take hashes of 64 bits in; gives the positions of those that occurred before, in these too.

        0 means that a place is free: of 2^64 texts one is always taken for new.
        """
        while self._free < len(hashes):
            self._grow()
        table = self._table
        size = len(table)
        again = []
        for position, key in enumerate(memoryview(hashes).cast("B").cast("Q")):
            place = key % size
            found = table[place]
            if found:
                while found and found != key:
                    place = (place + 1) % size
                    found = table[place]
                if found:
                    again.append(position)
                    continue
            table[place] = key
        self._free -= len(hashes) - len(again)
        return again

    def _grow(self) -> None:
        old = self._table
        size = 2 * len(old)
        self._table = new = array("Q", [0]) * size
        for key in filter(None, old):
            place = key % size
            while new[place]:
                place = (place + 1) % size
            new[place] = key
        self._free += _room(size) - _room(len(old))


def _room(size: int) -> int:
    """Hashes that fit before chains of probes grow long."""
    return size * 3 // 4
