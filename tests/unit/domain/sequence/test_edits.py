"""Edits of raw steps: sound stays sound, unknown fields stay, and what followed still follows."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.sequence.edits import (
    Refused,
    delete,
    duplicate,
    fresh_id,
    insert,
    move,
    replace_step,
    retarget,
)
from imail_tui.domain.sequence.history import History
from imail_tui.domain.sequence.sequence import read_steps
from imail_tui.domain.sequence.ways import RawStep, Way, id_of, put_back, ways_out, written_out
from tests.oracle.graphs import random_steps

HELLO: RawStep = {"id": "hello", "type": "email", "subject": "Hi", "body": "Hello", "x_new": [1]}
PAUSE: RawStep = {"id": "pause", "type": "wait", "delay": {"value": 2, "unit": "days"}}
FORK: RawStep = {
    "id": "fork",
    "type": "condition",
    "branches": [{"when": {"signal": "opened", "of_step": "hello"}, "next": "side"}],
    "else": "last",
}
SIDE: RawStep = {"id": "side", "type": "email", "subject": "", "body": "Seen?", "next": None}
LAST: RawStep = {"id": "last", "type": "email", "subject": "", "body": "Bye"}
STEPS = [HELLO, PAUSE, FORK, SIDE, LAST]
NEW_CONDITION: RawStep = {
    "type": "condition",
    "branches": [{"when": {"signal": "random", "percent": 50}, "next": None}],
    "else": None,
}


def ids(steps: list[RawStep]) -> list[str]:
    return [id_of(step) for step in steps]


def test_a_condition_inserted_keeps_what_follows_on_its_else() -> None:
    edited = insert(STEPS, NEW_CONDITION, Way("hello", "next"))
    assert ids(edited) == ["hello", "condition", "pause", "fork", "side", "last"]
    assert edited[1]["else"] == "pause"
    assert "next" not in edited[0]


def test_a_step_goes_before_the_first_and_onto_a_branch() -> None:
    wait: RawStep = {"type": "wait", "delay": {"value": 1, "unit": "hours"}}
    assert ids(insert(STEPS, wait, None))[:2] == ["wait", "hello"]
    on_branch = {id_of(step): step for step in insert(STEPS, wait, Way("fork", 0))}
    assert on_branch["wait"]["next"] == "side"
    assert next(iter(ways_out(on_branch["fork"]))) == (0, "wait")


def test_deleting_heals_and_takes_what_only_its_branches_led_to() -> None:
    edited = delete(STEPS, "fork")
    assert ids(edited) == ["hello", "pause", "last"]
    assert "next" not in edited[1]


def test_deleting_the_first_mail_hands_its_subject_on_and_frees_conditions_from_it() -> None:
    edited = {id_of(step): step for step in delete(STEPS, "hello")}
    assert edited["side"]["subject"] == edited["last"]["subject"] == "Hi"
    assert edited["fork"]["branches"] == [{"when": {"signal": "opened"}, "next": "side"}]
    assert not read_steps(list(edited.values()))[1]


def test_moving_a_step_joins_its_neighbours() -> None:
    moved, _ = written_out(move(STEPS, "pause", Way("fork", 0)))
    led_to = {id_of(step): dict(ways_out(step)) for step in moved}
    assert led_to["hello"] == {"next": "fork"}
    assert led_to["fork"] == {0: "pause", "else": "last"}
    assert led_to["pause"] == {"next": "side"}


@pytest.mark.parametrize(
    ("way", "target"),
    [
        pytest.param(Way("last", "next"), "hello", id="cycle"),
        pytest.param(Way("fork", "else"), None, id="orphan"),
        pytest.param(Way("last", "next"), "nobody", id="unknown target"),
        pytest.param(Way("last", 3), None, id="no such way"),
    ],
)
def test_a_way_that_breaks_the_graph_is_refused(way: Way, target: str | None) -> None:
    with pytest.raises(Refused):
        retarget(STEPS, way, target)


def test_an_end_has_no_copy_and_the_last_step_stays() -> None:
    with pytest.raises(Refused, match="end"):
        duplicate([{"id": "only", "type": "end"}], "only")
    with pytest.raises(Refused, match="at least one"):
        delete([HELLO], "hello")


def test_a_twenty_first_step_is_refused() -> None:
    full = [{**HELLO, "id": f"s{number}"} for number in range(20)]
    with pytest.raises(Refused, match="at most 20"):
        duplicate(full, "s3")


def test_a_new_id_is_followed_by_all_that_name_the_old_one() -> None:
    edited = replace_step(STEPS, "hello", {**HELLO, "id": "intro"})
    assert edited[2]["branches"] == [{"when": {"signal": "opened", "of_step": "intro"}, "next": "side"}]
    with pytest.raises(Refused, match="already"):
        replace_step(STEPS, "hello", {**HELLO, "id": "last"})


def test_fresh_ids_are_slugs_nobody_has() -> None:
    assert fresh_id(STEPS, "Hello") == "hello-2"
    assert fresh_id(STEPS, "Ünïcode! step") == "n-code-step"
    assert fresh_id([], "!!") == "step"


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_any_edits_of_a_sound_sequence_leave_it_sound(graph: int, choices: int) -> None:
    steps: list[RawStep] = [dict(step) for step in random_steps(Random(graph))]
    kept: dict[str, object] = {"deep": [1, None]}
    steps[0]["x_kept"] = kept
    rng = Random(choices)
    for _ in range(6):
        full, _ = written_out(steps)
        ways = [Way(id_of(step), slot) for step in full for slot, _ in ways_out(step)]
        here = rng.choice(ids(steps))
        way = rng.choice([*ways, None])
        try:
            match rng.randrange(5):
                case 0:
                    edited = insert(steps, rng.choice([HELLO, PAUSE, NEW_CONDITION]), way)
                case 1:
                    edited = duplicate(steps, here)
                case 2:
                    edited = delete(steps, here)
                case 3:
                    edited = move(steps, here, way)
                case _:
                    edited = steps if way is None else retarget(steps, way, rng.choice([here, None]))
        except Refused:
            continue
        assert read_steps(edited)[1] == []
        assert len(set(ids(edited))) == len(edited)
        assert all(step.get("x_kept", kept) == kept for step in edited)
        steps = edited


@given(st.integers(0, 10_000))
def test_writing_ways_out_and_putting_them_back_changes_nothing(graph: int) -> None:
    steps: list[RawStep] = [dict(step) for step in random_steps(Random(graph))]
    assert put_back(*written_out(steps)) == steps


def test_undo_and_redo_walk_the_same_snapshots() -> None:
    history = History(1).did(2).did(3)
    assert history.undone().undone().present == 1
    assert history.undone().redone() == history
    assert history.undone().did(9).redone().present == 9
    assert history.did(3) is history
    assert History(1).undone().present == 1
