"""A sequence as a whole: read, judged, and made ready to be walked."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from imail_tui.domain.sequence.rules import broken_rules
from imail_tui.domain.sequence.steps import Condition, Email, End, Step, Wait, read_step
from imail_tui.domain.sequence.violations import Violation

MAX_STEPS = 20
"""Entries of any kind in one campaign (documented by imail)."""


class InvalidSequence(ValueError):
    """Steps that break the contract; `violations` says where."""

    def __init__(self, violations: list[Violation]) -> None:
        super().__init__("; ".join(f"{item.place}: {item.message}" for item in violations))
        self.violations = violations


def read_steps(raw: object) -> tuple[tuple[Step, ...], list[Violation]]:
    """Typed entries of the JSON list and everything it breaks. Never raises, whatever the JSON holds."""
    if not isinstance(raw, list):
        return (), [Violation("type", "steps", "must be a list of steps")]
    found: list[Violation] = []
    if not raw:
        found.append(Violation("count", "steps", "must have at least 1 item(s)"))
    if len(raw) > MAX_STEPS:
        found.append(Violation("count", "steps", f"must have at most {MAX_STEPS} item(s)"))
    steps = tuple(read_step(value, f"steps[{index}]", found) for index, value in enumerate(raw))
    return steps, found + broken_rules(steps)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A sound sequence: its entries by id, the first one, and what follows each. Made by `load`."""

    steps: Mapping[str, Step]
    entry: str
    following: Mapping[str, str | None]
    """The step after each that is not a condition; None = the sequence ends."""

    def email(self, step_id: str) -> Email | None:
        """The email of that id, None when there is none."""
        step = self.steps.get(step_id)
        return step if isinstance(step, Email) else None

    def after_waits(self, step_id: str | None) -> Step | None:
        """The first step other than a wait, from a step on; None when the sequence ends there.

        A lead may stand at a step that an edit has taken out: nothing follows that.
        """
        step = None if step_id is None else self.steps.get(step_id)
        while isinstance(step, Wait):
            after = self.following[step.id]
            step = None if after is None else self.steps[after]
        return step


def load(raw: object) -> Sequence:
    """The sequence of a campaign's `steps`.

    Raises:
        InvalidSequence: it breaks the contract, so walking it would mean nothing.
    """
    steps, violations = read_steps(raw)
    if violations:
        raise InvalidSequence(violations)
    after = {step.id: other.id for step, other in pairwise(steps)}
    following = {
        step.id: after.get(step.id) if step.goes_on else step.next
        for step in steps
        if not isinstance(step, Condition | End)
    }
    return Sequence({step.id: step for step in steps}, steps[0].id, following)
