"""What of a sequence may not change while its campaign runs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from imail_tui.domain.sequence.sequence import read_steps
from imail_tui.domain.sequence.steps import Condition, Email, End, Step, Wait

Entry: TypeAlias = Mapping[str, object]


def structure(steps: Sequence[Entry]) -> list[Step]:
    """A sequence without wording and delays, every target and weight spelled out."""
    entries, _ = read_steps(list(steps))
    following = [step.id for step in entries[1:]]
    return [
        _frozen(step, following[number] if number < len(following) else None)
        for number, step in enumerate(entries)
    ]


def _frozen(step: Step, following: str | None) -> Step:
    if isinstance(step, Condition | End):
        return step
    target = following if step.goes_on else step.next
    if isinstance(step, Wait):
        return Wait(step.id, next=target)
    if not isinstance(step, Email):
        return replace(step, next=target, goes_on=False)
    variants = tuple(replace(variant, subject="", body="") for variant in step.variants)
    return Email(step.id, weight=step.own_weight(), variants=variants, next=target)
