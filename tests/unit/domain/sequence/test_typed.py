"""What a person types for waits and conditions is what is kept, and the other way round."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.sequence.atoms import read_when
from imail_tui.domain.sequence.condition_text import (
    NotReadable,
    completions,
    condition_text,
    read_condition,
)
from imail_tui.domain.sequence.delay_text import delay_text, read_delay
from tests.unit.domain.sequence.json_values import ANY_JSON, whens


@pytest.mark.parametrize(
    ("text", "delay", "business", "shown"),
    [
        ("3 days", {"value": 3, "unit": "days"}, False, "3 days"),
        ("1d", {"value": 1, "unit": "days"}, False, "1 day"),
        (" 2 Business days ", {"value": 2, "unit": "days"}, True, "2 business days"),
        ("2bd", {"value": 2, "unit": "days"}, True, "2 business days"),
        ("4h", {"value": 4, "unit": "hours"}, False, "4 hours"),
        ("90 min", {"value": 90, "unit": "minutes"}, False, "90 minutes"),
        ("2 weeks", {"value": 14, "unit": "days"}, False, "14 days"),
    ],
)
def test_a_wait_is_typed(text: str, delay: dict[str, object], business: bool, shown: str) -> None:
    assert read_delay(text) == (delay, business)
    assert delay_text({"delay": delay, "business_days": business}) == shown
    assert read_delay(shown) == (delay, business)


@pytest.mark.parametrize(
    "text", ["", "days", "0 days", "10001 d", "2 business hours", "3 years", "-1 d", "1.5 d"]
)
def test_what_is_no_wait_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"write|between|business"):
        read_delay(text)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("clicked", {"signal": "clicked"}),
        ("clicked guide within 4 days", {"signal": "clicked", "of_step": "guide", "within_days": 4}),
        ("did not open within 1 day", {"signal": "opened", "within_days": 1, "negate": True}),
        (
            "is classified not_now of hello within 5 days",
            {"signal": "classified", "label": "not_now", "of_step": "hello", "within_days": 5},
        ),
        ("is not classified", {"signal": "classified", "negate": True}),
        ("company contains gmbh", {"signal": "field", "field": "company", "op": "contains", "value": "gmbh"}),
        (
            "custom.size is more than 200",
            {"signal": "field", "field": "custom.size", "op": "gt", "value": 200},
        ),
        ('city is "12"', {"signal": "field", "field": "city", "op": "eq", "value": "12"}),
        (
            'title is one of Head of Sales, "a and b"',
            {"signal": "field", "field": "title", "op": "in", "value": ["Head of Sales", "a and b"]},
        ),
        ("not (phone is set)", {"signal": "field", "field": "phone", "op": "exists", "negate": True}),
        ("50 % at random", {"signal": "random", "percent": 50}),
        ("clicked and replied", {"all": [{"signal": "clicked"}, {"signal": "replied"}]}),
        (
            "did not reply or 5 % at random or city is not Bonn",
            {
                "any": [
                    {"signal": "replied", "negate": True},
                    {"signal": "random", "percent": 5},
                    {"signal": "field", "field": "city", "op": "ne", "value": "Bonn"},
                ]
            },
        ),
    ],
)
def test_a_condition_is_typed(text: str, when: dict[str, Any]) -> None:
    assert read_condition(text) == when
    assert read_condition(condition_text(when) or "") == when


@pytest.mark.parametrize(
    "text",
    [
        "",
        "clicked and",
        "clicked and replied or opened",
        "clicked within",
        "clicked within 61 days",
        "clicked within 3",
        "clicked Guide!",
        "company",
        "company is",
        "company sounds nice",
        'company is "open',
        "100 % at random",
        "not (clicked",
        "50 % likely",
        'company is a "b"',
        "clicked guide twice",
    ],
)
def test_what_is_no_condition_says_what_was_expected(text: str) -> None:
    with pytest.raises(NotReadable) as refused:
        read_condition(text)
    assert str(refused.value)


@given(st.data())
def test_any_condition_that_words_can_say_comes_back(data: st.DataObject) -> None:
    when = data.draw(whens(["hello", "bump"]))
    text = condition_text(when)
    if text is not None:
        back = read_condition(text)
        assert read_when(back, "w", []) == read_when(when, "w", [])


@given(ANY_JSON)
def test_anything_else_is_left_alone(value: object) -> None:
    text = condition_text(value)
    if text is not None:
        assert condition_text(read_condition(text)) == text


@given(st.text(max_size=40))
def test_any_words_are_read_or_refused(text: str) -> None:
    try:
        when = read_condition(text)
    except NotReadable:
        return
    assert condition_text(when) is None or read_condition(condition_text(when) or "") == when


def test_completions_are_beginnings_of_conditions() -> None:
    for text in completions(["hello"], ["company"]):
        assert read_condition(text if not text.endswith(" ") or "set" in text else f"{text}x")
