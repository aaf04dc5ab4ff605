"""One request and what became of one attempt at it, free of the HTTP library."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

Pairs = tuple[tuple[str, str], ...]
"""Header or query pairs in order."""


class Repeat(StrEnum):
    """How often a request may reach the server."""

    SAFE = "safe"
    """Any number of times: reads, merge patches, deletions."""
    KEYED = "keyed"
    """Any number of times under one Idempotency-Key."""
    ONCE = "once"
    """Once: a second arrival would do it twice."""


class Sink(Protocol):
    """Takes the decoded body of an answer while it arrives, for one too large to be held."""

    def begin(self) -> None:
        """A whole body follows; forget what came of an attempt before."""
        ...

    async def feed(self, piece: bytes) -> None:
        """The next piece."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """What to send. `path` is relative to the base URL, `at_root` to its host.

    `public` needs no key and costs no token. With a `sink` the body of a 2xx goes there, and the answer's own
    is empty.
    """

    method: str
    path: str
    query: Pairs = ()
    headers: Pairs = ()
    body: bytes | None = field(default=None, repr=False)
    repeat: Repeat = Repeat.SAFE
    public: bool = False
    at_root: bool = False
    sink: Sink | None = field(default=None, repr=False)

    @property
    def conditional(self) -> bool:
        """Whether 304 is an answer to it: that nothing changed."""
        return first(self.headers, "If-None-Match") is not None

    def url(self, base_url: str) -> str:
        """Where it goes, without its query. Raises `ValueError` for an address that is none."""
        if not self.at_root:
            return base_url + self.path
        parts = urlsplit(base_url)
        return f"{parts.scheme}://{parts.netloc}{self.path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete response; `body` is decoded, `seconds` the time from start to last byte."""

    status: int
    headers: Pairs = field(repr=False)
    body: bytes = field(repr=False)
    seconds: float = 0.0

    def header(self, name: str) -> str | None:
        """The first value of a header, names compared without case."""
        return first(self.headers, name)


class Fault(StrEnum):
    """Why an attempt has no complete answer."""

    NOT_SENT = "not_sent"
    """No connection: unknown host, refused, TLS."""
    DROPPED = "dropped"
    """Never sent: nobody waited any longer, or the time ran out, before a connection was free."""
    CERTIFICATE = "certificate"
    """The server's certificate is not trusted. Never retried, never bypassed."""
    UNUSABLE = "unusable"
    """The request cannot be written at all: a malformed address or header."""
    KEY = "key"
    """The key holds characters no header can carry."""
    CUT = "cut"
    """Sent; the connection ended before the answer did."""
    TIMED_OUT = "timed_out"
    """Sent; no complete answer in time."""
    TOO_BIG = "too_big"
    """The answer passed the cap on decoded bytes."""
    CLOSED = "closed"
    """Never sent: the client was closed."""
    LEFT = "left"
    """Sent; the client was closed before the answer came."""
    UNDECODABLE = "undecodable"
    """The answer's content coding is unknown or broken."""


SENT = frozenset({Fault.CUT, Fault.TIMED_OUT, Fault.LEFT, Fault.TOO_BIG, Fault.UNDECODABLE})
"""Faults after which the server may have carried the request out."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt without a complete answer; `status` and `headers` as far as they had come."""

    fault: Fault
    seconds: float = 0.0
    status: int | None = None
    headers: Pairs = field(default=(), repr=False)


Result = Answer | Failure


def first(headers: Pairs, name: str) -> str | None:
    """The first value of a header, names compared without case."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)
