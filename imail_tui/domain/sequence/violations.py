"""What a sequence or window breaks of the contract: a code, a place in the JSON, one sentence.

Readers collect violations in a list that is handed down, so that all are found at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeGuard

Raw: TypeAlias = Mapping[str, object]
"""A JSON object as it came."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule. `place` is a path such as `steps[3].branches[0].next`; texts may quote foreign text.

    Codes: `required`, `type`, `choice`, `range`, `pattern`, `count`, `repeated`, `target`, `weights`,
    `cycle`, `unreachable`, `earlier_email`, `subject`, `order`.
    """

    code: str
    place: str
    message: str


def is_object(value: object) -> TypeGuard[Raw]:
    """Whether a JSON value is an object."""
    return isinstance(value, Mapping)


def whole_number(value: object) -> int | None:
    """A JSON number without a fraction (`3` or `3.0`; `true` is none), else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) else None


def read_text(raw: Raw, key: str, place: str, found: list[Violation]) -> str | None:
    """An optional string: absent and null are None, anything else that is no string a violation."""
    value = raw.get(key)
    if value is None or isinstance(value, str):
        return value
    found.append(Violation("type", f"{place}.{key}", "must be a string"))
    return None


def read_flag(raw: Raw, key: str, place: str, found: list[Violation], *, default: bool) -> bool:
    """A boolean that may be absent."""
    value = raw.get(key, default)
    if isinstance(value, bool):
        return value
    found.append(Violation("type", f"{place}.{key}", "must be true or false"))
    return default


def read_number(value: object, place: str, found: list[Violation], *, low: int, high: int) -> int:
    """A whole number between two limits, both allowed; `low` stands in for a violation."""
    number = whole_number(value)
    if number is None:
        found.append(Violation("type", place, "must be a whole number"))
    elif not low <= number <= high:
        found.append(Violation("range", place, f"must be between {low} and {high}"))
    else:
        return number
    return low
