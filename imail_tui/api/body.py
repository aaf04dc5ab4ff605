"""Response bodies: decoded while they arrive, with a cap that a small compressed body cannot pass."""

import zlib

BODY_LIMIT = 32 * 1024 * 1024
"""Decoded bytes; a larger answer is refused."""
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
        coding = encoding.strip().lower()
        if coding not in ("", "identity", "gzip", "x-gzip"):
            raise BodyUndecodable
        self._inflate = zlib.decompressobj(_GZIP) if coding.endswith("gzip") else None
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
