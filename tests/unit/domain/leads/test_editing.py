"""A lead's fields while somebody edits them: types kept, patches exact, and two sides put together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from imail_tui.domain.leads.editing import (
    Kind,
    WrongValue,
    fields_of,
    kind_of,
    patch_of,
    read_value,
    shown_value,
    sides_of,
)
from imail_tui.model.record import Json
from imail_tui.sandbox.merging import merge_patch

JSON: TypeAdapter[Json] = TypeAdapter(Json)
NAMES = st.text(min_size=1, max_size=6)
VALUES = st.one_of(st.text(max_size=8), st.booleans(), st.integers(), st.floats(allow_nan=False, width=32))
FIELDS = st.dictionaries(
    st.one_of(st.sampled_from(["company", "title"]), NAMES.map("custom.{}".format)),
    VALUES.filter(lambda value: value != float("inf") and value != -float("inf")),
    max_size=5,
).map(
    lambda found: {
        name: str(value) + "x" if not name.startswith("custom.") else value for name, value in found.items()
    }
)


@given(FIELDS, FIELDS)
def test_a_patch_makes_one_of_the_other(before: Json, after: Json) -> None:
    lead = merge_patch({"email": "a@b.example", "custom": {}}, patch_of({}, before))
    changed = JSON.validate_python(merge_patch(lead, patch_of(before, after)))
    assert fields_of(changed) == {"email": "a@b.example", **after}


@given(VALUES)
def test_a_value_typed_as_it_is_shown_is_the_same_of_the_same_type(value: str | bool | int | float) -> None:
    if value in (float("inf"), -float("inf")):
        return
    read = read_value(shown_value(value), kind_of(value))
    assert (type(read), read) == (type(value), value)


@pytest.mark.parametrize(
    ("text", "kind", "wanted"),
    [("1_000", "number", "a number"), ("nan", "number", "a number"), ("maybe", "yes/no", "yes or no")],
)
def test_what_is_no_value_of_the_type_is_told(text: str, kind: Kind, wanted: str) -> None:
    with pytest.raises(WrongValue, match=wanted):
        read_value(text, kind)


def test_only_what_both_changed_differently_clashes() -> None:
    base: Json = {"company": "A", "title": "T", "custom.n": 1, "custom.gone": "x"}
    mine: Json = {"company": "B", "title": "T", "custom.n": True}
    theirs: Json = {"company": "C", "title": "U", "custom.n": 1, "custom.gone": "y", "custom.new": "z"}
    sides = sides_of(base, mine, theirs)
    assert [(each.name, each.mine, each.theirs) for each in sides.clashes] == [
        ("company", "B", "C"),
        ("custom.gone", "– no such field", "y"),
    ]
    assert sides.decided(frozenset()) == {
        "company": "B",
        "title": "U",
        "custom.n": True,
        "custom.new": "z",
    }
    assert sides.decided(frozenset({"company", "custom.gone"})) == {
        "company": "C",
        "title": "U",
        "custom.n": True,
        "custom.new": "z",
        "custom.gone": "y",
    }
