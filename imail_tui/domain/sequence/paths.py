"""The distinct paths through a sequence, whatever leads choose."""

from collections.abc import Iterator
from typing import TypeAlias

from imail_tui.domain.sequence.sequence import Sequence
from imail_tui.domain.sequence.steps import Condition, End
from imail_tui.domain.sequence.ways import Slot, Way

Path: TypeAlias = tuple[Way, ...]
"""The steps of a path in order, each with the way taken out of it; an `end` step has none."""


def all_paths(sequence: Sequence) -> Iterator[Path]:
    """Every path from the entry to where it ends, the first branch first.

    Made one by one: 20 steps can have more paths than anybody reads, `path_count` says how many.
    """
    return _paths(sequence, sequence.entry, ())


def path_count(sequence: Sequence) -> int:
    """How many distinct paths there are, without making them."""
    counts: dict[str, int] = {}

    def count(step_id: str) -> int:
        if step_id not in counts:
            targets = [target for _, target in _ways(sequence, step_id)]
            counts[step_id] = sum(1 if target is None else count(target) for target in targets) or 1
        return counts[step_id]

    return count(sequence.entry)


def emails_of(sequence: Sequence, path: Path) -> tuple[str, ...]:
    """The ids of a path's mails, in order."""
    return tuple(way.step_id for way in path if sequence.email(way.step_id) is not None)


def _paths(sequence: Sequence, step_id: str, before: Path) -> Iterator[Path]:
    if isinstance(sequence.steps[step_id], End):
        yield before
    for slot, target in _ways(sequence, step_id):
        path = (*before, Way(step_id, slot))
        if target is None:
            yield path
        else:
            yield from _paths(sequence, target, path)


def _ways(sequence: Sequence, step_id: str) -> Iterator[tuple[Slot, str | None]]:
    step = sequence.steps[step_id]
    if isinstance(step, Condition):
        yield from ((number, branch.next) for number, branch in enumerate(step.branches))
        yield "else", step.otherwise
    elif not isinstance(step, End):
        yield "next", sequence.following[step_id]
