"""What is written is what is read; comments and what stays survive."""

import copy
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.campaign_files.fields import content, for_server, ordered
from imail_tui.domain.campaign_files.reading import Unreadable, read_campaign
from imail_tui.domain.campaign_files.writing import new_file, updated_file
from tests.unit.domain.sequence.json_values import ANY_JSON, sound_sequences

FILE = """\
# shown to everybody
name: Guide  # in lists
inbox_ids: [inb_1]
steps:
  # who we are
  - id: hello
    type: email
    subject: 'Hi'
    body: |
      Hello {{first_name}},

      bye
  - {id: pause, type: wait, delay: {value: 3, unit: days}}   # three
  - id: bump
    type: email
    body: "x: y"
# that was all
"""
FINITE = ANY_JSON.filter(lambda value: not re.search("NaN|Infinity", json.dumps(value)))
CAMPAIGNS = st.dictionaries(st.text(max_size=8), FINITE, max_size=5)


def read(text: str) -> dict[str, object]:
    return read_campaign(text.encode()).campaign


@pytest.fixture
def campaign() -> dict[str, Any]:
    return dict(read(FILE))


@given(CAMPAIGNS)
def test_any_campaign_is_read_as_it_was_written(campaign: dict[str, object]) -> None:
    assert json.dumps(read(new_file(campaign))) == json.dumps(campaign)


@given(CAMPAIGNS, CAMPAIGNS)
def test_any_campaign_becomes_any_other(before: dict[str, object], after: dict[str, object]) -> None:
    assert read(updated_file(new_file(before), after)) == after


@given(sound_sequences(), sound_sequences())
def test_a_sequence_becomes_another(before: list[Any], after: list[Any]) -> None:
    text = new_file({"name": "a", "steps": before})
    assert read(updated_file(text, {"name": "b", "steps": after})) == {"name": "b", "steps": after}
    assert updated_file(text, {"name": "a", "steps": before}) == text


def test_one_change_changes_one_line(campaign: dict[str, Any]) -> None:
    campaign["name"] = "Guide to freight"
    assert updated_file(FILE, campaign) == FILE.replace("name: Guide  #", "name: Guide to freight #")


def test_text_of_several_lines_is_a_block(campaign: dict[str, Any]) -> None:
    campaign["steps"][2]["body"] = "one\n\ntwo\n"
    assert "    body: |\n      one\n\n      two\n" in updated_file(FILE, campaign)


def test_a_new_field_goes_where_the_campaign_has_it(campaign: dict[str, Any]) -> None:
    campaign["daily_limit"] = 40
    assert "inbox_ids: [inb_1]\ndaily_limit: 40\nsteps:" in updated_file(FILE, ordered(campaign))


def test_comments_stay_when_steps_change_places(campaign: dict[str, Any]) -> None:
    steps = campaign["steps"]
    campaign["steps"] = [steps[0], {"id": "new", "type": "end"}, steps[2], steps[1]]
    written = updated_file(FILE, campaign)
    assert read(written) == campaign
    for comment in ("# shown to everybody", "# in lists", "# who we are", "# three"):
        assert comment in written


def test_what_older_readers_take_for_something_else_is_quoted() -> None:
    assert new_file({"start": "09:00", "on": "no", "n": "12"}) == 'start: "09:00"\non: "no"\nn: \'12\'\n'
    assert new_file({"next": None}) == "next: null\n"


def test_a_file_that_is_none_is_refused() -> None:
    with pytest.raises(Unreadable):
        updated_file("a: &x 1", {})


def test_a_file_holds_what_a_person_decides(campaign: dict[str, Any]) -> None:
    served = {**copy.deepcopy(campaign), "status": "draft", "sent_today": 3, "id": "cmp_1", "tags": ["q4"]}
    kept = content(served)
    assert kept == {**campaign, "tags": ["q4"]}
    assert list(kept) == ["name", "inbox_ids", "steps", "tags"]
    assert "steps: \n" not in new_file(kept)
    assert for_server({**kept, "lint": {"ignore": []}, "id": "cmp_1"}) == kept


def test_the_order_of_a_condition_is_that_of_its_sentence() -> None:
    step = {
        "else": None,
        "branches": [{"next": "a", "when": {"negate": True, "signal": "opened"}, "label": "x"}],
        "type": "condition",
        "x": 1,
        "id": "c",
    }
    assert repr(ordered({"steps": [step]})["steps"]) == repr(
        [
            {
                "id": "c",
                "type": "condition",
                "branches": [{"label": "x", "when": {"signal": "opened", "negate": True}, "next": "a"}],
                "x": 1,
                "else": None,
            }
        ]
    )
