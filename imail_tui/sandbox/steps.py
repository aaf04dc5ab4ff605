"""Rules of a sequence beyond the shape of its entries: references, cycles, reach, weights, threads.

Pure: entries are the JSON of the API's flat list, already known to have the right shape. The first entry
is the entry point; `next` is an id, null ends, absent goes on to the following entry.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

Entry: TypeAlias = Mapping[str, object]


class Fault(NamedTuple):
    """A broken rule at a path such as `steps[3].branches[0].next`."""

    field: str
    message: str


class _Way(NamedTuple):
    """A way out of an entry; `target` None ends the sequence."""

    field: str
    target: str | None


def step_faults(steps: Sequence[Entry]) -> list[Fault]:
    """Every broken rule, in an order that makes sense to mend them; empty for a sound sequence."""
    faults = [*_repeated_ids(steps, "steps"), *_unknown_targets(steps)]
    faults += [fault for number, step in enumerate(steps) for fault in _email_faults(number, step)]
    if faults:
        return faults
    ways = {str(step["id"]): _ways_out(number, steps) for number, step in enumerate(steps)}
    faults = [*_cycles(steps, ways), *_unreachable(steps, ways)]
    return faults or [*_unknown_mails(steps, ways), *_threads_without_subject(steps, ways)]


def structure(steps: Sequence[Entry]) -> list[dict[str, object]]:
    """What may not change while a campaign runs: all but wording and delays, every target spelled out."""
    return [_frozen(number, steps) for number in range(len(steps))]


def _frozen(number: int, steps: Sequence[Entry]) -> dict[str, object]:
    step = steps[number]
    kept = {key: value for key, value in step.items() if key not in _COPY and key != "next"}
    variants = step.get("variants")
    if isinstance(variants, list):
        kept["variants"] = [
            {key: value for key, value in {"active": True, **variant}.items() if key not in _COPY}
            for variant in variants
        ]
    if step["type"] == "email":
        kept = {"weight": 100, "variants": []} | kept
    kept["ways"] = [way.target for way in _ways_out(number, steps)]
    return kept


_COPY = frozenset({"subject", "body", "delay", "business_days"})


def _ways_out(number: int, steps: Sequence[Entry]) -> list[_Way]:
    step, here = steps[number], f"steps[{number}]"
    if step["type"] == "end":
        return []
    if step["type"] == "condition":
        branches = [
            _Way(f"{here}.branches[{index}].next", _target(branch.get("next")))
            for index, branch in enumerate(_entries(step, "branches"))
        ]
        return [*branches, _Way(f"{here}.else", _target(step.get("else")))]
    if "next" in step:
        return [_Way(f"{here}.next", _target(step["next"]))]
    following = str(steps[number + 1]["id"]) if number + 1 < len(steps) else None
    return [_Way(f"{here}.next", following)]


def _target(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _entries(holder: Entry, key: str) -> list[Entry]:
    found = holder.get(key)
    return [entry for entry in found if isinstance(entry, Mapping)] if isinstance(found, list) else []


def _repeated_ids(entries: Sequence[Entry], path: str) -> Iterator[Fault]:
    seen: dict[object, int] = {}
    for number, entry in enumerate(entries):
        first = seen.setdefault(entry["id"], number)
        if first != number:
            yield Fault(f"{path}[{number}].id", f"{entry['id']} is already the id of {path}[{first}]")


def _unknown_targets(steps: Sequence[Entry]) -> Iterator[Fault]:
    known = {step["id"] for step in steps}
    for number in range(len(steps)):
        for way in _ways_out(number, steps):
            if way.target is not None and way.target not in known:
                yield Fault(way.field, f"there is no step {way.target}")


def _email_faults(number: int, step: Entry) -> Iterator[Fault]:
    if step["type"] != "email":
        return
    variants = _entries(step, "variants")
    yield from _repeated_ids(variants, f"steps[{number}].variants")
    active = [variant for variant in variants if variant.get("active", True)]
    weights = [step.get("weight", 100), *(variant.get("weight") for variant in active)]
    total = sum(weight for weight in weights if isinstance(weight, int))
    if total != 100:
        yield Fault(
            f"steps[{number}].weight",
            f"the weights of the step and its active variants sum to {total}, not 100",
        )


def _unreachable(steps: Sequence[Entry], ways: Mapping[str, list[_Way]]) -> Iterator[Fault]:
    reached = _reach(str(steps[0]["id"]), ways) if steps else set()
    for number, step in enumerate(steps):
        if step["id"] not in reached:
            yield Fault(f"steps[{number}]", f"no path leads to step {step['id']}")


def _reach(start: str, ways: Mapping[str, list[_Way]]) -> set[str]:
    """The step and all that can follow it."""
    reached, waiting = {start}, [start]
    while waiting:
        for way in ways[waiting.pop()]:
            if way.target is not None and way.target not in reached:
                reached.add(way.target)
                waiting.append(way.target)
    return reached


def _cycles(steps: Sequence[Entry], ways: Mapping[str, list[_Way]]) -> Iterator[Fault]:
    """The ways that lead back to a step of the path they continue, followed depth first from the entry."""
    done: set[str] = set()
    for step in steps:
        path: list[tuple[str, Iterator[_Way]]] = []
        following: str | None = str(step["id"])
        while True:
            if following is not None and following not in done:
                path.append((following, iter(ways[following])))
            if not path:
                break
            on_path = {step_id for step_id, _ in path}
            way = next(path[-1][1], None)
            if way is None:
                done.add(path.pop()[0])
            elif way.target in on_path:
                yield Fault(way.field, f"this leads back to step {way.target}")
            following = None if way is None or way.target in on_path else way.target


def _unknown_mails(steps: Sequence[Entry], ways: Mapping[str, list[_Way]]) -> Iterator[Fault]:
    emails = {str(step["id"]) for step in steps if step["type"] == "email"}
    for number, step in enumerate(steps):
        for path, atom in _atoms(number, step):
            mail = atom.get("of_step")
            if isinstance(mail, str) and (mail not in emails or str(step["id"]) not in _reach(mail, ways)):
                yield Fault(f"{path}.of_step", f"{mail} is not an email before this step")


def _atoms(number: int, step: Entry) -> Iterator[tuple[str, Entry]]:
    for index, branch in enumerate(_entries(step, "branches")):
        path, when = f"steps[{number}].branches[{index}].when", branch["when"]
        assert isinstance(when, Mapping)
        for group in ("all", "any"):
            for position, atom in enumerate(_entries(when, group)):
                yield f"{path}.{group}[{position}]", atom
        if "signal" in when:
            yield path, when


def _threads_without_subject(steps: Sequence[Entry], ways: Mapping[str, list[_Way]]) -> Iterator[Fault]:
    """The first email of every path needs a subject: there is no thread yet to continue."""
    by_id = {str(step["id"]): (number, step) for number, step in enumerate(steps)}
    waiting, seen = ([str(steps[0]["id"])] if steps else []), set[str]()
    while waiting:
        step_id = waiting.pop()
        if step_id in seen:
            continue
        seen.add(step_id)
        number, step = by_id[step_id]
        if step["type"] == "email":
            if not str(step.get("subject") or "").strip():
                yield Fault(f"steps[{number}].subject", "the first email of a path needs a subject")
            continue
        waiting += [way.target for way in ways[step_id] if way.target is not None]
