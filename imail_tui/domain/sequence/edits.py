"""Edits of a sequence of raw steps: unknown fields are kept, and a sound sequence stays sound.

Every edit takes the flat list and gives a new one; `Refused` says why it cannot be done. Steps that no path
would lead to any more are taken out by `delete` and refused by every other edit.
"""

import copy
import re
from collections import Counter
from collections.abc import Callable, Sequence

from imail_tui.domain.sequence.sequence import MAX_STEPS, read_steps
from imail_tui.domain.sequence.violations import Raw, is_object
from imail_tui.domain.sequence.ways import (
    RawStep,
    Way,
    id_of,
    led,
    main_slot,
    put_back,
    target_of,
    ways_out,
    written_out,
)

_STRUCTURAL = frozenset({"count", "repeated", "target", "cycle", "unreachable"})
_LONGEST_ID = 40


class Refused(ValueError):
    """An edit that cannot be done; the message says why."""


def fresh_id(steps: Sequence[Raw], wish: str) -> str:
    """An id that no step has: the wish made a slug, or that with a number."""
    taken = {id_of(step) for step in steps}
    slug = re.sub(r"[^a-z0-9_-]+", "-", wish.lower()).strip("-")[:_LONGEST_ID] or "step"
    if slug not in taken:
        return slug
    stem = re.sub(r"-?\d+$", "", slug)[: _LONGEST_ID - 4] or "step"
    return next(name for number in range(2, len(taken) + 3) if (name := f"{stem}-{number}") not in taken)


def insert(steps: Sequence[Raw], step: Raw, way: Way | None) -> list[RawStep]:
    """A step put on a way (None: before the first step); what followed follows it.

    What follows a condition is on its `else`. An id that is missing or taken is replaced. Raises `Refused`.
    """
    _refuse_full(steps)
    wish = id_of(step) or str(step.get("type") or "step")
    new = {**copy.deepcopy(dict(step)), "id": fresh_id(steps, wish)}
    return _edited(steps, lambda full: _placed(full, new, way))


def insert_before(steps: Sequence[Raw], step: Raw, step_id: str) -> list[RawStep]:
    """A step put before another: all that led there lead to it. Raises `Refused`."""
    full, _ = written_out(steps)
    leading = [Way(id_of(one), slot) for one in full for slot, target in ways_out(one) if target == step_id]
    made = insert(steps, step, leading[0] if leading else None)
    new_id = next(id_of(one) for one in made if id_of(one) not in {id_of(old) for old in steps})

    def joined(full: list[RawStep]) -> list[RawStep]:
        for way in leading[1:]:
            full = _replaced(full, _led(_find(full, way.step_id), way, new_id))
        return full

    return _edited(made, joined) if len(leading) > 1 else made


def duplicate(steps: Sequence[Raw], step_id: str) -> list[RawStep]:
    """A copy of a step, right after it. Raises `Refused`; nothing can follow an `end`."""
    _refuse_full(steps)
    full, _ = written_out(steps)
    original = _find(full, step_id)
    main = main_slot(original.get("type"))
    if main is None:
        raise Refused("nothing can follow an end")
    twin = {**copy.deepcopy(original), "id": fresh_id(steps, step_id)}
    return _edited(steps, lambda full: _placed(full, twin, Way(step_id, main)))


def delete(steps: Sequence[Raw], step_id: str) -> list[RawStep]:
    """Without a step: what led to it leads to what followed (the `else` of a condition).

    Steps that only its branches led to go with it. Raises `Refused` for the last step.
    """
    return _edited(steps, lambda full: _reachable(_taken_out(full, step_id)[0]))


def move(steps: Sequence[Raw], step_id: str, way: Way | None) -> list[RawStep]:
    """A step taken from its place and put on a way (None: before the first step). Raises `Refused`.

    A condition takes its branches along and leaves what follows on its `else`.
    """
    if way is not None and way.step_id == step_id:
        raise Refused(f"{step_id} cannot follow itself")

    def moved(full: list[RawStep]) -> list[RawStep]:
        rest, taken = _taken_out(full, step_id)
        return _placed(rest, taken, way)

    return _edited(steps, moved)


def retarget(steps: Sequence[Raw], way: Way, target: str | None) -> list[RawStep]:
    """A way that leads elsewhere; None ends. Raises `Refused` for a cycle or a step left without a path."""

    def retargeted(full: list[RawStep]) -> list[RawStep]:
        if target is not None:
            _find(full, target)
        return _replaced(full, _led(_find(full, way.step_id), way, target))

    return _edited(steps, retargeted)


def add_branch(steps: Sequence[Raw], step_id: str, branch: Raw) -> list[RawStep]:
    """A condition with one more branch, tried last before `else`. Raises `Refused`."""

    def added(full: list[RawStep]) -> list[RawStep]:
        step = _find(full, step_id)
        return _replaced(full, {**step, "branches": [*_branches(step), copy.deepcopy(dict(branch))]})

    return _edited(steps, added)


def delete_branch(steps: Sequence[Raw], step_id: str, number: int) -> list[RawStep]:
    """A condition without a branch; steps that only it led to go with it. Raises `Refused`."""

    def without(full: list[RawStep]) -> list[RawStep]:
        step = _find(full, step_id)
        branches = _branches(step)
        if len(branches) < 2:
            raise Refused("a condition needs a branch; delete the condition instead")
        del branches[number]
        return _reachable(_replaced(full, {**step, "branches": branches}))

    return _edited(steps, without)


def move_branch(steps: Sequence[Raw], step_id: str, number: int, by: int) -> list[RawStep]:
    """A branch tried earlier (by < 0) or later. Raises `Refused` where it is the first or last."""

    def moved(full: list[RawStep]) -> list[RawStep]:
        step = _find(full, step_id)
        branches = _branches(step)
        if not 0 <= number + by < len(branches):
            raise Refused("it is tried first already" if by < 0 else "it is tried last already")
        branches.insert(number + by, branches.pop(number))
        return _replaced(full, {**step, "branches": branches})

    return _edited(steps, moved)


def replace_step(steps: Sequence[Raw], step_id: str, changed: Raw) -> list[RawStep]:
    """A step with other fields; a new id is followed by all that name the old one. Raises `Refused`."""
    new_id = id_of(changed)
    if new_id != step_id and any(id_of(step) == new_id for step in steps):
        raise Refused(f"there is a step {new_id} already")
    _find(steps, step_id)
    own = [dict(changed) if id_of(step) == step_id else dict(step) for step in steps]
    if new_id == step_id:
        return own
    return [_renamed(step, step_id, new_id) for step in own]


def _edited(steps: Sequence[Raw], edit: Callable[[list[RawStep]], list[RawStep]]) -> list[RawStep]:
    full, absent = written_out(steps)
    edited = put_back(_with_subjects(_with_known_mails(edit(full)), steps), absent)
    before = Counter(item.code for item in read_steps(list(steps))[1] if item.code in _STRUCTURAL)
    for item in read_steps(edited)[1]:
        if item.code in _STRUCTURAL:
            before[item.code] -= 1
            if before[item.code] < 0:
                raise Refused(item.message)
    return edited


def _refuse_full(steps: Sequence[Raw]) -> None:
    if len(steps) >= MAX_STEPS:
        raise Refused(f"a campaign has at most {MAX_STEPS} steps")


def _find(steps: Sequence[Raw], step_id: str) -> RawStep:
    for step in steps:
        if id_of(step) == step_id:
            return dict(step)
    raise Refused(f"there is no step {step_id}")


def _branches(step: Raw) -> list[object]:
    branches = step.get("branches")
    if step.get("type") != "condition" or not isinstance(branches, list):
        raise Refused("only a condition has branches")
    return list(branches)


def _led(step: Raw, way: Way, target: str | None) -> RawStep:
    try:
        return led(step, way.slot, target)
    except KeyError:
        raise Refused(f"{way.step_id} has no such way out") from None


def _replaced(full: Sequence[RawStep], step: RawStep) -> list[RawStep]:
    return [step if id_of(one) == id_of(step) else one for one in full]


def _placed(full: Sequence[RawStep], step: RawStep, way: Way | None) -> list[RawStep]:
    """The list with a step on a way."""
    main = main_slot(step.get("type"))
    if way is None:
        after = id_of(full[0]) if full else None
        return [step if main is None else led(step, main, after), *full]
    owner = _find(full, way.step_id)
    led_here = _led(owner, way, id_of(step))
    following = target_of(owner, way.slot)
    placed = step if main is None else led(step, main, following)
    position = [id_of(one) for one in full].index(way.step_id)
    return [*full[:position], led_here, placed, *full[position + 1 :]]


def _taken_out(full: Sequence[RawStep], step_id: str) -> tuple[list[RawStep], RawStep]:
    """The list without a step, what led to it leading on; and the step."""
    taken = _find(full, step_id)
    main = main_slot(taken.get("type"))
    after = None if main is None else target_of(taken, main)
    rest: list[RawStep] = []
    for step in full:
        if id_of(step) == step_id:
            continue
        for slot, target in list(ways_out(step)):
            step = led(step, slot, after) if target == step_id else step
        rest.append(step)
    if id_of(full[0]) == step_id and after is not None:
        # The first of the list is the entry.
        rest.sort(key=lambda step: id_of(step) != after)
    if not rest:
        raise Refused("a campaign needs at least one step")
    return rest, taken


def _reachable(full: list[RawStep]) -> list[RawStep]:
    """Without the steps that no path leads to; what stood on paths before is judged by the caller."""
    while True:
        lost = {item.place for item in read_steps(full)[1] if item.code == "unreachable"}
        kept = [step for number, step in enumerate(full) if f"steps[{number}]" not in lost]
        if len(kept) == len(full):
            return kept
        full = kept


def _with_known_mails(full: list[RawStep]) -> list[RawStep]:
    """Conditions about a mail that is not before them any more are about the latest one."""
    lost = [item.place for item in read_steps(full)[1] if item.code == "earlier_email"]
    for place in lost:
        number, *path = (
            int(part) if part.isdigit() else part for part in re.findall(r"\d+|[a-z_]+", place)[1:]
        )
        assert isinstance(number, int)
        full = [*full[:number], copy.deepcopy(full[number]), *full[number + 1 :]]
        node: object = full[number]
        for part in path[:-1]:
            if isinstance(node, dict) or (isinstance(node, list) and isinstance(part, int)):
                node = node[part]
        assert isinstance(node, dict)
        node.pop(str(path[-1]), None)
    return full


def _with_subjects(full: list[RawStep], before: Sequence[Raw]) -> list[RawStep]:
    """A mail that has become the first of its path takes over the subject the thread had."""
    subjects = [step.get("subject") for step in before if step.get("type") == "email"]
    thread = next((text for text in subjects if isinstance(text, str) and text.strip()), None)
    bare = {item.place for item in read_steps(full)[1] if item.code == "subject"}
    if thread is None or not bare:
        return full
    return [
        {**step, "subject": thread} if f"steps[{number}].subject" in bare else step
        for number, step in enumerate(full)
    ]


def _renamed(step: RawStep, old: str, new: str) -> RawStep:
    for slot, target in list(ways_out(step)):
        if target == old:
            step = led(step, slot, new)
    branches = step.get("branches")
    if isinstance(branches, list):
        step = {**step, "branches": [_renamed_atoms(branch, old, new) for branch in branches]}
    return step


def _renamed_atoms(node: object, old: str, new: str) -> object:
    if isinstance(node, list):
        return [_renamed_atoms(item, old, new) for item in node]
    if is_object(node):
        return {
            key: new if key == "of_step" and value == old else _renamed_atoms(value, old, new)
            for key, value in node.items()
        }
    return node
