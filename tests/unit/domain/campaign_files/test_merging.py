"""Two that moved become one; only where both changed the same thing does somebody have to choose."""

from typing import Any

from hypothesis import given

from imail_tui.domain.campaign_files.managing import managed, merge_patch, pulled, wanted
from imail_tui.domain.campaign_files.merging import merge
from tests.unit.domain.sequence.json_values import ANY_JSON, sound_sequences

HELLO: dict[str, Any] = {"id": "hello", "type": "email", "subject": "Hi", "body": "x"}
BUMP: dict[str, Any] = {"id": "bump", "type": "email", "body": "y"}
BASE: dict[str, Any] = {"name": "a", "daily_limit": 10, "steps": [HELLO, BUMP]}


def test_each_changed_something_else() -> None:
    mine = {**BASE, "name": "mine", "steps": [{**HELLO, "subject": "Mine"}, BUMP]}
    theirs = {
        **BASE,
        "daily_limit": 20,
        "steps": [{**HELLO, "body": "theirs"}, BUMP, {"id": "e", "type": "end"}],
    }
    merged = merge(BASE, mine, theirs)
    assert merged.conflicts == ()
    assert merged.campaign == {
        "name": "mine",
        "daily_limit": 20,
        "steps": [{**HELLO, "subject": "Mine", "body": "theirs"}, BUMP, {"id": "e", "type": "end"}],
    }


def test_both_changed_one_field() -> None:
    mine = {**BASE, "steps": [{**HELLO, "subject": "Mine"}, BUMP]}
    theirs = {**BASE, "steps": [{**HELLO, "subject": "Theirs"}, BUMP]}
    merged = merge(BASE, mine, theirs)
    assert [(each.place, each.base, each.mine, each.theirs) for each in merged.conflicts] == [
        ("steps.hello.subject", "Hi", "Mine", "Theirs")
    ]
    assert merged.campaign == mine
    decided = merge(BASE, mine, theirs, ["steps.hello.subject"])
    assert decided.campaign == theirs
    assert decided.conflicts == ()


def test_one_took_out_what_the_other_changed() -> None:
    theirs = {**BASE, "steps": [HELLO, {**BUMP, "body": "new"}]}
    merged = merge(BASE, {**BASE, "steps": [HELLO]}, theirs)
    assert [each.place for each in merged.conflicts] == ["steps.bump"]
    assert merge(BASE, {**BASE, "steps": [HELLO]}, theirs, ["steps.bump"]).campaign == theirs
    assert merge(BASE, BASE, {**BASE, "steps": [HELLO]}).campaign == {**BASE, "steps": [HELLO]}


@given(ANY_JSON, ANY_JSON)
def test_who_did_nothing_takes_what_the_other_did(base: object, other: object) -> None:
    was, now = {"a": base}, {"a": other}
    assert merge(was, now, was).campaign == now
    assert merge(was, was, now).campaign == now
    assert merge(was, now, now).conflicts == ()


@given(sound_sequences(), sound_sequences(), sound_sequences())
def test_it_is_always_one_campaign(base: list[Any], mine: list[Any], theirs: list[Any]) -> None:
    merged = merge({"steps": base}, {"steps": mine}, {"steps": theirs})
    places = {each.place for each in merged.conflicts}
    assert merge({"steps": base}, {"steps": mine}, {"steps": theirs}, places).conflicts == ()
    steps = merged.campaign["steps"]
    assert isinstance(steps, list)
    ids = [step["id"] for step in steps]
    assert len(ids) == len(set(ids))


@given(ANY_JSON, ANY_JSON)
def test_a_merge_patch_makes_one_of_the_other(old: object, new: object) -> None:
    before, after = {"a": old, "b": 1}, {"a": new, "c": 2}
    assert _without_nulls(_patched(before, merge_patch(before, after))) == _without_nulls(after)
    assert merge_patch(before, before) == {}


def test_a_file_manages_what_it_names() -> None:
    file: dict[str, Any] = {
        "name": "b",
        "send_window": {"start": "09:00"},
        "daily_limit": None,
        "lint": {"ignore": []},
    }
    server = {
        "name": "a",
        "send_window": {"start": "08:00", "end": "17:00"},
        "daily_limit": 5,
        "track_opens": True,
    }
    assert managed(file, server) == {"name": "a", "send_window": {"start": "08:00"}, "daily_limit": 5}
    assert wanted(file) == {"name": "b", "send_window": {"start": "09:00"}}
    assert merge_patch(managed(file, server), wanted(file)) == {
        "daily_limit": None,
        "name": "b",
        "send_window": {"start": "09:00"},
    }
    assert pulled(file, server) == {
        "name": "a",
        "send_window": {"start": "08:00"},
        "daily_limit": 5,
        "lint": {"ignore": []},
    }


def _patched(target: object, patch: object) -> object:
    """RFC 7396, section 2."""
    if not isinstance(patch, dict):
        return patch
    made = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            made.pop(key, None)
        else:
            made[key] = _patched(made.get(key), value)
    return made


def _without_nulls(value: object) -> object:
    """A merge patch cannot set a null inside an object."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return value
