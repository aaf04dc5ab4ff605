"""What a tier allows: documented by imail for Surge and Velocity, chosen for Apex (negotiated there)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal


@dataclass(frozen=True)
class Tier:
    """Limits of one tier. `per_minute` and `burst` describe the token bucket of each key."""

    name: Literal["surge", "velocity", "apex"]
    daily_limit_max: int
    per_minute: Fraction
    burst: int


TIERS = {
    "surge": Tier("surge", 5_000, Fraction(100), 240),
    "velocity": Tier("velocity", 25_000, Fraction(500), 1_200),
    "apex": Tier("apex", 100_000, Fraction(2_000), 4_800),
}
LOWEST = "surge"
"""The first tier with API access."""

NO_ACCESS = "none"
"""A workspace below it."""
