"""Token bucket, exact: levels are counted in parts of a token so that nothing is ever rounded away."""

import math
from dataclasses import dataclass
from fractions import Fraction

_MICROSECONDS_PER_MINUTE = 60_000_000


@dataclass(frozen=True)
class Taken:
    """What one request met. `retry_after` None = a token was taken; else seconds until there is one.

    `remaining` whole tokens are left after it; the bucket is full again in `reset` seconds.
    """

    remaining: int
    reset: int
    retry_after: int | None


class TokenBucket:
    """Starts full, refills `per_minute` tokens a minute, holds at most `burst`."""

    def __init__(self, per_minute: Fraction, burst: int, now: float) -> None:
        """`now` is wall time in Unix seconds, counted to the microsecond."""
        self.burst = burst
        self._refill = per_minute.numerator
        self._token = _MICROSECONDS_PER_MINUTE * per_minute.denominator
        self._full = burst * self._token
        self._level = self._full
        self._at = _microseconds(now)

    def take(self, now: float) -> Taken:
        """Take a token if there is one. A clock that went back adds nothing."""
        at = _microseconds(now)
        self._level = min(self._full, self._level + max(0, at - self._at) * self._refill)
        self._at = at
        retry_after = None
        if self._level >= self._token:
            self._level -= self._token
        else:
            retry_after = max(1, self._seconds(self._token - self._level))
        return Taken(self._level // self._token, self._seconds(self._full - self._level), retry_after)

    def _seconds(self, missing: int) -> int:
        return math.ceil(Fraction(missing, self._refill * 1_000_000))


def _microseconds(seconds: float) -> int:
    return round(seconds * 1_000_000)
