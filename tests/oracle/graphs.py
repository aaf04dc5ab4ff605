"""Random valid sequences: trees of steps whose loose ends are closed or joined, listed in any order."""

from dataclasses import dataclass, field
from random import Random

from tests.oracle.cases import AllJson, AnyJson, AtomJson, BranchJson, Scalar, StepJson

LABELS = ("interested", "not_now", "Interested")
FIELDS: dict[str, tuple[Scalar, ...]] = {
    "company": ("Acme", " acme ", "ACME Ltd", "", None),
    "custom.plan": ("pro", "Pro ", "free", None, True),
    "custom.seats": (3, 3.0, "3", "12", 12, -1.5, True, None, "many"),
}
SIGNALS = ("opened", "clicked", *("replied",) * 3, *("classified",) * 3, "bounced", "unsubscribed")


@dataclass(slots=True)
class _Growth:
    """Steps so far in an order in which every way leads forward, and their ends that lead nowhere yet."""

    rng: Random
    steps: list[StepJson] = field(default_factory=list)
    loose: list[tuple[int, int]] = field(default_factory=list)
    """(step, way out): a branch's index, or -1 for `next` and for `else`."""
    before: list[list[str]] = field(default_factory=list)
    """The emails on the way to each step."""


def random_steps(rng: Random) -> list[StepJson]:
    """A sequence of 1 to 20 steps that the contract allows."""
    growth = _Growth(rng)
    size = rng.choice((1, 3, 6, 10, 14, 17, 20, 20))
    _add(growth, rng.choice((*("email",) * 8, "condition", "wait")), [])
    while len(growth.steps) < size and growth.loose:
        step, way = growth.loose.pop(rng.choice((-1, rng.randrange(len(growth.loose)))))
        own = [growth.steps[step]["id"]] if growth.steps[step]["type"] == "email" else []
        _lead(growth, step, way, f"s{len(growth.steps)}")
        kinds = (
            ("email",) * 7 + ("wait",) * 6 + ("condition",) * 6 + ("end",) + ("call",) * (rng.random() < 0.2)
        )
        _add(growth, rng.choice(kinds), growth.before[step] + own)
    for step, way in growth.loose:
        later = [one["id"] for one in growth.steps[step + 1 :]]
        _lead(growth, step, way, rng.choice(later) if later and rng.random() < 0.8 else None)
    return _listed(rng, growth.steps)


def _listed(rng: Random, steps: list[StepJson]) -> list[StepJson]:
    """The steps in some order, the entry first; `next` is left out where the list says the same."""
    rest = steps[1:]
    if rng.random() < 0.4:
        rng.shuffle(rest)
    steps = [steps[0], *rest]
    for step, after in zip(steps, [*steps[1:], None], strict=True):
        same = step.get("next") == (after["id"] if after else None)
        if "next" in step and same and rng.random() < 0.7:
            del step["next"]
    return steps


def _lead(growth: _Growth, step: int, way: int, target: str | None) -> None:
    one = growth.steps[step]
    if way >= 0:
        one["branches"][way]["next"] = target
    elif one["type"] == "condition":
        one["else"] = target
    else:
        one["next"] = target


def _add(growth: _Growth, kind: str, before: list[str]) -> None:
    rng, number = growth.rng, len(growth.steps)
    step: StepJson = {"id": f"s{number}", "type": kind}
    ways = [-1]
    match kind:
        case "email":
            step |= {"subject": "Hello", "body": "Hello there"}
            _vary(rng, step)
        case "wait":
            _delay(rng, step)
        case "condition":
            step["branches"] = [_branch(rng, before) for _ in range(rng.choice((1, 2, 3)))]
            ways += range(len(step["branches"]))
        case "end":
            ways = []
    growth.steps.append(step)
    growth.before.append(before)
    growth.loose += [(number, way) for way in ways]


def _vary(rng: Random, step: StepJson) -> None:
    if rng.random() < 0.3:
        first, second = rng.randint(1, 40), rng.randint(1, 40)
        step["variants"] = [
            {"id": "a", "weight": first, "active": True},
            {"id": "off", "weight": 50, "active": False},
            {"id": "b", "weight": second, "active": True},
        ]
        if rng.random() < 0.5:
            step["weight"] = 100 - first - second


def _delay(rng: Random, step: StepJson) -> None:
    unit = rng.choice(("minutes", "hours", "days", "days"))
    value = {"minutes": (1, 45, 480, 960), "hours": (1, 8, 16, 24, 47), "days": (1, 2, 3, 5, 7)}[unit]
    step["delay"] = {"value": rng.choice(value), "unit": unit}
    if unit == "days" and rng.random() < 0.6:
        step["business_days"] = True


def _branch(rng: Random, before: list[str]) -> BranchJson:
    joint = rng.choice(("one", "one", "all", "any"))
    atoms = [_atom(rng, before) for _ in range(1 if joint == "one" else rng.randint(1, 3))]
    whens: dict[str, AtomJson | AllJson | AnyJson] = {
        "all": {"all": atoms},
        "any": {"any": atoms},
        "one": atoms[0],
    }
    return {"when": whens[joint], "next": None}


def _atom(rng: Random, before: list[str]) -> AtomJson:
    drawn = rng.random()
    if drawn < 0.08:
        return {"signal": "random", "percent": rng.choice((1, 30, 50, 99))}
    if drawn < 0.25:
        return _field_atom(rng)
    atom: AtomJson = {"signal": rng.choice(SIGNALS)}
    if before and rng.random() < 0.4:
        atom["of_step"] = rng.choice(before)
    if rng.random() < 0.7:
        atom["within_days"] = rng.choice((1, 2, 3, 7, 20))
    if rng.random() < 0.35:
        atom["negate"] = True
    if atom["signal"] == "classified" and rng.random() < 0.6:
        atom["label"] = rng.choice(LABELS)
    return atom


def _field_atom(rng: Random) -> AtomJson:
    name = rng.choice(list(FIELDS))
    op = rng.choice(("eq", "ne", "contains", "exists", "gt", "lt", "in"))
    atom: AtomJson = {"signal": "field", "field": name, "op": op}
    values = FIELDS[name]
    if op == "in":
        atom["value"] = [rng.choice(values) for _ in range(rng.randint(1, 3))]
    elif op in ("gt", "lt"):
        atom["value"] = rng.choice((3, "3", 2.5, 12))
    elif op == "contains":
        atom["value"] = rng.choice(("a", "PRO", "cm", "1"))
    elif op != "exists":
        atom["value"] = rng.choice(values)
    return atom
