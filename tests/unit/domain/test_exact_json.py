"""Whole numbers of any size survive; the fast library does the rest."""

import json
import math

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import JsonValue

from imail_tui.domain.exact_json import DEEPEST, dumps, is_too_deep, loads

# Text that UTF-8 can hold; whole numbers far beyond 64 bits.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def same(one: JsonValue, other: JsonValue) -> bool:
    """Equal, and 50 is not 50.0."""
    return repr(one) == repr(other)


@given(values)
@example([2**63, -(2**63) - 1, 2**64, 50, 50.0, 1e2, -0.0, 1e-300])
def test_a_value_comes_back_as_it_was(value: JsonValue) -> None:
    assert same(loads(dumps(value, orjson.dumps), orjson.loads), value)


@given(values)
def test_any_writer_s_text_is_read_exactly(value: JsonValue) -> None:
    assert same(loads(json.dumps(value).encode(), orjson.loads), value)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[1",
        b"NaN",
        b"[NaN, 12345678901234567890123]",
        b"[1e999, 12345678901234567890123]",
        b'["\\ud800", 12345678901234567890123]',
        b"9" * 5_000,
        b"[" * 5_000 + b"12345678901234567890" + b"]" * 5_000,
        b"\xff12345678901234567890",
    ],
)
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        loads(text, orjson.loads)


def test_keys_are_sorted_by_either_writer() -> None:
    def fast(value: JsonValue) -> bytes:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)

    assert dumps({"b": 1, "a": 2}, fast, sort_keys=True) == b'{"a":2,"b":1}'
    assert dumps({"b": 10**20, "a": 2}, fast, sort_keys=True) == b'{"a":2,"b":100000000000000000000}'


def test_a_text_that_is_no_unicode_can_still_be_sent() -> None:
    assert dumps("\ud800", orjson.dumps) == b'"\\ud800"'
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps([math.inf, 10**20], orjson.dumps)


def nested(levels: int) -> JsonValue:
    value: JsonValue = 1
    for level in range(levels):
        value = {"inner": value} if level % 2 else [value, "["]
    return value


def test_depth_is_counted_in_levels() -> None:
    assert not is_too_deep("[[[[")
    assert not is_too_deep(nested(DEEPEST))
    assert is_too_deep(nested(DEEPEST + 1))
    assert is_too_deep(nested(900))
