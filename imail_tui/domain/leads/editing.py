"""A lead while somebody edits it: fields one by one, types kept, and what the server is asked for. Pure.

A custom field is named `custom.<name>` here, whatever stands in the name; standard fields by their own.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from pydantic import JsonValue

from imail_tui.domain.leads.headers import CUSTOM
from imail_tui.model.lead_fields import LEAD_FIELDS
from imail_tui.model.record import Json

Kind: TypeAlias = Literal["text", "number", "yes/no", "null", "other"]
KINDS: Final[tuple[Kind, ...]] = ("text", "number", "yes/no")
"""Types a value can be given; a merge patch cannot write null, it would take the field away."""
_YES: Final = frozenset({"yes", "y", "true", "1", "on"})
_NO: Final = frozenset({"no", "n", "false", "0", "off"})

Fields: TypeAlias = Mapping[str, JsonValue]
"""Values by name; a name that is absent has no value."""


class WrongValue(Exception):
    """What was typed is no value of the type; the message says what would be."""


def fields_of(lead: Json) -> dict[str, JsonValue]:
    """What of a lead can be edited; standard fields without a value are absent."""
    found: dict[str, JsonValue] = {
        name: value for name in LEAD_FIELDS if (value := lead.get(name)) not in (None, "")
    }
    custom = lead.get("custom")
    if isinstance(custom, dict):
        found |= {f"{CUSTOM}{name}": value for name, value in custom.items()}
    return found


def kind_of(value: JsonValue) -> Kind:
    """The type of a value."""
    match value:
        case None:
            return "null"
        case bool():
            return "yes/no"
        case int() | float():
            return "number"
        case str():
            return "text"
    return "other"


def kind_for(fields: Fields, name: str, otherwise: Kind = "text") -> Kind:
    """The type that a value typed for a field is read as: the one it has, else `otherwise`."""
    kind = kind_of(fields.get(name)) if name in fields else otherwise
    return kind if kind in ("number", "yes/no") else "text"


def kind_among(many: Iterable[Fields], name: str) -> Kind:
    """The type of a field of several leads for one that lacks it: theirs where they agree."""
    kinds = {kind_of(fields[name]) for fields in many if name in fields}
    return kinds.pop() if len(kinds) == 1 else "text"


def shown_value(value: JsonValue) -> str:
    """A value as it is typed."""
    match value:
        case str():
            return value
        case bool():
            return "yes" if value else "no"
        case None:
            return ""
    return json.dumps(value, ensure_ascii=False)


def read_value(text: str, kind: Kind) -> JsonValue:
    """What was typed as a value of a type. Raises WrongValue."""
    if kind == "number":
        return _number(text.strip())
    if kind == "yes/no":
        word = text.strip().casefold()
        if word in _YES | _NO:
            return word in _YES
        raise WrongValue("yes or no")
    if kind == "other":
        try:
            value: JsonValue = json.loads(text)
        except (ValueError, RecursionError):
            raise WrongValue("JSON, as it was") from None
        return value
    return text


def _number(text: str) -> int | float:
    # int() and float() alone would also take "1_000", "nan" and blanks.
    if text.isascii() and text.removeprefix("-").isdigit():
        return int(text)
    try:
        number = float(text) if "_" not in text else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise WrongValue("a number")
    return number


def patch_of(before: Fields, after: Fields) -> Json:
    """The merge patch that makes `after` of `before`: null takes a field away, `custom` merges."""
    changed: Json = {}
    custom: Json = {}
    for name in dict.fromkeys([*before, *after]):
        if same(before, after, name):
            continue
        value = after.get(name)
        if name.startswith(CUSTOM):
            custom[name.removeprefix(CUSTOM)] = value
        else:
            changed[name] = value
    return {**changed, "custom": custom} if custom else changed


def body_of(fields: Fields) -> Json:
    """The body that creates a lead with these fields."""
    body: Json = {name: value for name, value in fields.items() if not name.startswith(CUSTOM)}
    custom: Json = {name.removeprefix(CUSTOM): fields[name] for name in fields if name.startswith(CUSTOM)}
    return {**body, "custom": custom} if custom else body


def same(one: Fields, other: Fields, name: str) -> bool:
    """Whether a field says the same in both: of the same type, and absent is not null."""
    if (name in one) != (name in other):
        return False
    return kind_of(one.get(name)) == kind_of(other.get(name)) and one.get(name) == other.get(name)


def unwritable(before: Fields, after: Fields) -> tuple[str, ...]:
    """Fields that `after` says are null and `before` says something else: no merge patch can do that."""
    return tuple(name for name, value in after.items() if value is None and not same(before, after, name))


@dataclass(frozen=True, slots=True)
class Clash:
    """One field that two sides say differently; `absent` names the side that has no such field."""

    name: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Sides:
    """Two versions of a lead: fields that clash, and the rest put together with mine over theirs."""

    clashes: tuple[Clash, ...]
    together: Fields
    theirs: Fields

    def decided(self, server: frozenset[str]) -> dict[str, JsonValue]:
        """Fields with the other side's value where `server` says so."""
        made = dict(self.together)
        for name in server:
            made.pop(name, None)
            if name in self.theirs:
                made[name] = self.theirs[name]
        return made


def sides_of(base: Fields, mine: Fields, theirs: Fields) -> Sides:
    """Mine beside theirs, both begun from `base`: only a field that both changed differently clashes."""
    clashes: list[Clash] = []
    together: dict[str, JsonValue] = {}
    for name in dict.fromkeys([*theirs, *mine]):
        took = theirs if same(base, mine, name) else mine
        if took is mine and not same(base, theirs, name) and not same(mine, theirs, name):
            clashes.append(Clash(name, _told(mine, name), _told(theirs, name)))
        if name in took:
            together[name] = took[name]
    return Sides(tuple(clashes), together, theirs)


def differences(mine: Fields, theirs: Fields) -> Sides:
    """Mine beside something that I did not begin from: whatever I say and it does not is a clash."""
    found = [name for name in mine if not same(mine, theirs, name)]
    clashes = tuple(Clash(name, _told(mine, name), _told(theirs, name)) for name in found)
    return Sides(clashes, {**theirs, **mine}, theirs)


def _told(fields: Fields, name: str) -> str:
    if name not in fields:
        return "– no such field"
    value = fields[name]
    return shown_value(value) if value is not None else "null"
