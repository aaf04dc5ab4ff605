"""What became of an act on several leads, in numbers and in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from imail_tui.domain.shown import plural
from imail_tui.model.leads import Lead
from imail_tui.model.problem import Problem


@dataclass(frozen=True, slots=True)
class LeadOutcome:
    """What became of an act: leads it was done to, and why others were refused (by id)."""

    done: tuple[Lead, ...] = ()
    refused: Mapping[str, Problem] = field(default_factory=dict)

    def told(self, verb: str, end: str = "") -> str:
        """A sentence, with the first reason where the server refused some."""
        said = f"{verb}: {whom(self.done)}" if self.done else f"{verb}: nothing changed"
        if not self.refused:
            return said + (end if self.done else "")
        problem = next(iter(self.refused.values()))
        return f"{said}; {plural(len(self.refused), 'lead')} refused: {problem.sentence()}"


def whom(leads: Sequence[Lead]) -> str:
    """Who, or how many."""
    return leads[0].email if len(leads) == 1 else plural(len(leads), "lead")


def told_back(verb: str, outcome: LeadOutcome, wanted: int) -> str:
    """What became of taking an act on `wanted` leads back."""
    moved = wanted - len(outcome.done) - len(outcome.refused)
    return outcome.told(verb) + (f"; {plural(moved, 'lead')} changed since, left alone" if moved else "")
