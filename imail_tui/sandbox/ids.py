"""Identifiers: a prefix and a ULID (Crockford base 32: 48 bits of milliseconds, 80 random bits)."""

import random

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [high + low for high in _ALPHABET for low in _ALPHABET]
"""Ten bits at a time."""

_TIME_SHIFTS = range(40, -1, -10)
_RANDOM_SHIFTS = range(70, -1, -10)


def ulid(at_ms: int, randomness: int) -> str:
    """26 characters; later instants sort later. `randomness` has 80 bits."""
    time_part = "".join([_PAIRS[at_ms >> shift & 1023] for shift in _TIME_SHIFTS])
    return time_part + "".join([_PAIRS[randomness >> shift & 1023] for shift in _RANDOM_SHIFTS])


class IdSource:
    """Identifiers from a source of randomness; the same source and instants give the same identifiers."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def new(self, prefix: str, at_ms: int) -> str:
        """An identifier such as `cmp_01K…` made at a world instant."""
        return f"{prefix}_{ulid(at_ms, self._rng.getrandbits(80))}"
