"""Rules of a sequence beyond its single entries: ids, targets, weights, cycles, reach, threads.

Entries are told apart by their position, so that a list with repeated or broken ids is judged too.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from imail_tui.domain.sequence.atoms import MailAtom
from imail_tui.domain.sequence.steps import FULL_WEIGHT, Condition, Email, End, Step, Unknown
from imail_tui.domain.sequence.violations import Violation, is_object


@dataclass(frozen=True, slots=True)
class _Way:
    """A way out of an entry: where it stands in the JSON, whom it names, which position that is."""

    place: str
    name: str | None
    target: int | None


class _Graph:
    """Ways between positions of the list; a repeated id means its first entry."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.positions: dict[str, int] = {}
        for position, step in enumerate(steps):
            self.positions.setdefault(step.id, position)
        self.ways = [self._ways_out(position, steps) for position in range(len(steps))]
        self.following = [
            {way.target for way in ways if way.target is not None} | self._named_by(step)
            for step, ways in zip(steps, self.ways, strict=True)
        ]

    def _ways_out(self, position: int, steps: Sequence[Step]) -> list[_Way]:
        step, here = steps[position], f"steps[{position}]"
        if isinstance(step, End):
            return []
        if isinstance(step, Condition):
            named = [
                (f"{here}.branches[{index}].next", branch.next) for index, branch in enumerate(step.branches)
            ]
            named.append((f"{here}.else", step.otherwise))
            return [_Way(place, name, self._position(name)) for place, name in named]
        if step.goes_on:
            return [_Way(f"{here}.next", None, position + 1 if position + 1 < len(steps) else None)]
        return [_Way(f"{here}.next", step.next, self._position(step.next))]

    def _position(self, name: str | None) -> int | None:
        return None if name is None else self.positions.get(name)

    def _named_by(self, step: Step) -> set[int]:
        """Steps that an entry of an unknown kind names anywhere: it may lead to them."""
        if not isinstance(step, Unknown):
            return set()
        found: set[int] = set()
        waiting: list[object] = [value for key, value in step.raw.items() if key not in ("id", "type")]
        while waiting:
            value = waiting.pop()
            if isinstance(value, str) and value in self.positions:
                found.add(self.positions[value])
            elif isinstance(value, list):
                waiting.extend(value)
            elif is_object(value):
                waiting.extend(value.values())
        return found

    def reach(self, start: int) -> set[int]:
        """A position and all that can follow it."""
        reached, waiting = {start}, [start]
        while waiting:
            fresh = self.following[waiting.pop()] - reached
            reached |= fresh
            waiting.extend(fresh)
        return reached


def broken_rules(steps: Sequence[Step]) -> list[Violation]:
    """Every rule that the list breaks, the ones to mend first first."""
    graph = _Graph(steps)
    return [
        *_repeated((step.id for step in steps), "steps"),
        *_missing_targets(graph),
        *_weights(steps),
        *_cycles(steps, graph),
        *_unreachable(steps, graph),
        *_not_earlier(steps, graph),
        *_without_subject(steps, graph),
    ]


def _repeated(ids: Iterable[str], place: str) -> Iterator[Violation]:
    seen: dict[str, int] = {}
    for index, identifier in enumerate(ids):
        first = seen.setdefault(identifier, index)
        if first != index and identifier:
            message = f"{identifier} is already the id of {place}[{first}]"
            yield Violation("repeated", f"{place}[{index}].id", message)


def _missing_targets(graph: _Graph) -> Iterator[Violation]:
    for ways in graph.ways:
        for way in ways:
            if way.name is not None and way.target is None:
                yield Violation("target", way.place, f"there is no step {way.name}")


def _weights(steps: Sequence[Step]) -> Iterator[Violation]:
    for position, step in enumerate(steps):
        if not isinstance(step, Email):
            continue
        yield from _repeated((variant.id for variant in step.variants), f"steps[{position}].variants")
        total = step.own_weight() + sum(variant.weight for variant in step.variants if variant.active)
        if total != FULL_WEIGHT:
            message = f"the weights of the step and its active variants sum to {total}, not {FULL_WEIGHT}"
            yield Violation("weights", f"steps[{position}].weight", message)


def _cycles(steps: Sequence[Step], graph: _Graph) -> Iterator[Violation]:
    """The ways that lead back to a step of the path they continue, followed depth first from the entry."""
    done: set[int] = set()
    for start in range(len(steps)):
        path: list[int] = []
        ways: list[Iterator[_Way]] = []
        following: int | None = start
        while True:
            if following is not None and following not in done:
                path.append(following)
                ways.append(iter(graph.ways[following]))
            if not path:
                break
            way = next(ways[-1], None)
            following = None
            if way is None:
                ways.pop()
                done.add(path.pop())
            elif way.target in path:
                assert way.target is not None
                yield Violation("cycle", way.place, f"this leads back to step {steps[way.target].id}")
            else:
                following = way.target


def _unreachable(steps: Sequence[Step], graph: _Graph) -> Iterator[Violation]:
    reached = graph.reach(0) if steps else set()
    for position, step in enumerate(steps):
        if position not in reached:
            yield Violation("unreachable", f"steps[{position}]", f"no path leads to step {step.id}")


def _not_earlier(steps: Sequence[Step], graph: _Graph) -> Iterator[Violation]:
    """`of_step` must be an email on some path to the condition. On other paths its atom is false."""
    for position, step in enumerate(steps):
        branches = step.branches if isinstance(step, Condition) else ()
        for number, branch in enumerate(branches):
            for index, atom in enumerate(branch.when.atoms):
                if not isinstance(atom, MailAtom) or atom.of_step is None:
                    continue
                mail = graph.positions.get(atom.of_step)
                if mail is None or not isinstance(steps[mail], Email) or position not in graph.reach(mail):
                    place = branch.when.place(f"steps[{position}].branches[{number}].when", index)
                    message = f"{atom.of_step} is not an email before this step"
                    yield Violation("earlier_email", f"{place}.of_step", message)


def _without_subject(steps: Sequence[Step], graph: _Graph) -> Iterator[Violation]:
    """The first email of every path needs a subject: there is no thread yet to continue."""
    waiting, seen = [0] if steps else [], set[int]()
    while waiting:
        position = waiting.pop()
        if position in seen:
            continue
        seen.add(position)
        step = steps[position]
        if not isinstance(step, Email):
            waiting.extend(graph.following[position])
        elif not step.subject.strip():
            message = "the first email of a path needs a subject"
            yield Violation("subject", f"steps[{position}].subject", message)
