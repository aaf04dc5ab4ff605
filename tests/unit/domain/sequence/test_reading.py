"""Every rule of the contract, each broken on its own and found at its place."""

import copy
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.sequence.atoms import FieldAtom, MailAtom, RandomAtom, UnknownAtom, When
from imail_tui.domain.sequence.sequence import InvalidSequence, load, read_steps
from imail_tui.domain.sequence.steps import Branch, Condition, Email, End, Unknown, Variant, Wait
from tests.unit.domain.sequence.histories import email, fork
from tests.unit.domain.sequence.json_values import ANY_JSON, KEYS, SCALARS, Json, sound_sequences

SOUND: list[Json] = [
    {
        "id": "hello",
        "type": "email",
        "subject": "Hi",
        "body": "Hello",
        "weight": 60,
        "variants": [
            {"id": "b", "weight": 40, "body": "Hey"},
            {"id": "c", "weight": 70, "active": False},
        ],
    },
    {"id": "pause", "type": "wait", "delay": {"value": 3, "unit": "days"}, "business_days": True},
    {
        "id": "fork",
        "type": "condition",
        "branches": [
            {
                "when": {"signal": "opened", "of_step": "hello", "within_days": 3, "negate": True},
                "next": "bump",
            },
            {
                "label": "warm",
                "when": {
                    "any": [
                        {"signal": "classified", "label": "interested"},
                        {"signal": "random", "percent": 5},
                    ]
                },
                "next": None,
            },
            {
                "when": {"all": [{"signal": "field", "field": "custom.plan", "op": "in", "value": ["a"]}]},
                "next": "bump",
            },
        ],
        "else": "stop",
    },
    {"id": "bump", "type": "email", "body": "Still there?"},
    {"id": "stop", "type": "end"},
]


def test_every_kind_of_entry_is_read() -> None:
    steps, violations = read_steps(SOUND)
    assert violations == []
    variants = (Variant("b", 40, "", "Hey", True), Variant("c", 70, "", "", False))
    assert steps == (
        Email("hello", "Hi", "Hello", 60, variants, None, True),
        Wait("pause", timedelta(days=3), 3, None, True),
        Condition(
            "fork",
            (
                Branch(When(None, (MailAtom("opened", "hello", 3, None, True),)), "bump"),
                Branch(
                    When("any", (MailAtom("classified", label="interested"), RandomAtom(5))), None, "warm"
                ),
                Branch(When("all", (FieldAtom("custom.plan", "in", ["a"]),)), "bump"),
            ),
            "stop",
        ),
        Email("bump", "", "Still there?", None, (), None, True),
        End("stop"),
    )


def test_absent_next_goes_on_and_null_ends() -> None:
    goes_on = load([{"id": "a", "type": "email", "subject": "x", "body": "y"}, {"id": "b", "type": "end"}])
    assert goes_on.following == {"a": "b"}
    ends = load([{"id": "a", "type": "email", "subject": "x", "body": "y", "next": None}])
    assert ends.following == {"a": None}
    assert load(SOUND).following == {"hello": "pause", "pause": "fork", "bump": "stop"}


def _set(path: str, value: object) -> Callable[[list[Json]], None]:
    """A change of the sound steps at a path such as `0.delay.unit`."""

    def change(steps: list[Json]) -> None:
        holder, key = _holder(steps, path)
        holder[key] = value

    return change


def _drop(path: str) -> Callable[[list[Json]], None]:
    def change(steps: list[Json]) -> None:
        holder, key = _holder(steps, path)
        del holder[key]

    return change


def _holder(steps: list[Json], path: str) -> tuple[Json, str]:
    *parts, last = path.split(".")
    node: object = steps
    for part in parts:
        if isinstance(node, list):
            node = node[int(part)]
        else:
            assert isinstance(node, dict)
            node = node[part]
    assert isinstance(node, dict)
    return node, last


WHEN = "steps[2].branches[0].when"
_CONSEQUENCES = ("target", "unreachable", "weights", "earlier_email", "subject")


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        (_set("0.id", "Hello!"), "pattern", "steps[0].id"),
        (_set("0.id", "x" * 41), "pattern", "steps[0].id"),
        (_set("0.id", "hello\n"), "pattern", "steps[0].id"),
        (_drop("4.id"), "required", "steps[4].id"),
        (_set("3.id", "pause"), "repeated", "steps[3].id"),
        (_drop("4.type"), "required", "steps[4].type"),
        (_set("1.next", "nowhere"), "target", "steps[1].next"),
        (_set("1.next", 5), "type", "steps[1].next"),
        (_set("2.else", "nowhere"), "target", "steps[2].else"),
        (_drop("2.else"), "required", "steps[2].else"),
        (_drop("2.branches"), "required", "steps[2].branches"),
        (_set("2.branches", []), "required", "steps[2].branches"),
        (_set("2.branches.0.next", "nowhere"), "target", "steps[2].branches[0].next"),
        (_drop("2.branches.0.next"), "required", "steps[2].branches[0].next"),
        (_set("2.branches.1.label", 7), "type", "steps[2].branches[1].label"),
        (_set("3.next", "pause"), "cycle", "steps[3].next"),
        (_set("2.else", "hello"), "cycle", "steps[2].else"),
        (_set("0.subject", "  "), "subject", "steps[0].subject"),
        (_set("0.subject", 5), "type", "steps[0].subject"),
        (_drop("3.body"), "required", "steps[3].body"),
        (_set("0.weight", 61), "weights", "steps[0].weight"),
        (_set("0.weight", 101), "range", "steps[0].weight"),
        (_set("0.weight", "60"), "type", "steps[0].weight"),
        (_set("0.variants.1.active", True), "weights", "steps[0].weight"),
        (_set("0.variants.0.active", None), "type", "steps[0].variants[0].active"),
        (_drop("0.variants.1.weight"), "type", "steps[0].variants[1].weight"),
        (_set("0.variants.1.id", "b"), "repeated", "steps[0].variants[1].id"),
        (_set("0.variants", [{"id": f"v{n}", "weight": 0} for n in range(6)]), "count", "steps[0].variants"),
        (_set("0.variants", {}), "type", "steps[0].variants"),
        (_drop("1.delay"), "required", "steps[1].delay"),
        (_set("1.delay.value", 0), "range", "steps[1].delay.value"),
        (_set("1.delay.value", 10_001), "range", "steps[1].delay.value"),
        (_set("1.delay.value", 1.5), "type", "steps[1].delay.value"),
        (_set("1.delay.value", True), "type", "steps[1].delay.value"),
        (_set("1.delay.unit", "weeks"), "choice", "steps[1].delay.unit"),
        (_set("1.delay.unit", "hours"), "choice", "steps[1].business_days"),
        (_set("1.business_days", "yes"), "type", "steps[1].business_days"),
        (_set("2.branches.0.when", None), "type", WHEN),
        (_set("2.branches.0.when", {}), "required", WHEN),
        (_set("2.branches.0.when.all", []), "choice", WHEN),
        (_set("2.branches.0.when.signal", 3), "required", f"{WHEN}.signal"),
        (_set("2.branches.0.when.of_step", "bump"), "earlier_email", f"{WHEN}.of_step"),
        (_set("2.branches.0.when.of_step", "pause"), "earlier_email", f"{WHEN}.of_step"),
        (_set("2.branches.0.when.within_days", 0), "range", f"{WHEN}.within_days"),
        (_set("2.branches.0.when.within_days", 61), "range", f"{WHEN}.within_days"),
        (_set("2.branches.0.when.within_days", "3"), "type", f"{WHEN}.within_days"),
        (_set("2.branches.0.when.negate", 1), "type", f"{WHEN}.negate"),
        (_set("2.branches.1.when.any", []), "type", "steps[2].branches[1].when.any"),
        (_set("2.branches.1.when.any.1.percent", 0), "range", "steps[2].branches[1].when.any[1].percent"),
        (_set("2.branches.1.when.any.1.percent", 100), "range", "steps[2].branches[1].when.any[1].percent"),
        (_set("2.branches.1.when.any.0.label", 3), "type", "steps[2].branches[1].when.any[0].label"),
        (
            _set("2.branches.1.when.any.0.of_step", "bump"),
            "earlier_email",
            "steps[2].branches[1].when.any[0].of_step",
        ),
        (_set("2.branches.2.when.all.0.op", "like"), "choice", "steps[2].branches[2].when.all[0].op"),
        (_set("2.branches.2.when.all.0.value", "a"), "type", "steps[2].branches[2].when.all[0].value"),
        (_set("2.branches.2.when.all.0.field", ""), "pattern", "steps[2].branches[2].when.all[0].field"),
    ],
)
def test_one_broken_rule_is_the_one_violation(
    change: Callable[[list[Json]], None], code: str, place: str
) -> None:
    steps = copy.deepcopy(SOUND)
    change(steps)
    violations = read_steps(steps)[1]
    found = [(item.code, item.place) for item in violations]
    assert (code, place) in found
    # An entry that cannot be read may break the rules of the whole list as well.
    assert {other for other, _ in found} <= {code, *_CONSEQUENCES}
    with pytest.raises(InvalidSequence) as raised:
        load(steps)
    assert raised.value.violations == violations


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (None, "type"),
        ({}, "type"),
        ("x", "type"),
        ([], "count"),
        ([{"id": f"e{n}", "type": "end"} for n in range(21)], "count"),
    ],
)
def test_the_list_as_a_whole(raw: object, code: str) -> None:
    first = read_steps(raw)[1][0]
    assert (first.code, first.place) == (code, "steps")


OPENED: Json = {"signal": "opened"}


@pytest.mark.parametrize(
    ("steps", "places"),
    [
        ([email("a"), email("b", subject="")], []),
        ([email("a"), email("a")], ["steps[1].id"]),
        ([email("a", next="b")], ["steps[0].next"]),
        ([email("a", next=None), email("b")], ["steps[1]"]),
        ([email("a"), email("b", next="a")], ["steps[1].next"]),
        ([email("a", next="a")], ["steps[0].next"]),
        ([fork("f", (OPENED, "a"), otherwise="b"), email("a", next=None), email("b", next="a")], []),
        ([fork("f", (OPENED, "a"), otherwise="x"), email("a")], ["steps[0].else"]),
        ([fork("f", (OPENED, "a")), email("a", next="f")], ["steps[1].next"]),
        ([email("a", weight=60)], ["steps[0].weight"]),
        ([email("a", variants=[{"id": "v", "weight": 40}])], []),
        ([email("a", variants=[{"id": f"v{number}", "weight": 20} for number in range(5)])], []),
        ([email("a", variants=[{"id": "v", "weight": 60}, {"id": "w", "weight": 60}])], ["steps[0].weight"]),
        # The subject is wanted of the first email only, on whichever path a lead comes.
        ([fork("f", (OPENED, "a"), otherwise="b"), email("a"), email("b", subject="")], ["steps[2].subject"]),
        ([email("z"), fork("f", (OPENED, "a"), otherwise="b"), email("a"), email("b", subject="")], []),
    ],
)
def test_graphs(steps: list[Json], places: list[str]) -> None:
    assert [item.place for item in read_steps(steps)[1]] == places


def test_twenty_entries_are_allowed() -> None:
    assert read_steps([email(f"e{number}") for number in range(20)])[1] == []


def test_everything_wrong_is_found_at_once() -> None:
    steps = copy.deepcopy(SOUND)
    for change in (_drop("2.else"), _set("1.delay.value", 0), _set("0.weight", 3), _set("3.next", "pause")):
        change(steps)
    found = {(item.code, item.place) for item in read_steps(steps)[1]}
    assert found == {
        ("required", "steps[2].else"),
        ("range", "steps[1].delay.value"),
        ("weights", "steps[0].weight"),
        ("cycle", "steps[3].next"),
        ("unreachable", "steps[4]"),
    }


def test_unknown_kinds_are_carried() -> None:
    call = {"id": "call", "type": "phone_call", "script": {"on_answer": "stop"}, "next": "fork"}
    fork = {
        "id": "fork",
        "type": "condition",
        "branches": [{"when": {"signal": "mood", "is": "good"}, "next": None}],
        "else": None,
    }
    hello = {"id": "hello", "type": "email", "subject": "a", "body": "b"}
    steps, violations = read_steps([hello, call, fork, {"id": "stop", "type": "end"}])
    # What an unknown kind names it may lead to: `stop` counts as reachable.
    assert violations == []
    assert steps[1] == Unknown("call", "phone_call", call, "fork", False)
    assert isinstance(steps[2], Condition)
    assert steps[2].branches[0].when.atoms == (UnknownAtom({"signal": "mood", "is": "good"}),)


@given(ANY_JSON)
def test_no_json_is_too_odd(raw: object) -> None:
    read_steps(raw)
    read_steps([raw])


@given(sound_sequences())
def test_sound_sequences_break_nothing(steps: list[Json]) -> None:
    assert read_steps(steps)[1] == []
    sequence = load(steps)
    assert list(sequence.steps) == [step["id"] for step in steps]
    assert sequence.entry == steps[0]["id"]


def _nodes(value: object) -> list[Json]:
    if isinstance(value, dict):
        return [value, *(node for item in value.values() for node in _nodes(item))]
    return [node for item in value for node in _nodes(item)] if isinstance(value, list) else []


@given(sound_sequences(), st.data())
def test_sound_sequences_with_one_odd_value_never_raise(steps: list[Json], data: st.DataObject) -> None:
    changed = copy.deepcopy(steps)
    node = data.draw(st.sampled_from(_nodes(changed)))
    node[data.draw(KEYS | st.sampled_from(sorted(node)))] = data.draw(SCALARS | ANY_JSON)
    violations = read_steps(changed)[1]
    if not violations:
        load(changed)
    assert all(item.place.startswith("steps") and item.message for item in violations)


@given(sound_sequences(max_size=8), st.data())
def test_any_way_back_is_a_cycle(steps: list[Json], data: st.DataObject) -> None:
    ways = [number for number, step in enumerate(steps) if step["type"] in ("email", "wait", "condition")]
    number = data.draw(st.sampled_from(ways))
    step = steps[number]
    step["else" if step["type"] == "condition" else "next"] = data.draw(
        st.sampled_from([str(earlier["id"]) for earlier in steps[: number + 1]])
    )
    # Which way of the circle is the one back depends on where the circle is entered.
    assert "cycle" in [item.code for item in read_steps(steps)[1]]


@given(sound_sequences(max_size=8), st.data())
def test_a_step_nothing_leads_to_is_unreachable(steps: list[Json], data: st.DataObject) -> None:
    position = data.draw(st.integers(1, len(steps)))
    # The entry before the lonely one must not fall through to it.
    before = steps[position - 1]
    if before["type"] in ("email", "wait") and "next" not in before:
        before["next"] = str(steps[position]["id"]) if position < len(steps) else None
    steps.insert(position, {"id": "lonely", "type": "end"})
    assert [(item.code, item.place) for item in read_steps(steps)[1]] == [
        ("unreachable", f"steps[{position}]")
    ]
