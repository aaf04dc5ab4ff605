"""What changed is told where it stands, and what imail locks is known before it refuses."""

from typing import Any

import pytest
from hypothesis import given

from imail_tui.domain.sequence.diff import Change, differences, words_changed
from imail_tui.sandbox.steps import structure
from tests.unit.domain.sequence.json_values import ANY_JSON, sound_sequences

STEPS: list[dict[str, Any]] = [
    {"id": "a", "type": "email", "subject": "Hi", "body": "one two three"},
    {"id": "w", "type": "wait", "delay": {"value": 3, "unit": "days"}},
    {
        "id": "c",
        "type": "condition",
        "branches": [{"when": {"signal": "clicked"}, "next": "b"}],
        "else": None,
    },
    {
        "id": "b",
        "type": "email",
        "subject": "",
        "body": "x",
        "variants": [{"id": "v", "weight": 50, "body": "y"}],
    },
]


def changes(*steps: Any, **settings: Any) -> list[Change]:
    return differences(
        {"steps": STEPS, "name": "n", "inbox_ids": ["i", "j"]}, {"steps": [*steps], **settings}
    )


def one(number: int, **change: Any) -> list[Any]:
    steps = [dict(step) for step in STEPS]
    steps[number] |= change
    return changes(*steps, name="n", inbox_ids=["i", "j"])


@pytest.mark.parametrize(
    ("found", "kind", "place", "words", "structural"),
    [
        (changes(*STEPS, name="m", inbox_ids=["i", "j"]), "changed", "name", "name: n → m", False),
        (changes(*STEPS, name="n", inbox_ids=["j"]), "changed", "inbox_ids", "inbox_ids: without i", False),
        (changes(*STEPS, inbox_ids=["i", "j"]), "removed", "name", "name: was n", False),
        (
            one(1, delay={"value": 4, "unit": "days"}),
            "changed",
            "steps[1].delay",
            "delay: 3 days → 4 days",
            False,
        ),
        (one(2, **{"else": "b"}), "changed", "steps[2].else", "else leads to b, not the end", True),
        (one(0, next="c"), "changed", "steps[0].next", "next leads to c, not w", True),
        (
            one(2, branches=[{"when": {"signal": "replied"}, "next": "b"}]),
            "changed",
            "steps[2].branches[0].when",
            "branch 1 asks: clicked → replied",
            True,
        ),
        (one(3, variants=[]), "removed", "steps[3].variants", "variant v removed", True),
        (one(0, type="note"), "changed", "steps[0].type", "email becomes note", True),
    ],
)
def test_a_change_is_told(found: list[Change], kind: str, place: str, words: str, structural: bool) -> None:
    assert [(each.kind, each.place, each.what, each.structural) for each in found] == [
        (kind, place, words, structural)
    ]


def test_nothing_changed() -> None:
    assert changes(*STEPS, name="n", inbox_ids=["i", "j"]) == []
    # A written-out target is the same as an absent one that means it.
    assert one(0, next="w") == []


def test_steps_come_and_go() -> None:
    end = {"id": "z", "type": "end"}
    found = changes(*STEPS[:3], end, name="n", inbox_ids=["i", "j"])
    assert [(each.kind, each.step_id) for each in found] == [("added", "z"), ("removed", "b")]


def test_copy_is_compared_word_by_word() -> None:
    (change,) = one(0, body="one 2 three four")
    assert change.pieces == (
        ("same", "one"),
        ("gone", " two"),
        ("new", " 2"),
        ("same", " three"),
        ("new", " four"),
    )
    (change,) = one(3, variants=[{"id": "v", "weight": 50, "body": "z"}])
    assert (change.what, change.pieces) == ("variant v body", (("gone", "y"), ("new", "z")))


@given(ANY_JSON, ANY_JSON)
def test_words_of_any_texts_add_up(before: object, after: object) -> None:
    old, new = str(before), str(after)
    pieces = words_changed(old, new)
    assert "".join(text for kind, text in pieces if kind != "new") == old
    assert "".join(text for kind, text in pieces if kind != "gone") == new


@given(ANY_JSON, ANY_JSON)
def test_it_never_raises(before: object, after: object) -> None:
    differences({"steps": before, "a": before}, {"steps": after, "a": after})
    differences({"steps": [before]}, {"steps": [after, before]})


@given(sound_sequences(), sound_sequences())
def test_what_the_server_locks_is_marked(before: list[Any], after: list[Any]) -> None:
    found = differences({"steps": before}, {"steps": after})
    if structure(before) != structure(after):
        assert any(change.structural for change in found)
    if before != after and not found:
        assert structure(before) == structure(after)
