"""Chance that is the same every time: drawn from ids, so that a walk can be repeated.

A draw is a number from 0 up to 100, exclusive.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeAlias

from imail_tui.domain.sequence.steps import Email

AtomChance: TypeAlias = Callable[[str, str, int, int], float]
"""(lead id, condition id, branch index, atom index) -> a draw."""

VariantChance: TypeAlias = Callable[[str, str], float]
"""(lead id, step id) -> a draw."""

_BITS = 53
"""As many as a float holds exactly."""

_DRAWS = 1 << _BITS


def draw(*parts: str | int) -> float:
    """A draw that depends on the parts alone, evenly spread."""
    text = "\x1f".join(map(str, parts))
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return (int.from_bytes(digest) >> (64 - _BITS)) * 100 / _DRAWS


def atom_chance(lead_id: str, step_id: str, branch: int, atom: int) -> float:
    """The draw of a `random` atom for one lead."""
    return draw("atom", lead_id, step_id, branch, atom)


def variant_chance(lead_id: str, step_id: str) -> float:
    """The draw that picks an email's variant for one lead."""
    return draw("variant", lead_id, step_id)


@dataclass(frozen=True, slots=True)
class Chances:
    """Where a walk's draws come from."""

    atom: AtomChance = atom_chance
    variant: VariantChance = variant_chance


def pick_variant(email: Email, drawn: float) -> str | None:
    """The variant that a draw falls on: the step's own wording (None) first, then the list's order."""
    reached = email.own_weight()
    if drawn < reached:
        return None
    for variant in email.variants:
        reached += variant.weight if variant.active else 0
        if drawn < reached:
            return variant.id
    return None
