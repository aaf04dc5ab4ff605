"""The step graph: where each step leads, and the order a reader meets them.

Rules of the flat list (API contract): the first entry is the entry point; `next` is a step id, `null`
ends, absent goes on to the following entry; a condition has ordered branches and an `else`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from imail_tui.domain.sequence.words import condition_words, delay_words
from imail_tui.model.steps import Step


@dataclass(frozen=True, slots=True)
class Edge:
    """A way out of a step. `target` None = the lead's sequence ends; `label` "" = unconditional."""

    target: str | None
    label: str = ""


def edges(steps: Sequence[Step]) -> dict[str, list[Edge]]:
    """Ways out of every step, in the order they are tried. The `else` of a condition comes last."""
    following = {step.id: after.id for step, after in pairwise(steps)}
    return {step.id: _ways_out(step, following.get(step.id)) for step in steps}


def _ways_out(step: Step, following: str | None) -> list[Edge]:
    if step.type == "end":
        return []
    if step.type == "condition":
        branches = [
            Edge(branch.next, branch.label or condition_words(branch.when)) for branch in step.branches
        ]
        return [*branches, Edge(step.otherwise, "else")]
    return [Edge(following if step.goes_on else step.next)]


def reading_order(steps: Sequence[Step]) -> list[Step]:
    """Steps so that each comes after all that lead to it, keeping to the list's order where it can.

    Steps that nothing leads to, or that stand in a cycle, follow at the end in the list's order: a
    faulty sequence is still shown whole.
    """
    ways = edges(steps)
    by_id = {step.id: step for step in steps}
    waiting = _entries(ways, by_id)
    placed: dict[str, Step] = {}
    stack = [steps[0].id] if steps else []
    while stack:
        step_id = stack.pop()
        placed[step_id] = by_id[step_id]
        ready = []
        for edge in ways[step_id]:
            if edge.target in by_id and edge.target not in placed:
                waiting[edge.target] -= 1
                if waiting[edge.target] == 0:
                    ready.append(edge.target)
        # The last way out (`next`, `else`) is popped last, so each branch is read to its end first.
        stack.extend(reversed(ready))
    return [*placed.values(), *(step for step in steps if step.id not in placed)]


def _entries(ways: Mapping[str, Sequence[Edge]], by_id: Mapping[str, Step]) -> dict[str, int]:
    counts = dict.fromkeys(by_id, 0)
    for outs in ways.values():
        for edge in outs:
            if edge.target in counts:
                counts[edge.target] += 1
    return counts


def summary(step: Step) -> str:
    """One line on what a step does, foreign text as it came."""
    match step.type:
        case "email":
            return step.subject or "(same thread)"
        case "wait":
            return delay_words(step.delay, business_days=bool(step.business_days))
        case "condition":
            count = len(step.branches)
            return f"{count} branch{'es' if count != 1 else ''} and else"
        case "end":
            return "ends here"
        case other:
            return f"unknown kind {other!r}, kept as it is"
