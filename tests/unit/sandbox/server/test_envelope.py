"""Headers on every answer, versions, the OpenAPI document, and what the router refuses."""

import re

import httpx
import pytest

from imail_tui.sandbox.testing import ThreadSandbox
from tests.unit.sandbox.server.wire import fault, good, key


@pytest.mark.parametrize("path", ["/workspace", "/nowhere", "/openapi.json", "/metrics", "/leads/led_none"])
def test_every_answer_has_its_id_and_both_clocks(api: httpx.Client, path: str) -> None:
    response = api.get(path)
    assert re.fullmatch(r"req_[0-9A-HJKMNP-TV-Z]{26}", response.headers["X-Request-Id"])
    assert response.headers["Imail-Now"] == "2026-11-23T14:23:00.000Z"
    assert response.headers["Date"].endswith("GMT")
    assert response.headers.get_list("Date") == [response.headers["Date"]]


def test_unknown_paths_and_methods_have_our_shape(api: httpx.Client, sandbox: ThreadSandbox) -> None:
    assert fault(api.get("/nowhere"), 404)["code"] == "not_found"
    response = api.put("/leads/led_1")
    assert fault(response, 405)["code"] == "method_not_allowed"
    assert response.headers["Allow"] == "DELETE, GET, PATCH"
    for method, path in (("PUT", "/leads/bulk"), ("GET", "/leads/bulk"), ("GET", "/leads/lookup")):
        response = api.request(method, path)
        assert fault(response, 405)["code"] == "method_not_allowed"
        assert response.headers["Allow"] == "POST"
    pinned = api.get("/leads/bulk", headers={"Imail-Version": "2026-03-10"})
    assert fault(pinned, 404)["code"] == "not_found"
    assert fault(httpx.get(sandbox.url.removesuffix("/v1") + "/else"), 404)["code"] == "not_found"


def test_a_version_is_echoed_honoured_and_checked(api: httpx.Client) -> None:
    assert api.get("/workspace").headers["Imail-Version"] == "2026-05-10"
    pinned = {"Imail-Version": "2026-03-10"}
    assert api.get("/workspace", headers=pinned).headers["Imail-Version"] == "2026-03-10"
    fault(api.post("/leads/bulk", json={"leads": []}, headers=pinned), 404)
    assert "/v1/leads/bulk" not in good(api.get("/openapi.json", headers=pinned))["paths"]
    for wrong in ("2026-04-01", "yesterday"):
        error = fault(api.get("/workspace", headers={"Imail-Version": wrong}), 400)
        assert error["code"] == "unknown_version"
        assert "2026-03-10" in error["details"]["allowed"]


def test_events_that_came_later_are_not_shown_to_an_older_version(api: httpx.Client) -> None:
    late = {"types": "email.bounced.soft,warmup.threshold_paused"}
    assert good(api.get("/events", params=late))["data"]
    assert good(api.get("/events", params=late, headers={"Imail-Version": "2026-04-22"}))["data"] == []
    body = {"url": "http://localhost:9/hook", "events": ["email.sent", "email.bounced.soft"]}
    error = fault(api.post("/webhooks", json=body, headers={"Imail-Version": "2026-04-22"}), 400)
    assert error["field"] == "events[1]"


def test_a_subscription_names_to_an_older_version_only_types_it_knows(api: httpx.Client) -> None:
    types = ["email.sent", "email.bounced.soft"]
    made = api.post("/webhooks", json={"url": "http://localhost:9/hook", "events": types}).json()
    older = {"Imail-Version": "2026-04-22"}
    assert made["events"] == types
    assert api.get(f"/webhooks/{made['id']}", headers=older).json()["events"] == ["email.sent"]
    assert api.get("/webhooks", headers=older).json()["data"][0]["events"] == ["email.sent"]
    assert api.get(f"/webhooks/{made['id']}").json()["events"] == types


@pytest.mark.parametrize(("version", "later"), [("2026-04-22", False), ("2026-05-10", True)])
def test_the_document_lists_the_event_types_of_its_version(
    api: httpx.Client, version: str, later: bool
) -> None:
    document = api.get("/openapi.json", headers={"Imail-Version": version}).text
    assert '"email.bounced.hard"' in document
    assert ('"email.bounced.soft"' in document) is later
    assert ('"warmup.threshold_paused"' in document) is later


def test_the_document_is_at_both_places_with_an_etag(api: httpx.Client, sandbox: ThreadSandbox) -> None:
    here = api.get("/openapi.json")
    root = httpx.get(sandbox.url.removesuffix("/v1") + "/openapi.json")
    assert here.content == root.content
    again = api.get("/openapi.json", headers={"If-None-Match": here.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_document_says_what_is_assumed_and_never_422(api: httpx.Client) -> None:
    document = good(api.get("/openapi.json"))
    assert document["openapi"].startswith("3.1")
    paths = document["paths"]
    assert "x-imail-assumed" not in paths["/v1/campaigns"]["get"]
    assert paths["/v1/replies"]["get"]["x-imail-assumed"] is True
    row = document["components"]["schemas"]["CampaignRow"]["properties"]
    assert "x-imail-assumed" not in row["sent_today"]
    assert row["lead_counts"]["x-imail-assumed"] is True
    for items in paths.values():
        for method, operation in items.items():
            assert "422" not in operation["responses"]
            named = {parameter.get("$ref", "") for parameter in operation["parameters"]}
            assert ("#/components/parameters/Idempotency-Key" in named) == (method == "post")
    assert paths["/v1/deliveries/{delivery_id}/redeliver"]["post"]["x-imail-assumed"] is True


def test_public_metrics_are_kept_for_thirty_seconds(sandbox: ThreadSandbox) -> None:
    response = httpx.get(f"{sandbox.url}/metrics")
    assert response.headers["Cache-Control"] == "public, max-age=30"
    assert 0 <= int(response.headers["Age"]) < 30
    assert good(response)["inboxes_connected"] > 0


@pytest.mark.parametrize(
    "body",
    [b"{", b"", b'{"name": NaN}', b'"\\ud800"', b"[" * 5000, b"\xff\xfe", b"[]", b"null", b"1" * 6000],
)
def test_a_body_that_is_no_json_object_is_a_400(api: httpx.Client, body: bytes) -> None:
    response = api.post("/leads", content=body, headers={"Content-Type": "application/json"})
    assert fault(response, 400)["code"] in ("invalid_json", "invalid_field")


def test_a_body_of_another_type_is_a_400(api: httpx.Client) -> None:
    fault(api.post("/leads", content=b"email=a@b.example", headers={"Content-Type": "text/plain"}), 400)


@pytest.mark.parametrize("streamed", [False, True])
def test_a_body_over_ten_mebibytes_is_a_413(api: httpx.Client, streamed: bool) -> None:
    chunk = b" " * 1024 * 1024
    content = iter([chunk] * 11) if streamed else chunk * 11
    error = fault(api.post("/leads", content=content, headers=key()), 413)
    assert error["code"] == "body_too_large"
    assert api.get("/workspace").status_code == 200


def test_unknown_and_repeated_parameters_are_refused(api: httpx.Client) -> None:
    assert fault(api.get("/leads?colour=red"), 400)["field"] == "colour"
    assert fault(api.get("/leads?limit=1&limit=2"), 400)["field"] == "limit"
    for wrong in ("0", "101", "1.5", "ten", ""):
        assert fault(api.get("/leads", params={"limit": wrong}), 400)["field"] == "limit"
