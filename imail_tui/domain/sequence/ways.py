"""Ways out of raw steps, written out and put back: what an edit of the flat list works on.

A way is a slot of a step that names the one after it: `next`, `else`, or the number of a branch. While a
list is edited every `next` is written out; afterwards one that was absent is left out again where the list
says the same, so that an edit changes no more of the JSON than it has to.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal, TypeAlias

from imail_tui.domain.sequence.violations import Raw, is_object

Slot: TypeAlias = int | Literal["next", "else"]
RawStep: TypeAlias = dict[str, object]
"""One entry of the flat list as JSON, unknown fields and all."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of a step."""

    step_id: str
    slot: Slot


def id_of(step: Raw) -> str:
    """The id of a step, blank when it has none."""
    value = step.get("id")
    return value if isinstance(value, str) else ""


def main_slot(kind: object) -> Slot | None:
    """The way on that remains when a step of a kind is taken out; None for an `end`."""
    match kind:
        case "end":
            return None
        case "condition":
            return "else"
    return "next"


def ways_out(step: Raw) -> Iterator[tuple[Slot, str | None]]:
    """The ways out of a step whose `next` is written out, branches first, and whom they name."""
    branches = step.get("branches")
    if step.get("type") == "condition" and isinstance(branches, list):
        for number, branch in enumerate(branches):
            if is_object(branch):
                yield number, _name(branch.get("next"))
    main = main_slot(step.get("type"))
    if main is not None:
        yield main, _name(step.get(str(main)))


def led(step: Raw, slot: Slot, target: str | None) -> RawStep:
    """The step with one way leading elsewhere. Raises `KeyError` for a slot it does not have."""
    if isinstance(slot, str):
        if slot != main_slot(step.get("type")):
            raise KeyError(slot)
        return {**step, slot: target}
    branches = step.get("branches")
    if not isinstance(branches, list) or not 0 <= slot < len(branches):
        raise KeyError(slot)
    changed = [{**one, "next": target} if number == slot else one for number, one in enumerate(branches)]
    return {**step, "branches": changed}


def target_of(step: Raw, slot: Slot) -> str | None:
    """Where a way leads; None ends. Raises `KeyError` for a slot the step does not have."""
    for other, target in ways_out(step):
        if other == slot:
            return target
    raise KeyError(slot)


def written_out(steps: Sequence[Raw]) -> tuple[list[RawStep], frozenset[str]]:
    """The steps with every `next`, and the ids of those that had none."""
    absent = frozenset(
        id_of(step) for step in steps if main_slot(step.get("type")) == "next" and "next" not in step
    )
    full: list[RawStep] = []
    for step, after in zip_longest(steps, steps[1:]):
        name = {"next": None if after is None else id_of(after)} if id_of(step) in absent else {}
        full.append({**step, **name})
    return full, absent


def put_back(steps: Sequence[Raw], absent: Iterable[str]) -> list[RawStep]:
    """The steps without a `next` where it was absent and the list says the same."""
    was_absent, short = frozenset(absent), list[RawStep]()
    for step, after in zip_longest(steps, steps[1:]):
        same = step.get("next") == (None if after is None else id_of(after))
        drop = same and id_of(step) in was_absent and main_slot(step.get("type")) == "next"
        short.append({key: value for key, value in step.items() if not (drop and key == "next")})
    return short


def _name(value: object) -> str | None:
    return value if isinstance(value, str) else None
