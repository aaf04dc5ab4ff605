from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.sandbox.steps import step_faults, structure
from imail_tui.sandbox.variables import copy_fault

Steps = list[dict[str, Any]]


def _email(id_: str, **fields: object) -> dict[str, Any]:
    return {"id": id_, "type": "email", "subject": "Hi", "body": "…", **fields}


def _fork(id_: str, *targets: str | None, otherwise: str | None = None, **atom: object) -> dict[str, Any]:
    when = {"signal": "opened", **atom}
    branches = [{"when": when, "next": target} for target in targets]
    return {"id": id_, "type": "condition", "branches": branches, "else": otherwise}


def _fields(steps: Steps) -> list[str]:
    return [fault.field for fault in step_faults(steps)]


@pytest.mark.parametrize(
    ("steps", "fields"),
    [
        ([_email("a"), _email("b", subject=""), {"id": "z", "type": "end"}], []),
        ([_email("a"), _email("a")], ["steps[1].id"]),
        ([_email("a", next="b")], ["steps[0].next"]),
        ([_email("a", next=None), _email("b")], ["steps[1]"]),
        ([_email("a"), _email("b", next="a")], ["steps[1].next"]),
        ([_email("a", next="a")], ["steps[0].next"]),
        ([_fork("f", "a", otherwise="b"), _email("a", next=None), _email("b", next="a")], []),
        ([_fork("f", "a", otherwise="x"), _email("a")], ["steps[0].else"]),
        ([_fork("f", "a", otherwise=None), _email("a", next="f")], ["steps[1].next"]),
        ([_email("a", weight=60)], ["steps[0].weight"]),
        ([_email("a", weight=60, variants=[{"id": "v", "weight": 40}])], []),
        (
            [_email("a", weight=60, variants=[{"id": "v", "weight": 40, "active": False}])],
            ["steps[0].weight"],
        ),
        (
            [_email("a", weight=0, variants=[{"id": "v", "weight": 50}, {"id": "v", "weight": 50}])],
            ["steps[0].variants[1].id"],
        ),
        ([_email("a", subject=" ")], ["steps[0].subject"]),
        (
            [_fork("f", "a", otherwise="b"), _email("a", next="b"), _email("b", subject="")],
            ["steps[2].subject"],
        ),
        ([_email("a"), _fork("f", None, of_step="a")], []),
        ([_email("a"), _fork("f", "b", of_step="b"), _email("b")], ["steps[1].branches[0].when.of_step"]),
    ],
)
def test_broken_rules_are_told_at_their_path(steps: Steps, fields: list[str]) -> None:
    assert _fields(steps) == fields


@given(st.data())
def test_a_graph_whose_ways_all_lead_forward_is_never_called_a_cycle(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 8))
    steps: Steps = []
    for number in range(count):
        later = [f"s{other}" for other in range(number + 1, count)]
        target = st.sampled_from([None, *later])
        forks = data.draw(st.lists(target, min_size=1, max_size=3))
        steps.append(_fork(f"s{number}", *forks, otherwise=data.draw(target)))
    assert not [fault for fault in step_faults(steps) if "back" in fault.message]


@given(st.integers(1, 8), st.data())
def test_a_way_back_is_always_found(count: int, data: st.DataObject) -> None:
    steps: Steps = [_email(f"s{number}") for number in range(count)]
    steps[-1]["next"] = f"s{data.draw(st.integers(0, count - 1))}"
    assert _fields(steps) == [f"steps[{count - 1}].next"]


def test_structure_is_what_may_not_change_while_a_campaign_runs() -> None:
    wait = {"id": "w", "type": "wait", "delay": {"value": 1, "unit": "days"}}
    before: Steps = [_email("a"), wait, _email("b")]
    after: Steps = [
        _email("a", subject="New", body="New", weight=100, variants=[]),
        {**wait, "delay": {"value": 9, "unit": "hours"}, "business_days": True, "next": "b"},
        _email("b", next=None),
    ]
    assert structure(before) == structure(after)
    assert structure(before) != structure([*before[:2], _email("b", weight=50)])
    assert structure(before) != structure([_email("a", next="b"), *before[1:]])
    assert structure(before) != structure(before[:2])


@pytest.mark.parametrize(
    ("copy", "part"),
    [
        ("Hi {{first_name}}, {{ company | your company }} {{custom.plan|x}} {{spin|a|b}}", None),
        ("{ not } a variable", None),
        ("{{nickname}}", "nickname"),
        ("{{first_name", "without"),
        ("first_name}}", "without"),
        ("{{spin|one}}", "fewer than two"),
        ("{{custom.}}", "custom."),
        ("{{}}", "unknown"),
    ],
)
def test_variables_in_copy(copy: str, part: str | None) -> None:
    fault = copy_fault(copy, ("first_name", "company"))
    assert fault is None if part is None else part in (fault or "")
