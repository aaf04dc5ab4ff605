"""Conditions and delays in words, for the builder, the graph and the command line."""

from collections.abc import Mapping

from imail_tui.domain.sequence.vocabulary import OPERATOR_WORDS, SIGNAL_WORDS
from imail_tui.model.steps import Delay


def condition_words(when: Mapping[str, object]) -> str:
    """A condition tree in words, such as `did not open hello within 3 days`.

    An atom of an unknown kind is told by its keys rather than hidden.
    """
    for key, joint in (("all", " and "), ("any", " or ")):
        group = when.get(key)
        if isinstance(group, list):
            return joint.join(condition_words(atom) for atom in group if isinstance(atom, dict))
    signal = when.get("signal")
    if signal == "field":
        return _field_words(when)
    if signal == "random":
        return f"{_shown(when.get('percent'))} % at random"
    if signal == "classified":
        verb = "is not classified" if when.get("negate") else "is classified"
        return " ".join(part for part in (verb, _shown(when.get("label")), _window(when)) if part)
    if isinstance(signal, str) and signal in SIGNAL_WORDS:
        verb = SIGNAL_WORDS[signal][bool(when.get("negate"))]
        return " ".join(part for part in (verb, _shown(when.get("of_step")), _window(when)) if part)
    return "unknown condition " + ", ".join(f"{key}={_shown(value)}" for key, value in when.items())


def _field_words(when: Mapping[str, object]) -> str:
    operator = when.get("op")
    words = OPERATOR_WORDS.get(operator, operator) if isinstance(operator, str) else "?"
    value = "" if operator == "exists" else _shown(when.get("value"))
    text = f"{_shown(when.get('field'))} {words} {value}".rstrip()
    return f"not ({text})" if when.get("negate") else text


def _window(when: Mapping[str, object]) -> str:
    days = when.get("within_days")
    if not isinstance(days, int | float):
        return ""
    return f"within {days:g} day{'' if days == 1 else 's'}"


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)
    return str(value)


def delay_words(delay: Delay | None, *, business_days: bool = False) -> str:
    """A delay such as `3 business days`."""
    if delay is None:
        return "no delay"
    unit = delay.unit.removesuffix("s") if delay.value == 1 else delay.unit
    return f"{delay.value:g} {'business ' if business_days and unit.startswith('day') else ''}{unit}"
