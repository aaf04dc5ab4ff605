"""State, effects, reset, keys; and who is let in at all."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import httpx
import pytest

from imail_tui.sandbox.control.guard import is_loopback
from imail_tui.sandbox.ledger import Ledger
from imail_tui.sandbox.testing import SandboxControl, ThreadSandbox
from tests.unit.sandbox.server.wire import fault, good
from tests.unit.sandbox.worlds import fingerprint


@pytest.fixture
def root(stage: ThreadSandbox) -> str:
    return stage.url.removesuffix("/v1")


def test_the_state_counts_both_sides(stage: ThreadSandbox, control: SandboxControl) -> None:
    state = control.state()
    assert (state.seed, state.size, state.tier, state.faults) == (7, "small", "surge", 0)
    assert state.api_keys == {"test": stage.api_key, "live": stage.live_key}
    assert state.counts["test"] == state.counts["live"]
    assert state.counts["test"]["lead"] == 20_000


def test_effects_tell_who_was_made_enrolled_and_sent(control: SandboxControl, api: httpx.Client) -> None:
    campaign = good(api.get("/campaigns", params={"status": "active"}))["data"][0]
    leads = [{"email": f"{number}@effects.example"} for number in range(3)]
    body = {"leads": leads, "campaign_id": campaign["id"]}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    first = api.post("/leads/bulk", json=body, headers=headers)
    again = api.post("/leads/bulk", json=body, headers=headers)
    assert again.content == first.content
    assert api.post("/leads/bulk", json={"leads": []}, headers=headers).status_code == 409
    ids = [row["id"] for row in good(first)["results"]]
    found = control.effects()
    assert [effect.seq for effect in found] == list(range(1, len(found) + 1))
    assert [effect.subject_id for effect in found if effect.kind == "lead.created"] == ids
    assert [effect.subject_id for effect in found if effect.kind == "lead.enrolled"] == ids
    operation, *hits = [effect for effect in found if not effect.kind.startswith("lead.")]
    assert operation.data["operation"] == "create_leads"
    assert operation.data["request_id"] == first.headers["X-Request-Id"]
    assert [hit.kind for hit in hits] == ["idempotency.replayed", "idempotency.conflict"]
    assert control.effects(ledger="live") == []


def test_test_mails_and_answers_leave_a_trace(control: SandboxControl, api: httpx.Client) -> None:
    campaign = good(api.get("/campaigns", params={"status": "active"}))["data"][0]
    step = good(api.get(f"/campaigns/{campaign['id']}"))["steps"][0]["id"]
    body = {"to": "me@own.example", "step_id": step}
    test_mail = good(api.post(f"/campaigns/{campaign['id']}/test", json=body), 202)
    sent = control.effects(kind="test_mail.sent")
    assert [(effect.subject_id, effect.data["to"]) for effect in sent] == [
        (test_mail["id"], "me@own.example")
    ]
    reply = good(api.get("/replies"))["data"][0]
    inbox = good(api.get("/inboxes", params={"status": "connected"}))["data"][0]
    answer = {"body": "Thanks", "inbox_id": inbox["id"]}
    message = good(api.post(f"/replies/{reply['id']}/send", json=answer), 202)
    assert [effect.subject_id for effect in control.effects(kind="message.accepted")] == [message["id"]]


def test_effects_come_in_pages(stage: ThreadSandbox, control: SandboxControl, api: httpx.Client) -> None:
    leads = [{"email": f"{number}@pages.example"} for number in range(150)]
    good(api.post("/leads/bulk", json={"leads": leads}))
    root = stage.url.removesuffix("/v1")
    page = httpx.get(f"{root}/__sandbox/effects", params={"limit": 10, "after": 5}).json()
    assert [row["seq"] for row in page["data"]] == list(range(6, 16))
    assert (page["next"], page["has_more"]) == (15, True)
    assert len(control.effects(kind="lead.created")) == 150


def test_a_reset_is_the_first_moment_again(
    stage: ThreadSandbox, control: SandboxControl, api: httpx.Client
) -> None:
    control.reset()
    ledgers = stage.ledgers.both
    first = [fingerprint_of(ledger) for ledger in ledgers]
    good(api.post("/leads", json={"email": "gone@reset.example"}), 201)
    control.put_fault("status", status=500, path="/leads")
    control.advance_to(control.state().clock.world_now.replace(hour=18))
    control.rotate_key()
    state = control.reset()
    assert [fingerprint_of(ledger) for ledger in ledgers] == first
    assert state.api_keys["test"] == stage.api_key
    assert state.faults == 0
    assert good(api.get("/leads", params={"q": "gone@reset.example"}))["data"] == []
    after = good(api.post("/leads", json={"email": "same@reset.example"}), 201)["id"]
    control.reset()
    assert good(api.post("/leads", json={"email": "same@reset.example"}), 201)["id"] == after


def fingerprint_of(ledger: Ledger) -> str:
    """All rows of a ledger."""
    with ledger.read() as connection:
        return fingerprint(connection)


def test_a_rotated_key_is_refused_and_the_new_one_has_the_same_world(
    stage: ThreadSandbox, control: SandboxControl, api: httpx.Client
) -> None:
    lead = good(api.post("/leads", json={"email": "kept@rotate.example"}), 201)
    new = control.rotate_key()
    assert new.startswith("imk_test_")
    assert fault(api.get("/workspace"), 401)["code"] == "invalid_api_key"
    headers = {"Authorization": f"Bearer {new}"}
    assert good(api.get(f"/leads/{lead['id']}", headers=headers))["email"] == "kept@rotate.example"
    live = {"Authorization": f"Bearer {stage.live_key}"}
    assert api.get("/workspace", headers=live).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "evil.example:80@127.0.0.1"},
        {"Host": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
    ],
)
def test_pages_of_other_sites_are_refused(root: str, headers: dict[str, str]) -> None:
    response = httpx.get(f"{root}/__sandbox/state", headers=headers)
    assert fault(response, 403)["code"] == "loopback_only"
    assert "world_now" not in response.text


def test_this_machine_by_any_name_is_let_in(root: str) -> None:
    port = root.rpartition(":")[2]
    for host in (f"localhost:{port}", f"127.0.0.1:{port}", f"[::1]:{port}"):
        own = {"Host": host, "Origin": f"http://{host}"}
        assert httpx.get(f"{root}/__sandbox/state", headers=own).status_code == 200


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("LOCALHOST", True),
        ("10.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("localhost.evil.example", False),
        ("", False),
    ],
)
def test_what_is_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_controls_are_no_part_of_the_api(root: str, api: httpx.Client) -> None:
    document = good(api.get("/openapi.json"))
    assert not [path for path in document["paths"] if "sandbox" in path or "healthz" in path]
    response = httpx.put(f"{root}/__sandbox/state")
    assert fault(response, 405)["code"] == "method_not_allowed"
    assert response.headers["Allow"] == "GET"
    assert fault(httpx.get(f"{root}/__sandbox/nowhere"), 404)["code"] == "not_found"
    assert fault(httpx.get(f"{root}/__sandboxes"), 404)["code"] == "not_found"


def test_health_needs_no_key_and_costs_nothing(root: str, control: SandboxControl) -> None:
    control.put_fault("status", status=503)
    response = httpx.get(f"{root}/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "X-RateLimit-Remaining" not in response.headers


@pytest.mark.slow
def test_a_window_changed_while_a_campaign_runs_holds_for_leads_already_inside(
    control: SandboxControl, api: httpx.Client
) -> None:
    campaign = api.get("/campaigns", params={"status": "active"}).json()["data"][0]["id"]
    control.advance(dt.timedelta(minutes=30))
    assert any(event.data["campaign_id"] == campaign for event in control.events(type_="email.sent"))
    sent = len(control.events(type_="email.sent"))
    changed = api.patch(
        f"/campaigns/{campaign}", json={"send_window": {"days": ["wed"], "timezone": "Europe/Berlin"}}
    )
    assert changed.status_code == 200
    control.advance(dt.timedelta(hours=20))
    later = control.events(type_="email.sent")[sent:]
    assert later
    assert not [event for event in later if event.data["campaign_id"] == campaign]
    control.advance(dt.timedelta(days=1))
    days = {
        event.at.astimezone(ZoneInfo("Europe/Berlin")).weekday()
        for event in control.events(type_="email.sent")[sent:]
        if event.data["campaign_id"] == campaign
    }
    assert days == {2}
