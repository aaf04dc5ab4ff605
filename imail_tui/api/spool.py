"""A body on its way into a file, for one too large to be held."""

import asyncio
from collections.abc import Callable
from typing import BinaryIO, Final

_AT_ONCE: Final = 256 * 1024
"""Bytes collected before the file is written to, which happens on a thread."""


class Spool:
    """A `Sink` that writes to a file. `told` hears how many bytes have come so far. Raises OSError."""

    def __init__(self, file: BinaryIO, told: Callable[[int], None] = lambda _: None) -> None:
        self._file = file
        self._told = told
        self._begun = False
        self._kept: list[bytes] = []
        self._waiting = 0
        self._size = 0

    def begin(self) -> None:
        """Start over at the next piece."""
        self._begun = False
        self._kept.clear()
        self._waiting = self._size = 0

    async def feed(self, piece: bytes) -> None:
        """Take a piece."""
        self._kept.append(piece)
        self._waiting += len(piece)
        self._size += len(piece)
        if self._waiting >= _AT_ONCE:
            await self.finish()

    async def finish(self) -> None:
        """Have everything in the file, which then stands at its end."""
        pieces, self._kept, self._waiting = self._kept, [], 0
        await asyncio.to_thread(self._write, pieces)
        self._told(self._size)

    def _write(self, pieces: list[bytes]) -> None:
        if not self._begun:
            self._file.seek(0)
            self._file.truncate()
            self._begun = True
        self._file.writelines(pieces)
