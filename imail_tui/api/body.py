"""Response bodies: decoded while they arrive, with a cap that a small compressed body cannot pass."""

import zlib
from collections.abc import Iterator

BODY_LIMIT = 32 * 1024 * 1024
"""Decoded bytes; a larger answer is refused."""
STREAM_LIMIT = 1024 * 1024 * 1024
"""Decoded bytes of a body that is passed on while it arrives."""
_PIECE = 256 * 1024
_GZIP = 16 + zlib.MAX_WBITS


class BodyTooBig(Exception):
    """More decoded bytes than the cap."""


class BodyUndecodable(Exception):
    """A content coding we did not ask for, or broken compressed data."""


class BodyReader:
    """Takes the raw pieces of one body. `encoding` is its Content-Encoding.

    Raises `BodyUndecodable` at once for a coding other than gzip and identity.
    """

    def __init__(self, encoding: str, limit: int = BODY_LIMIT) -> None:
        self._inflate = _decoder(encoding)
        self._limit = limit
        self._body = bytearray()

    def feed(self, piece: bytes) -> None:
        """Add one raw piece. Raises `BodyTooBig`, `BodyUndecodable`."""
        room = self._limit - len(self._body)
        if self._inflate is not None and piece:
            try:
                piece = self._inflate.decompress(piece, room + 1)
            except zlib.error:
                raise BodyUndecodable from None
        if len(piece) > room:
            raise BodyTooBig
        self._body += piece

    def whole(self) -> bytes:
        """The decoded body, once all pieces are in. Raises `BodyUndecodable` when compressed data is cut."""
        if self._inflate is not None and self._body and not self._inflate.eof:
            raise BodyUndecodable
        return bytes(self._body)


class BodyStream:
    """The same for a body that is passed on piece by piece and never held.

    Raises `BodyUndecodable` at once for a coding other than gzip and identity.
    """

    def __init__(self, encoding: str, limit: int = STREAM_LIMIT) -> None:
        self._inflate = _decoder(encoding)
        self._left = limit
        self._began = False

    def feed(self, raw: bytes) -> Iterator[bytes]:
        """The decoded pieces of one raw piece. Raises `BodyTooBig`, `BodyUndecodable`."""
        while raw:
            piece, raw = self._decode(raw)
            self._left -= len(piece)
            if self._left < 0:
                raise BodyTooBig
            if piece:
                yield piece

    def end(self) -> None:
        """All raw pieces are in. Raises `BodyUndecodable` when compressed data is cut."""
        if self._inflate is not None and self._began and not self._inflate.eof:
            raise BodyUndecodable

    def _decode(self, raw: bytes) -> tuple[bytes, bytes]:
        """Some decoded bytes, and the raw ones left to decode."""
        if self._inflate is None:
            return raw, b""
        self._began = True
        try:
            piece = self._inflate.decompress(raw, _PIECE)
        except zlib.error:
            raise BodyUndecodable from None
        return piece, b"" if self._inflate.eof else self._inflate.unconsumed_tail


def _decoder(encoding: str) -> "zlib._Decompress | None":
    coding = encoding.strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip"):
        raise BodyUndecodable
    return zlib.decompressobj(_GZIP) if coding.endswith("gzip") else None
