"""Which addresses a file already had, in eight bytes each.

A set of a million texts takes 110 MiB, this table 16. It holds 64-bit hashes in open addressing with linear
probing (Knuth, TAOCP 6.4, algorithm L). That two of n different addresses have one hash happens once in
2^65 / n^2 files: for ten million addresses once in 370,000.
"""

from array import array
from collections.abc import Iterable
from typing import Final

_PARTS: Final = 64
"""The table is many small ones, so that growing never copies more than a little of it."""
_FIRST: Final = 256
_MASK: Final = 2**64 - 1


class Seen:
    """Hashes that occurred before; about how many are `expected` spares making room for them later."""

    def __init__(self, expected: int = 0) -> None:
        size = _FIRST
        # Parts fill unevenly.
        while _room(size) * _PARTS < expected * 17 // 16:
            size *= 2
        self._parts = [array("Q", bytes(8 * size)) for _ in range(_PARTS)]
        self._free = [_room(size)] * _PARTS

    def take(self, hashes: Iterable[int]) -> list[int]:
        """Take hashes in; returns the positions of those that occurred before, in these too."""
        parts, free = self._parts, self._free
        again = []
        for position, signed in enumerate(hashes):
            key = signed & _MASK or 1
            number = key >> 58
            part = parts[number]
            mask = len(part) - 1
            place = key & mask
            found = part[place]
            while found and found != key:
                place = (place + 1) & mask
                found = part[place]
            if found:
                again.append(position)
                continue
            part[place] = key
            free[number] -= 1
            if not free[number]:
                self._grow(number)
        return again

    def _grow(self, number: int) -> None:
        old = self._parts[number]
        size = 2 * len(old)
        new = array("Q", bytes(8 * size))
        mask = size - 1
        for key in filter(None, old):
            place = key & mask
            while new[place]:
                place = (place + 1) & mask
            new[place] = key
        self._parts[number] = new
        self._free[number] = _room(size) - _room(len(old))


def _room(size: int) -> int:
    """Hashes that fit before chains of probes grow long."""
    return size * 3 // 4
