from typing import Any

from imail_tui.sandbox.steps import structure

Steps = list[dict[str, Any]]


def _email(id_: str, **fields: object) -> dict[str, Any]:
    return {"id": id_, "type": "email", "subject": "Hi", "body": "…", **fields}


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
