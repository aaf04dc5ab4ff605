"""Entries of a sequence, read from the JSON of the flat list.

`goes_on` is an absent `next`: the following entry of the list comes next. A null `next` ends.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from imail_tui.domain.sequence.atoms import When, read_when
from imail_tui.domain.sequence.violations import (
    Raw,
    Violation,
    is_object,
    read_flag,
    read_number,
    read_text,
)

FULL_WEIGHT = 100
"""What the weights of an email and its active variants sum to."""

MAX_VARIANTS = 5
MAX_DELAY = 10_000
"""Largest value of a delay, in its unit: more than a year of minutes would be no wait but a mistake."""

_SLUG = re.compile(r"[a-z0-9_-]{1,40}")
_ID_RULE = "must be 1 to 40 of a-z, 0-9, _ and -"
_UNITS: Mapping[str, Callable[[int], timedelta]] = {
    "minutes": lambda value: timedelta(minutes=value),
    "hours": lambda value: timedelta(hours=value),
    "days": lambda value: timedelta(days=value),
}


@dataclass(frozen=True, slots=True)
class Variant:
    """Another wording of an email; a blank part stands for the step's own. `weight` in percent."""

    id: str
    weight: int
    subject: str
    body: str
    active: bool


@dataclass(frozen=True, slots=True)
class Email:
    """A mail; a blank `subject` continues the thread. `weight` None = what the variants leave of 100."""

    id: str
    subject: str = ""
    body: str = ""
    weight: int | None = None
    variants: tuple[Variant, ...] = ()
    next: str | None = None
    goes_on: bool = False

    def own_weight(self) -> int:
        """The percentage of leads that get the step's own wording."""
        if self.weight is not None:
            return self.weight
        return max(0, FULL_WEIGHT - sum(variant.weight for variant in self.variants if variant.active))


@dataclass(frozen=True, slots=True)
class Wait:
    """A pause: an exact duration, or (`business_days` set) that many of the window's days."""

    id: str
    duration: timedelta = timedelta(0)
    business_days: int | None = None
    next: str | None = None
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """Taken when its condition holds and no earlier branch does; `next` None ends."""

    when: When
    next: str | None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A fork: the first branch that holds, or `otherwise`."""

    id: str
    branches: tuple[Branch, ...]
    otherwise: str | None

    def reads_answers(self) -> bool:
        """Whether a branch is about replies or their classification."""
        return any(branch.when.reads_answers() for branch in self.branches)


@dataclass(frozen=True, slots=True)
class End:
    """Nothing follows."""

    id: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """An entry of a kind this version does not know, carried as it came and never executed."""

    id: str
    kind: str
    raw: Raw
    next: str | None = None
    goes_on: bool = False


Step: TypeAlias = Email | Wait | Condition | End | Unknown


def read_step(value: object, place: str, found: list[Violation]) -> Step:
    """One entry; a broken one is read as far as it goes, one without a type as `Unknown`."""
    if not is_object(value):
        found.append(Violation("type", place, "must be an object"))
        return Unknown("", "", {})
    step_id = _read_id(value, place, found)
    kind = value.get("type")
    if not isinstance(kind, str):
        found.append(Violation("required", f"{place}.type", "must name the kind of step"))
        kind = ""
    if kind == "end":
        return End(step_id)
    if kind == "condition":
        return _condition(step_id, value, place, found)
    target, goes_on = _read_target(value, "next", place, found), "next" not in value
    if kind == "email":
        subject, body = (read_text(value, part, place, found) for part in ("subject", "body"))
        if value.get("body") is None:
            found.append(Violation("required", f"{place}.body", "is required"))
        weight, variants = _read_weight(value, place, found), _variants(value, place, found)
        return Email(step_id, subject or "", body or "", weight, variants, target, goes_on)
    if kind == "wait":
        duration, days = _delay(value, place, found)
        return Wait(step_id, duration, days, target, goes_on)
    return Unknown(step_id, kind, value, target, goes_on)


def id_fault(text: str) -> str | None:
    """What is wrong with an id for a step, None = nothing."""
    return None if _SLUG.fullmatch(text) else _ID_RULE


def _read_id(raw: Raw, place: str, found: list[Violation]) -> str:
    value = raw.get("id")
    if isinstance(value, str) and _SLUG.fullmatch(value):
        return value
    code = "required" if value is None else "pattern"
    found.append(Violation(code, f"{place}.id", _ID_RULE))
    return value if isinstance(value, str) else ""


def _read_target(raw: Raw, key: str, place: str, found: list[Violation]) -> str | None:
    value = raw.get(key)
    if value is None or isinstance(value, str):
        return value
    found.append(Violation("type", f"{place}.{key}", "must be the id of a step, or null"))
    return None


def _read_weight(raw: Raw, place: str, found: list[Violation]) -> int | None:
    if raw.get("weight") is None:
        return None
    return read_number(raw["weight"], f"{place}.weight", found, low=0, high=100)


def _variants(raw: Raw, place: str, found: list[Violation]) -> tuple[Variant, ...]:
    values = raw.get("variants")
    if values is None:
        return ()
    if not isinstance(values, list):
        found.append(Violation("type", f"{place}.variants", "must be a list"))
        return ()
    if len(values) > MAX_VARIANTS:
        found.append(Violation("count", f"{place}.variants", f"must have at most {MAX_VARIANTS} items"))
    variants = []
    for index, value in enumerate(values):
        here = f"{place}.variants[{index}]"
        if not is_object(value):
            found.append(Violation("type", here, "must be an object"))
            continue
        subject, body = (read_text(value, part, here, found) for part in ("subject", "body"))
        weight = read_number(value.get("weight"), f"{here}.weight", found, low=0, high=100)
        active = read_flag(value, "active", here, found, default=True)
        variants.append(Variant(_read_id(value, here, found), weight, subject or "", body or "", active))
    return tuple(variants)


def _delay(raw: Raw, place: str, found: list[Violation]) -> tuple[timedelta, int | None]:
    here, delay = f"{place}.delay", raw.get("delay")
    if not is_object(delay):
        found.append(Violation("required" if delay is None else "type", here, "must be an object"))
        delay = {"value": 1, "unit": "days"}
    value = read_number(delay.get("value"), f"{here}.value", found, low=1, high=MAX_DELAY)
    unit = delay.get("unit")
    if not isinstance(unit, str) or unit not in _UNITS:
        found.append(Violation("choice", f"{here}.unit", f"must be one of {', '.join(_UNITS)}"))
        unit = "days"
    business = read_flag(raw, "business_days", place, found, default=False)
    if business and unit != "days":
        message = "business_days is only for a delay in days"
        found.append(Violation("choice", f"{place}.business_days", message))
        business = False
    return _UNITS[unit](value), value if business else None


def _condition(step_id: str, raw: Raw, place: str, found: list[Violation]) -> Condition:
    values = raw.get("branches")
    if not isinstance(values, list) or not values:
        found.append(Violation("required", f"{place}.branches", "must be a list of at least one branch"))
        values = []
    branches = [_branch(value, f"{place}.branches[{index}]", found) for index, value in enumerate(values)]
    if "else" not in raw:
        found.append(Violation("required", f"{place}.else", "is required: a step, or null to end"))
    return Condition(step_id, tuple(branches), _read_target(raw, "else", place, found))


def _branch(value: object, place: str, found: list[Violation]) -> Branch:
    if not is_object(value):
        found.append(Violation("type", place, "must be an object"))
        return Branch(When(None, ()), None)
    label = read_text(value, "label", place, found)
    when = read_when(value.get("when"), f"{place}.when", found)
    if "next" not in value:
        found.append(Violation("required", f"{place}.next", "is required: a step, or null to end"))
    return Branch(when, _read_target(value, "next", place, found), label)
