"""What the engine knows of a lead, and how a condition compares one of its fields."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from imail_tui.domain.sequence.violations import Raw, is_object

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead's id, zone name and fields, custom ones flat as `custom.x`. All of it is foreign."""

    id: str
    timezone: str | None
    fields: Mapping[str, object]


def read_lead(raw: Raw) -> Lead:
    """A lead of the API's JSON."""
    custom = raw.get("custom")
    own = {f"custom.{key}": value for key, value in custom.items()} if is_object(custom) else {}
    zone, identifier = raw.get("timezone"), raw.get("id")
    fields = {key: value for key, value in raw.items() if key != "custom"} | own
    return Lead(str(identifier or ""), zone if isinstance(zone, str) else None, fields)


def compare(actual: object, op: str, value: object) -> bool:
    """Whether a field's value stands in a relation to the condition's. A missing field is None.

    `eq`: strings without regard to case and outer blanks, numbers by value, nothing across kinds.
    """
    match op:
        case "eq":
            return _equal(actual, value)
        case "ne":
            return not _equal(actual, value)
        case "contains":
            text, part = field_text(actual), field_text(value)
            return actual is not None and value is not None and part.casefold() in text.casefold()
        case "exists":
            return actual not in (None, "")
        case "in":
            return isinstance(value, list) and any(_equal(actual, item) for item in value)
    left, right = _as_number(actual), _as_number(value)
    if left is None or right is None:
        return False
    return left > right if op == "gt" else left < right


def field_text(value: object) -> str:
    """A JSON value as it stands in a mail: `true`, `5` (also for 5.0), nothing for null."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return f"{value:.0f}"
        case str():
            return value
        case int():
            return str(Decimal(value))  # str() alone refuses very long numbers
    return str(value)


def _equal(left: object, right: object) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left.strip().casefold() == right.strip().casefold()
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left == right
    return left is None and right is None


def _as_number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return float(value)
    return None
