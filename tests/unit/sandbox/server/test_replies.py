"""Replies, threads, the answers to them, webhooks and analytics."""

import csv
import email
import email.policy
import io

import httpx

from imail_tui.sandbox.journal import COUNTERS
from imail_tui.sandbox.testing import ThreadSandbox
from tests.unit.sandbox.server.wire import fault, good, pages


def _answerable(api: httpx.Client) -> dict[str, str]:
    connected = {row["id"] for page in pages(api, "/inboxes", status="connected") for row in page}
    rows = [row for page in pages(api, "/replies", limit=100) for row in page]
    found: dict[str, str] = next(row for row in rows if row["inbox_id"] in connected)
    return found


def test_a_human_label_overrides_and_the_ai_one_is_kept(api: httpx.Client) -> None:
    reply = good(api.get("/replies?classification=interested"))["data"][0]
    path = f"/replies/{reply['id']}"
    changed = good(api.patch(path, json={"classification": "not_now", "read": True}))
    assert changed["classification"] == {"label": "not_now", "confidence": None, "source": "human"}
    assert changed["ai_classification"] == reply["ai_classification"]
    assert changed["read"] is True
    assert changed["updated_at"] > reply["updated_at"]
    assert good(api.patch(path, json={"classification": None}))["classification"] is None
    assert fault(api.patch(path, json={"classification": "So Good!"}), 400)["field"] == "classification"
    assert fault(api.patch(path, json={"lead_id": "led_none"}), 400)["field"] == "lead_id"


def test_filters_split_the_replies(api: httpx.Client) -> None:
    def count(**params: str) -> int:
        return sum(len(page) for page in pages(api, "/replies", limit=100, **params))

    everything = count()
    assert everything >= 400
    for name in ("unread", "done", "snoozed"):
        assert count(**{name: "true"}) + count(**{name: "false"}) == everything
    reply = good(api.get("/replies?limit=1"))["data"][0]
    snoozed = good(api.patch(f"/replies/{reply['id']}", json={"snoozed_until": "2027-01-01T00:00:00Z"}))
    assert snoozed["snoozed_until"] == "2027-01-01T00:00:00.000Z"
    assert reply["id"] in {row["id"] for row in good(api.get("/replies?snoozed=true"))["data"]}
    assert fault(api.get("/replies?unread=yes"), 400)["field"] == "unread"


def test_a_thread_tells_the_conversation_in_order(api: httpx.Client) -> None:
    reply = good(api.get("/replies?limit=1"))["data"][0]
    thread = good(api.get(f"/threads/{reply['thread_id']}"))
    moments = [message["at"] for message in thread["messages"]]
    assert moments == sorted(moments)
    assert {"in", "out"} <= {message["direction"] for message in thread["messages"]}
    incoming = next(message for message in thread["messages"] if message["text"] == reply["text"])
    raw = api.get(f"/messages/{incoming['id']}/raw")
    assert raw.headers["Content-Type"] == "message/rfc822"
    parsed = email.message_from_bytes(raw.content, policy=email.policy.default)
    assert parsed["From"] == reply["from"]
    fault(api.get("/threads/thr_none"), 404)


def test_an_answer_waits_for_its_countdown_and_can_be_cancelled(
    api: httpx.Client, sandbox: ThreadSandbox
) -> None:
    reply = _answerable(api)
    path = f"/replies/{reply['id']}/send"
    waiting = good(api.post(path, json={"body": "One moment", "send_after_seconds": 60}), 202)
    assert (waiting["status"], waiting["send_at"]) == ("scheduled", "2026-11-23T14:24:00.000Z")
    assert waiting["id"] in {row["id"] for row in good(api.get("/messages?status=scheduled"))["data"]}
    assert api.delete(f"/messages/{waiting['id']}").status_code == 204
    assert api.delete(f"/messages/{waiting['id']}").status_code == 204
    assert waiting["id"] in {row["id"] for row in good(api.get("/messages?status=cancelled"))["data"]}
    sent = good(api.post(path, json={"body": "Now"}), 202)
    assert sent["status"] == "sent"
    assert fault(api.delete(f"/messages/{sent['id']}"), 409)["code"] == "already_sent"
    lost = good(api.get("/inboxes?status=pending_setup"))["data"][0]["id"]
    error = fault(api.post(path, json={"body": "Now", "inbox_id": lost}), 409)
    assert error["code"] == "inbox_not_connected"
    assert fault(api.post(path, json={"body": " "}), 400)["field"] == "body"


def test_counts_add_up_over_any_split_and_csv_says_the_same(api: httpx.Client) -> None:
    span = {"from": "2000-01-01", "to": "2026-11-23"}
    total = good(api.get("/analytics", params={**span, "group_by": ""}))["data"][0]
    assert total["sent"] > 10_000
    for group_by in ("day", "campaign", "inbox", "step,variant", "day,campaign,inbox"):
        params = {**span, "group_by": group_by}
        rows = [row for page in pages(api, "/analytics", limit=100, **params) for row in page]
        assert {name: sum(row[name] for row in rows) for name in COUNTERS} == total
        response = api.get("/analytics", params={**params, "format": "csv"})
        assert response.headers["Content-Type"].startswith("text/csv")
        header, *lines = csv.reader(io.StringIO(response.text))
        assert [
            {
                name: value or None if name not in COUNTERS else int(value)
                for name, value in zip(header, line, strict=True)
            }
            for line in lines
        ] == rows


def test_a_range_that_ends_before_it_starts(api: httpx.Client) -> None:
    assert fault(api.get("/analytics?from=2026-02-01&to=2026-01-01"), 400)["field"] == "from"
    assert fault(api.get("/analytics?from=01.02.2026"), 400)["field"] == "from"
    assert fault(api.get("/analytics?group_by=colour"), 400)["field"] == "group_by"


def test_a_webhooks_secret_is_told_twice_only(api: httpx.Client) -> None:
    body = {"url": "http://localhost:9/hook", "events": ["reply.received"]}
    created = good(api.post("/webhooks", json=body, headers={"Imail-Version": "2026-04-22"}), 201)
    path = f"/webhooks/{created['id']}"
    assert created["secret"].startswith("whsec_")
    assert (created["active"], created["api_version"]) == (True, "2026-04-22")
    assert "secret" not in good(api.get(path))
    rotated = good(api.post(f"{path}/rotate"))
    assert rotated["secret"] not in ("", created["secret"])
    assert good(api.patch(path, json={"active": False, "description": "mine"}))["active"] is False
    assert good(api.get(f"{path}/deliveries"))["data"] == []
    assert fault(api.post("/webhooks", json={**body, "url": "ftp://x"}), 400)["field"] == "url"
    assert fault(api.post("/webhooks", json={**body, "events": ["moon"]}), 400)["field"] == "events[0]"
    assert api.delete(path).status_code == 204
    fault(api.get(path), 404)
