"""Inboxes: adding, the setup page, reconnecting, pausing, history."""

import itertools

import httpx

from imail_tui.sandbox.testing import ThreadSandbox
from tests.unit.sandbox.server.wire import fault, good

_numbers = itertools.count()
_SMTP = {"host": "mail.mine.example", "port": 465, "username": "me", "password": "s3cret", "security": "tls"}


def _address() -> str:
    return f"box{next(_numbers)}@mine.example"


def test_an_oauth_inbox_is_connected_on_its_setup_page(api: httpx.Client) -> None:
    inbox = good(api.post("/inboxes", json={"email": _address(), "provider": "google"}), 201)
    assert inbox["status"] == "pending_setup"
    page = httpx.get(inbox["setup_url"])
    assert page.status_code == 200
    assert inbox["email"] in page.text
    assert httpx.post(inbox["setup_url"]).status_code == 200
    connected = good(api.get(f"/inboxes/{inbox['id']}"))
    assert (connected["status"], connected["setup_url"]) == ("connected", None)
    assert httpx.get(inbox["setup_url"]).status_code == 404
    error = fault(api.post("/inboxes", json={"email": inbox["email"], "provider": "microsoft"}), 409)
    assert error["details"] == {"existing_id": inbox["id"]}


def test_an_smtp_inbox_needs_its_server_and_never_tells_the_password(
    api: httpx.Client, sandbox: ThreadSandbox
) -> None:
    body = {"email": _address(), "provider": "smtp"}
    assert fault(api.post("/inboxes", json=body), 400)["field"] == "smtp"
    created = api.post("/inboxes", json={**body, "smtp": _SMTP})
    assert good(created, 201)["status"] == "connected"
    assert "s3cret" not in created.text
    with sandbox.ledgers.test.read() as connection:
        stored = connection.execute("SELECT smtp FROM inbox WHERE email = ?", (body["email"],)).fetchone()
    assert "s3cret" not in stored["smtp"]


def test_a_lost_inbox_is_reconnected_and_told_as_an_event(api: httpx.Client) -> None:
    lost = good(api.get("/inboxes?status=disconnected"))["data"][0]
    link = good(api.post(f"/inboxes/{lost['id']}/reconnect"))["setup_url"]
    assert good(api.get(f"/inboxes/{lost['id']}"))["setup_url"] == link
    httpx.post(link)
    back = good(api.get(f"/inboxes/{lost['id']}"))
    assert (back["status"], back["disconnected_at"], back["status_reason"]) == ("connected", None, None)
    params = {"types": "inbox.reconnected", "inbox_id": lost["id"], "limit": 100}
    event = good(api.get("/events", params=params))["data"][-1]
    assert event["data"] == {"inbox_id": lost["id"], "inbox_email": lost["email"]}
    assert fault(api.post(f"/inboxes/{lost['id']}/reconnect"), 409)["code"] == "already_connected"


def test_pausing_and_warmup(api: httpx.Client) -> None:
    inbox = good(api.post("/inboxes", json={"email": _address(), "provider": "smtp", "smtp": _SMTP}), 201)
    path = f"/inboxes/{inbox['id']}"
    paused = good(api.patch(path, json={"paused": True, "daily_limit": 7, "display_name": "Me"}))
    assert (paused["status"], paused["daily_limit"], paused["display_name"]) == ("paused", 7, "Me")
    assert "paused" not in paused
    assert good(api.patch(path, json={"paused": False}))["status"] == "connected"
    assert good(api.patch(path, json={"warmup": {"enabled": True}}))["warmup"]["status"] == "warming"
    assert good(api.patch(path, json={"warmup": {"enabled": False}}))["warmup"]["status"] == "off"
    assert fault(api.patch(path, json={"email": "x@y.example"}), 400)["field"] == "email"
    pending = good(api.post("/inboxes", json={"email": _address(), "provider": "google"}), 201)
    assert fault(api.patch(f"/inboxes/{pending['id']}", json={"paused": True}), 409)["code"] == (
        "inbox_not_connected"
    )


def test_an_inbox_in_use_stays(api: httpx.Client) -> None:
    used = good(api.get("/campaigns?status=active"))["data"][-1]["inbox_ids"][0]
    assert fault(api.delete(f"/inboxes/{used}"), 409)["code"] == "inbox_in_use"
    free = good(api.post("/inboxes", json={"email": _address(), "provider": "google"}), 201)
    assert api.delete(f"/inboxes/{free['id']}").status_code == 204


def test_history_ends_today_and_agrees_with_the_analytics(api: httpx.Client) -> None:
    inbox = good(api.get("/inboxes?status=connected&sort=created_at"))["data"][0]
    history = good(api.get(f"/inboxes/{inbox['id']}/history?days=14"))
    assert [day["date"] for day in history] == sorted(day["date"] for day in history)
    assert (len(history), history[-1]["date"]) == (14, "2026-11-23")
    assert history[-1]["sent"] == inbox["sent_today"]
    params = {"inbox_id": inbox["id"], "group_by": "day", "from": history[0]["date"]}
    counted = {row["day"]: row["sent"] for row in good(api.get("/analytics", params=params))["data"]}
    assert {day["date"]: day["sent"] for day in history if day["sent"]} == {
        day: sent for day, sent in counted.items() if sent
    }
