"""A filter's terms read for one list: what exactly a row must satisfy."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from imail_tui.domain.filters import Filter, Term
from imail_tui.domain.folding import folded
from imail_tui.domain.listing import Field, FieldType, ListSpec, parse_time

Comparison = Literal["<", "<=", "=", ">=", ">"]

NOTHING = "none"
"""The filter value for "has no value": `label:none`."""
_YES = frozenset({"yes", "y", "true", "1"})
_NO = frozenset({"no", "n", "false", "0"})
_COMPARED = re.compile(r"(?P<sign><=|>=|<|>|=)?(?P<value>.+)")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Anywhere:
    """`text` (casefolded) occurs in the row's searched text."""

    text: str


@dataclass(frozen=True, slots=True)
class Contains:
    """`text` (casefolded) occurs in the field."""

    field: Field
    text: str


@dataclass(frozen=True, slots=True)
class StartsWith:
    """The field begins with one of `texts` (casefolded, at least one)."""

    field: Field
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Is:
    """The field is `text` (casefolded) and nothing more."""

    field: Field
    text: str


@dataclass(frozen=True, slots=True)
class HasWord:
    """One of the field's words begins with one of `texts` (casefolded, at least one)."""

    field: Field
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """The field has no value."""

    field: Field


@dataclass(frozen=True, slots=True)
class Compares:
    """The field stands in a relation to a number (times as epoch seconds)."""

    field: Field
    sign: Comparison
    number: float


@dataclass(frozen=True, slots=True)
class Within:
    """The field is at least `start` and below `end` (epoch seconds)."""

    field: Field
    start: float
    end: float


Test = Anywhere | Contains | StartsWith | Is | HasWord | Missing | Compares | Within


@dataclass(frozen=True, slots=True)
class Condition:
    """A test and whether it must fail instead. A row without a value fails every test but `Missing`."""

    test: Test
    negated: bool = False


def conditions_of(spec: ListSpec, wanted: Filter) -> tuple[Condition, ...]:
    """Read all terms. A term of an unknown field, or with a value the field cannot have, is plain text."""
    return tuple(Condition(_test_of(spec, term), term.negated) for term in wanted.terms)


def _test_of(spec: ListSpec, term: Term) -> Test:
    field = spec.field(term.field) if term.field else None
    value = folded(term.value)
    if field is None:
        return Anywhere(f"{term.field}:{value}" if term.field else value)
    test = Missing(field) if value == NOTHING else _read(field, value)
    return test or Anywhere(f"{term.field}:{value}")


def _read(field: Field, value: str) -> Test | None:
    match field.type:
        case FieldType.TEXT | FieldType.DOMAIN:
            return Contains(field, value)
        case FieldType.WORD if value.startswith("=") and len(value) > 1:
            return Is(field, value[1:])
        case FieldType.WORD:
            texts = tuple(filter(None, value.split(",")))
            return StartsWith(field, texts) if texts else None
        case FieldType.WORDS:
            words = tuple(filter(None, value.split(",")))
            return HasWord(field, words) if words else None
        case FieldType.FLAG:
            return Compares(field, "=", float(value in _YES)) if value in _YES | _NO else None
    compared = _COMPARED.fullmatch(value)
    if compared is None:
        return None
    sign = _sign(compared["sign"])
    if field.type is FieldType.RATE:
        return _number(field, sign, compared["value"].rstrip("%") + "%")
    return (_number if field.type is FieldType.NUMBER else _time)(field, sign, compared["value"])


def _sign(text: str | None) -> Comparison:
    match text:
        case "<" | "<=" | ">=" | ">":
            return text
    return "="


def _number(field: Field, sign: Comparison, value: str) -> Test | None:
    # A plain decimal: float() alone would also take "nan" and "1_000".
    if not re.fullmatch(r"-?(\d+\.?\d*|\.\d+)%?", value):
        return None
    number = float(value.rstrip("%"))
    return Compares(field, sign, number / 100 if value.endswith("%") else number)


def _time(field: Field, sign: Comparison, value: str) -> Test | None:
    moment = parse_time(value.upper())
    if moment is None:
        return None
    start = moment.timestamp()
    is_day = "t" not in value and " " not in value
    if sign == "=":
        return Within(field, start, (moment + _DAY).timestamp() if is_day else start + 1)
    if is_day and sign in (">", "<="):
        # Beyond a day means beyond its last second.
        end = (moment + _DAY).timestamp()
        return Compares(field, ">=" if sign == ">" else "<", end)
    return Compares(field, sign, start)
