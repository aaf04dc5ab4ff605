"""Whether a row satisfies conditions: what the store says in SQL, for rows that are in no database."""

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from imail_tui.domain.conditions import (
    Anywhere,
    Compares,
    Comparison,
    Condition,
    Contains,
    HasWord,
    Is,
    Missing,
    StartsWith,
    Test,
    Within,
)
from imail_tui.domain.listing import ListSpec, key_of, searched_text
from imail_tui.model.record import Json

_COMPARE: Final[Mapping[Comparison, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}


def matches(spec: ListSpec, conditions: Iterable[Condition], row: Json) -> bool:
    """Whether all conditions hold for a row of the list."""
    return all(_holds(spec, condition.test, row) != condition.negated for condition in conditions)


def _holds(spec: ListSpec, test: Test, row: Json) -> bool:
    if isinstance(test, Anywhere):
        return test.text in searched_text(spec, row)
    key = key_of(test.field, row)
    match test:
        case Missing():
            return key is None
        case Contains(text=text):
            return isinstance(key, str) and text in key
        case StartsWith(texts=texts):
            return isinstance(key, str) and key.startswith(texts)
        case Is(text=text):
            return key == text
        case HasWord(texts=texts):
            return isinstance(key, str) and any(f"\n{text}" in key for text in texts)
        case Compares(sign=sign, number=number):
            return isinstance(key, float) and _COMPARE[sign](key, number)
        case Within(start=start, end=end):
            return isinstance(key, float) and start <= key < end
