"""Campaigns: what can be stored, launched and changed while it runs."""

from typing import Any

import httpx
import pytest

from tests.unit.sandbox.server.wire import fault, good

STEPS: list[dict[str, Any]] = [
    {"id": "hello", "type": "email", "subject": "Hi {{first_name|there}}", "body": "{{spin|Hi|Ho}}"},
    {"id": "pause", "type": "wait", "delay": {"value": 2, "unit": "days"}, "next": "fork"},
    {
        "id": "fork",
        "type": "condition",
        "branches": [{"when": {"any": [{"signal": "opened"}, {"signal": "clicked"}]}, "next": "more"}],
        "else": None,
    },
    {"id": "more", "type": "email", "body": "More {{custom.plan}}", "next": None},
]


def _body(api: httpx.Client, **fields: object) -> dict[str, Any]:
    inbox = good(api.get("/inboxes?status=connected&limit=1"))["data"][0]["id"]
    return {"name": "New", "inbox_ids": [inbox], "steps": STEPS, **fields}


def _create(api: httpx.Client, **fields: object) -> dict[str, Any]:
    campaign: dict[str, Any] = good(api.post("/campaigns", json=_body(api, **fields)), 201)
    return campaign


def _launched(api: httpx.Client) -> dict[str, Any]:
    campaign = _create(api)
    lead = good(api.get("/leads?limit=1&sort=created_at"))["data"][0]["id"]
    good(api.post(f"/campaigns/{campaign['id']}/leads", json={"lead_ids": [lead]}))
    return dict(good(api.patch(f"/campaigns/{campaign['id']}", json={"status": "active"})))


def test_a_new_campaign_is_a_draft_with_the_documented_defaults(api: httpx.Client) -> None:
    campaign = _create(api)
    assert campaign["status"] == "draft"
    assert campaign["daily_limit"] == 5_000
    assert campaign["send_window"] == {
        "timezone": "lead",
        "days": ["mon", "tue", "wed", "thu", "fri"],
        "start": "09:00",
        "end": "17:00",
    }
    assert [campaign[flag] for flag in ("track_opens", "track_clicks", "stop_on_reply")] == [True] * 3
    assert campaign["steps"] == STEPS
    row = next(row for row in good(api.get("/campaigns"))["data"] if row["id"] == campaign["id"])
    assert row["step_count"] == 4
    assert "steps" not in row
    assert "step_count" not in campaign


def test_an_absent_next_stays_absent_and_a_null_one_null(api: httpx.Client) -> None:
    steps = good(api.get(f"/campaigns/{_create(api)['id']}"))["steps"]
    assert "next" not in steps[0]
    assert steps[3]["next"] is None


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("name",), "x" * 121, "name"),
        (("name",), "  ", "name"),
        (("daily_limit",), 5_001, "daily_limit"),
        (("daily_limit",), 0, "daily_limit"),
        (("inbox_ids",), ["inb_none"], "inbox_ids[0]"),
        (("inbox_ids",), [], "inbox_ids"),
        (("send_window",), {"start": "18:00"}, "send_window.end"),
        (("send_window",), {"timezone": "Nowhere/Land"}, "send_window.timezone"),
        (("steps",), [], "steps"),
        (("steps", 0, "id"), "Not A Slug", "steps[0].id"),
        (("steps", 1, "id"), "hello", "steps[1].id"),
        (("steps", 0, "type"), "carrier_pigeon", "steps[0].type"),
        (("steps", 1, "delay", "unit"), "weeks", "steps[1].delay.unit"),
        (("steps", 1, "next"), "nowhere", "steps[1].next"),
        (("steps", 2, "branches", 0, "next"), "nowhere", "steps[2].branches[0].next"),
        (("steps", 2, "branches", 0, "next"), "hello", "steps[2].branches[0].next"),
        (("steps", 2, "branches", 0, "when"), {"signal": "moon"}, "steps[2].branches[0].when"),
        (("steps", 2, "branches", 0, "when"), {"any": []}, "steps[2].branches[0].when.any"),
        (
            ("steps", 2, "branches", 0, "when"),
            {"all": [{"signal": "opened", "within_days": 61}]},
            "steps[2].branches[0].when.all[0].within_days",
        ),
        (
            ("steps", 2, "branches", 0, "when"),
            {"signal": "field", "field": "title"},
            "steps[2].branches[0].when.op",
        ),
        (("steps", 2, "else"), 7, "steps[2].else"),
        (("steps", 0, "weight"), 90, "steps[0].weight"),
    ],
)
def test_faults_are_told_at_their_field(
    api: httpx.Client, path: tuple[str | int, ...], value: object, field: str
) -> None:
    body = httpx.Response(200, json=_body(api)).json()
    target = body
    for part in path[:-1]:
        target = target[part]
    target[path[-1]] = value
    assert fault(api.post("/campaigns", json=body), 400)["field"] == field


def test_a_condition_needs_its_else(api: httpx.Client) -> None:
    steps = [dict(step) for step in STEPS]
    del steps[2]["else"]
    assert fault(api.post("/campaigns", json=_body(api, steps=steps)), 400)["field"] == "steps[2].else"


def test_the_limit_is_told_as_imail_documents_it(api: httpx.Client) -> None:
    error = fault(api.post("/campaigns", json=_body(api, daily_limit=5_001)), 400)
    assert error["code"] == "invalid_field"
    assert error["message"] == "daily_limit must be between 1 and 5000 on Surge tier"


def test_a_launch_needs_leads_a_connected_inbox_and_known_variables(api: httpx.Client) -> None:
    launch = {"status": "active"}
    empty = _create(api)
    assert fault(api.patch(f"/campaigns/{empty['id']}", json=launch), 400)["field"] == "lead_counts"
    lost = good(api.get("/inboxes?status=disconnected"))["data"][0]["id"]
    silent = _create(api, inbox_ids=[lost])
    assert fault(api.patch(f"/campaigns/{silent['id']}", json=launch), 400)["field"] == "inbox_ids"
    odd = _create(api, steps=[{"id": "a", "type": "email", "subject": "Hi", "body": "{{nickname}}"}])
    error = fault(api.patch(f"/campaigns/{odd['id']}", json=launch), 400)
    assert error["field"] == "steps[0].body"
    assert "nickname" in error["message"]
    assert good(api.get(f"/campaigns/{odd['id']}"))["status"] == "draft"


def test_an_active_campaign_keeps_its_structure_but_not_its_wording(api: httpx.Client) -> None:
    campaign = _launched(api)
    path = f"/campaigns/{campaign['id']}"
    reworded = [dict(step) for step in campaign["steps"]]
    reworded[0]["subject"], reworded[1]["delay"] = "Good day", {"value": 5, "unit": "hours"}
    assert good(api.patch(path, json={"steps": reworded}))["steps"] == reworded
    spelled_out = [dict(reworded[0], next="pause"), *reworded[1:]]
    assert api.patch(path, json={"steps": spelled_out}).status_code == 200
    for changed in (
        [*reworded, {"id": "end", "type": "end"}],
        [reworded[0], reworded[1], dict(reworded[2], branches=[]), reworded[3]],
        [reworded[0], dict(reworded[1], next="more"), reworded[3]],
    ):
        assert api.patch(path, json={"steps": changed}).status_code in (400, 409)
    retargeted = [reworded[0], dict(reworded[1]), dict(reworded[2], **{"else": "more"}), reworded[3]]
    assert fault(api.patch(path, json={"steps": retargeted}), 409)["code"] == "structure_locked"
    assert fault(api.delete(path), 409)["code"] == "campaign_active"
    assert good(api.patch(path, json={"status": "paused", "steps": retargeted}))["status"] == "paused"
    assert api.delete(path).status_code == 204


def test_a_campaign_goes_through_its_life_only_forwards(api: httpx.Client) -> None:
    campaign = _create(api)
    path = f"/campaigns/{campaign['id']}"
    error = fault(api.patch(path, json={"status": "completed"}), 409)
    assert error["code"] == "invalid_status_change"
    assert "active" in error["details"]["allowed"]
    good(api.patch(path, json={"status": "archived"}))
    assert good(api.patch(path, json={"status": "paused"}))["status"] == "paused"


def test_a_patch_of_the_window_merges_and_null_takes_it_back(api: httpx.Client) -> None:
    path = f"/campaigns/{_create(api, send_window={'timezone': 'Europe/Paris'})['id']}"
    patched = good(api.patch(path, json={"send_window": {"start": "10:00"}}))["send_window"]
    assert (patched["timezone"], patched["start"], patched["end"]) == ("Europe/Paris", "10:00", "17:00")
    assert good(api.patch(path, json={"send_window": None}))["send_window"]["timezone"] == "lead"
    assert good(api.patch(path, json={"daily_limit": 7}))["daily_limit"] == 7
    assert good(api.patch(path, json={"daily_limit": None}))["daily_limit"] == 5_000


def test_progress_names_every_step_and_its_mails_add_up(api: httpx.Client) -> None:
    for row in good(api.get("/campaigns?status=active"))["data"]:
        steps = good(api.get(f"/campaigns/{row['id']}"))["steps"]
        progress = good(api.get(f"/campaigns/{row['id']}/progress"))
        assert [one["step_id"] for one in progress] == [step["id"] for step in steps]
        params = {"campaign_id": row["id"], "group_by": "", "from": "2000-01-01"}
        total = good(api.get("/analytics", params=params))["data"][0]
        assert sum(one["sent"] for one in progress) == total["sent"]


def test_a_test_mail_needs_an_email_step(api: httpx.Client) -> None:
    path = f"/campaigns/{_create(api)['id']}/test"
    sent = good(api.post(path, json={"to": "me@mine.example", "step_id": "hello"}), 202)
    assert sent["step_id"] == "hello"
    error = fault(api.post(path, json={"to": "me@mine.example", "step_id": "pause"}), 400)
    assert error["details"]["allowed"] == ["hello", "more"]
