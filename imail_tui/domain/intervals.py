"""How far a proportion may be off, by its sample alone."""

from math import sqrt
from typing import Final, NamedTuple

Z95: Final = 1.959963984540054
"""The 97.5 % point of the normal distribution: intervals here hold the truth 95 times of 100."""


class Interval(NamedTuple):
    """Where the true proportion probably is, both ends in [0, 1]."""

    low: float
    high: float

    def overlaps(self, other: "Interval") -> bool:
        """Whether one value may be in both."""
        return self.low <= other.high and other.low <= self.high


def wilson(n: int, of: int, z: float = Z95) -> Interval | None:
    """The score interval of `n` successes in `of` trials; None where `n` is no part of them.

    Edwin B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", J. Am. Stat.
    Assoc. 22 (1927), 209-212: the p for which (n/of - p)² = z² p (1 - p) / of.
    """
    if of <= 0 or not 0 <= n <= of:
        return None
    share = n / of
    centre = share + z * z / (2 * of)
    half = z * sqrt((share * (1 - share) + z * z / (4 * of)) / of)
    scale = 1 + z * z / of
    # At the ends the exact bounds are 0 and 1, which rounding misses by an ulp.
    low = 0.0 if n == 0 else max(0.0, (centre - half) / scale)
    high = 1.0 if n == of else min(1.0, (centre + half) / scale)
    return Interval(low, high)


def difference(n: int, of: int, other_n: int, other_of: int, z: float = Z95) -> Interval | None:
    """Where the first true proportion less the second probably is, in [-1, 1]; None where either has none.

    Robert G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics
    in Medicine 17 (1998), 873-890, method 10: from the two Wilson intervals.
    """
    first, second = wilson(n, of, z), wilson(other_n, other_of, z)
    if first is None or second is None:
        return None
    share, other = n / of, other_n / other_of
    down = sqrt((share - first.low) ** 2 + (second.high - other) ** 2)
    up = sqrt((first.high - share) ** 2 + (other - second.low) ** 2)
    return Interval(share - other - down, share - other + up)
