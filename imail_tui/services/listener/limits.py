"""How much a stranger may take of the listener."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, seconds and counts; what is beyond them is refused while it comes in, not after."""

    body: int = 1024 * 1024
    head: int = 16 * 1024
    """Request line and headers; also any line between the chunks of a body."""
    read_seconds: float = 10.0
    """For one request to arrive whole, from the first wait for it."""
    connections: int = 64
    """Beyond it the one that has been silent the longest is closed."""
