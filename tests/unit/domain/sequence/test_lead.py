"""Fields of leads: read, compared, written into mails."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.sequence.lead import Lead, compare, field_text, read_lead
from tests.unit.domain.sequence.json_values import ANY_JSON, KEYS, SCALARS

OPERATORS = st.sampled_from(["eq", "ne", "contains", "exists", "gt", "lt", "in"])


def test_a_lead_of_the_api() -> None:
    raw = {"id": "led_1", "email": "a@b.de", "timezone": "Europe/Berlin", "custom": {"plan": "pro"}}
    assert read_lead(raw) == Lead(
        "led_1",
        "Europe/Berlin",
        {"id": "led_1", "email": "a@b.de", "timezone": "Europe/Berlin", "custom.plan": "pro"},
    )
    assert read_lead({"timezone": 5, "custom": "x"}) == Lead("", None, {"timezone": 5})


@pytest.mark.parametrize(
    ("actual", "op", "value", "held"),
    [
        ("Ann", "eq", " aNN", True),
        ("STRASSE", "eq", "straße", True),
        (5, "eq", 5.0, True),
        (5, "eq", "5", False),
        (True, "eq", 1, False),
        (True, "eq", True, True),
        (None, "eq", None, True),
        (None, "eq", "", False),
        ("", "eq", None, False),
        (None, "ne", "Ann", True),
        ("Ann", "contains", "NN", True),
        ("Ann", "contains", "", True),
        (None, "contains", "", False),
        ("Ann", "contains", None, False),
        (512, "contains", 12, True),
        (True, "contains", "TRU", True),
        ("x", "exists", None, True),
        (" ", "exists", None, True),
        (0, "exists", None, True),
        (False, "exists", None, True),
        ("", "exists", None, False),
        (None, "exists", None, False),
        (5, "gt", 4.9, True),
        (5, "gt", 5, False),
        ("5", "gt", 4, True),
        (" 5.5 ", "lt", "6", True),
        ("1e3", "gt", 999, True),
        ("nan", "gt", 0, False),
        ("1_000", "gt", 0, False),
        ("0x10", "gt", 0, False),
        (True, "gt", 0, False),
        (None, "lt", 5, False),
        ("many", "lt", 5, False),
        ("ann", "in", ["Bob", "Ann"], True),
        (5, "in", ["5"], False),
        (None, "in", [None], True),
        ("Ann", "in", "Ann", False),
    ],
)
def test_comparisons(actual: object, op: str, value: object, held: bool) -> None:
    assert compare(actual, op, value) is held


@given(SCALARS, OPERATORS, ANY_JSON)
def test_any_values_can_be_compared(actual: object, op: str, value: object) -> None:
    held = compare(actual, op, value)
    if op == "eq":
        assert held is not compare(actual, "ne", value)
        assert compare(value, "eq", actual) is held
        assert compare(actual, "in", [value]) is held
    if op == "gt":
        assert not (held and compare(actual, "lt", value))
        assert compare(value, "lt", actual) is held


@given(st.dictionaries(KEYS, ANY_JSON))
def test_any_object_reads_as_a_lead(raw: dict[str, object]) -> None:
    read_lead(raw)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "true"), (5, "5"), (5.0, "5"), (0.1, "0.1"), ("x", "x")],
)
def test_values_in_copy(value: object, text: str) -> None:
    assert field_text(value) == text


def test_a_very_long_number_is_written_out() -> None:
    assert field_text(-(10**5000)) == "-1" + "0" * 5000
