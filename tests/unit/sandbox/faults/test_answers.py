"""Faults on demand over the wire: what they do to answers, and that the work is done or is not."""

import time
import uuid
from email.utils import parsedate_to_datetime

import httpx
import pytest

from imail_tui.sandbox.testing import SandboxControl
from tests.unit.sandbox.server.wire import fault, good, pages

_RATES = {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"}


def _address() -> str:
    return f"{uuid.uuid4().hex}@fault.example"


def _exists(api: httpx.Client, email: str) -> bool:
    found = good(api.post("/leads/lookup", json={"emails": [email]}))["data"]
    return found[0]["id"] is not None


def test_a_status_instead_of_the_work_and_one_after_it(api: httpx.Client, control: SandboxControl) -> None:
    for work, done in (("instead", False), ("after", True)):
        email = _address()
        with control.fault("status", status=503, work=work, method="POST", path="/leads"):
            response = api.post("/leads", json={"email": email})
        assert fault(response, 503)["code"] == "injected_fault"
        assert set(response.headers) >= _RATES
        assert _exists(api, email) is done


def test_a_fault_without_request_id_a_page_and_nothing_at_all(
    api: httpx.Client, control: SandboxControl
) -> None:
    with control.fault("status", status=500, request_id=False, path="/workspace"):
        bare = api.get("/workspace")
    assert set(bare.json()) == {"error"}
    assert "X-Request-Id" not in bare.headers
    with control.fault("status", status=502, body="html", path="/workspace"):
        page = api.get("/workspace")
    assert page.status_code == 502
    assert page.headers["Content-Type"] == "text/html"
    assert "502 Bad Gateway" in page.text
    assert not _RATES & set(page.headers)
    with control.fault("status", status=504, body="empty", path="/workspace"):
        assert (api.get("/workspace").content, api.get("/workspace").status_code) == (b"", 504)


@pytest.mark.parametrize(
    ("fields", "header"),
    [({"retry_after": 7}, "7"), ({"retry_after": "later"}, "later"), ({}, None)],
)
def test_retry_after_in_every_form(
    api: httpx.Client, control: SandboxControl, fields: dict[str, object], header: str | None
) -> None:
    with control.fault("status", status=429, code="rate_limited", **fields):
        response = api.get("/workspace")
    assert fault(response, 429)["code"] == "rate_limited"
    assert response.headers.get("Retry-After") == header


def test_retry_after_as_a_date(api: httpx.Client, control: SandboxControl) -> None:
    with control.fault("status", status=429, retry_after=90, retry_after_date=True):
        response = api.get("/workspace")
    dates = [parsedate_to_datetime(response.headers[name]) for name in ("Date", "Retry-After")]
    assert (dates[1] - dates[0]).total_seconds() == 90


def test_a_refused_key_is_refused_as_ever(api: httpx.Client, control: SandboxControl) -> None:
    with control.fault("status", status=503):
        response = api.get("/workspace", headers={"Authorization": "Bearer imk_test_nobody"})
    assert fault(response, 401)["code"] == "invalid_api_key"


@pytest.mark.parametrize(("at", "done"), [("before", False), ("after", True)])
def test_a_cut_connection_before_and_after_the_work(
    api: httpx.Client, control: SandboxControl, at: str, done: bool
) -> None:
    email = _address()
    with control.fault("cut", at=at, path="/leads"), pytest.raises(httpx.RemoteProtocolError):
        api.post("/leads", json={"email": email})
    assert _exists(api, email) is done


def test_a_connection_cut_within_the_body(api: httpx.Client, control: SandboxControl) -> None:
    with (
        control.fault("cut", at="within", path="/leads"),
        pytest.raises(httpx.RemoteProtocolError, match="without sending complete"),
    ):
        api.get("/leads")
    assert good(api.get("/leads"))["data"]


def test_a_lost_answer_is_replayed_under_its_idempotency_key(
    api: httpx.Client, control: SandboxControl
) -> None:
    email, headers = _address(), {"Idempotency-Key": str(uuid.uuid4())}
    with control.fault("cut", at="after", path="/leads", times=1):
        with pytest.raises(httpx.RemoteProtocolError):
            api.post("/leads", json={"email": email}, headers=headers)
        again = api.post("/leads", json={"email": email}, headers=headers)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert good(again, 201)["email"] == email
    kinds = [effect.kind for effect in control.effects() if headers["Idempotency-Key"] in str(effect.data)]
    assert kinds == ["operation", "idempotency.replayed"]


@pytest.mark.parametrize(
    ("body", "begins", "kind"),
    [("truncated", b'{"id"', "json"), ("html", b"<html>", "text/html"), ("empty", b"", "json")],
)
def test_a_spoiled_body_keeps_its_status(
    api: httpx.Client, control: SandboxControl, body: str, begins: bytes, kind: str
) -> None:
    with control.fault("body", body=body, path="/workspace"):
        response = api.get("/workspace")
    assert response.status_code == 200
    assert response.content.startswith(begins)
    assert kind in response.headers["Content-Type"]
    assert int(response.headers["Content-Length"]) == len(response.content) < 400


def test_headers_set_repeated_and_left_out(api: httpx.Client, control: SandboxControl) -> None:
    wanted = {"Content-Type": "text/plain", "X-RateLimit-Reset": ["1", "2"], "X-Request-Id": None}
    with control.fault("headers", set=wanted, path="/workspace"):
        headers = api.get("/workspace").headers
    assert headers["Content-Type"] == "text/plain"
    assert headers.get_list("X-RateLimit-Reset") == ["1", "2"]
    assert "X-Request-Id" not in headers


def test_rate_headers_in_every_form(api: httpx.Client, control: SandboxControl) -> None:
    def told(form: str) -> list[str]:
        with control.fault("rate_headers", form=form):
            headers = api.get("/workspace").headers
        now = parsedate_to_datetime(headers["Date"]).timestamp()
        return [value.replace(str(int(now)), "NOW") for value in headers.get_list("X-RateLimit-Reset")]

    assert told("missing") == []
    assert told("garbage") == ["soon"]
    assert told("negative") == ["-5"]
    assert told("nan") == ["NaN"]
    assert len(set(told("duplicated"))) == 2
    assert float(told("float")[0]) % 1 == 0.25
    assert int(told("epoch")[0].replace("NOW", "1800000000")) > 1_700_000_000
    assert told("epoch_ms")[0].endswith("000")
    assert parsedate_to_datetime(told("date")[0]).year > 2020


def test_a_skewed_clock_moves_date_and_a_reset_told_as_time(
    api: httpx.Client, control: SandboxControl
) -> None:
    true = parsedate_to_datetime(api.get("/workspace").headers["Date"]).timestamp()
    with control.fault("clock_skew", seconds=7200), control.fault("rate_headers", form="epoch"):
        headers = api.get("/workspace").headers
    assert parsedate_to_datetime(headers["Date"]).timestamp() == pytest.approx(true + 7200, abs=5)
    assert int(headers["X-RateLimit-Reset"]) == pytest.approx(true + 7200, abs=10)


def test_a_route_can_be_deprecated(api: httpx.Client, control: SandboxControl) -> None:
    fields = {
        "since": "2026-01-01T00:00:00Z",
        "sunset": "2027-01-01T00:00:00Z",
        "link": "https://api.imail.now/docs/changes",
    }
    with control.fault("deprecated", path="/workspace", **fields):
        headers = api.get("/workspace").headers
        assert "Deprecation" not in api.get("/leads").headers
        shown = control.faults()[0].fault
        assert shown["sunset"] == "2027-01-01T00:00:00.000Z"
    assert headers["Deprecation"] == "@1767225600"
    assert headers["Sunset"] == "Fri, 01 Jan 2027 00:00:00 GMT"
    assert 'rel="deprecation"' in headers["Link"]


def test_without_idempotency_the_key_does_nothing_and_is_not_described(
    api: httpx.Client, control: SandboxControl
) -> None:
    def described() -> set[str]:
        paths = good(api.get("/openapi.json"))["paths"]
        key = {"$ref": "#/components/parameters/Idempotency-Key"}
        return {path for path, items in paths.items() if key in items.get("post", {}).get("parameters", [])}

    before, email = described(), _address()
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    with control.fault("idempotency_off", path="/leads"):
        good(api.post("/leads", json={"email": email}, headers=headers), 201)
        assert (
            fault(api.post("/leads", json={"email": email}, headers=headers), 409)["code"]
            == "duplicate_in_workspace"
        )
        assert before - described() == {"/v1/leads"}
    assert described() == before


def test_a_repeated_cursor(api: httpx.Client, control: SandboxControl) -> None:
    first = good(api.get("/leads", params={"limit": 5}))
    cursor = first["pagination"]["next_cursor"]
    with control.fault("repeated_cursor", path="/leads"):
        second = good(api.get("/leads", params={"limit": 5, "cursor": cursor}))
    assert second["pagination"]["next_cursor"] == cursor
    assert second["data"] != first["data"]


def test_empty_pages_lose_nothing(api: httpx.Client, control: SandboxControl) -> None:
    plain = [row["id"] for page in pages(api, "/campaigns", sort="name") for row in page]
    with control.fault("empty_page", path="/campaigns", times=3):
        found = list(pages(api, "/campaigns", sort="name"))
    assert [len(page) for page in found[:3]] == [0, 0, 0]
    assert [row["id"] for page in found for row in page] == plain
    with control.fault("empty_page", path="/leads", every=2):
        rows = [row["id"] for page in pages(api, "/leads", limit=100, q="berlin") for row in page]
    assert rows == [row["id"] for page in pages(api, "/leads", limit=100, q="berlin") for row in page]


def test_rows_of_a_bulk_import_fail_alone(api: httpx.Client, control: SandboxControl) -> None:
    leads = [{"email": _address()} for _ in range(6)]
    with control.fault("bulk_rows", rows=[1, 4], code="invalid_email"):
        answer = good(api.post("/leads/bulk", json={"leads": leads}))
    assert (answer["created"], answer["failed"]) == (4, 2)
    assert [row["index"] for row in answer["results"] if row["outcome"] == "failed"] == [1, 4]
    assert [_exists(api, lead["email"]) for lead in leads] == [True, False, True, True, False, True]


def test_latency_delays_the_answer(api: httpx.Client, control: SandboxControl) -> None:
    api.get("/workspace")
    with control.fault("latency", seconds=0.3, times=1):
        started = time.monotonic()
        api.get("/workspace")
        assert time.monotonic() - started >= 0.3
        assert control.faults()[0].struck == 1


def test_a_strike_by_ledger_leaves_the_other_alone(api: httpx.Client, control: SandboxControl) -> None:
    live = {"Authorization": f"Bearer {control.state().api_keys['live']}"}
    with control.fault("status", status=500, ledger="live"):
        assert api.get("/workspace").status_code == 200
        assert api.get("/workspace", headers=live).status_code == 500


def test_faults_of_every_kind_at_once_still_make_an_answer(
    api: httpx.Client, control: SandboxControl
) -> None:
    """In any order: content first, then status and body, headers last."""
    control.put_fault("headers", set={"Date": None, "X-RateLimit-Reset": "tomorrow"})
    control.put_fault("body", body="truncated")
    control.put_fault("rate_headers", form="garbage")
    control.put_fault("rate_headers", form="epoch")
    control.put_fault("empty_page")
    control.put_fault("repeated_cursor")
    control.put_fault("clock_skew", seconds=60)
    response = api.get("/leads")
    assert response.status_code == 200
    assert response.content.startswith(b'{"data":[]')
    assert "Date" not in response.headers
    assert response.headers["X-RateLimit-Reset"] == "tomorrow"
    assert response.headers["X-RateLimit-Remaining"] == "soon"
    control.put_fault("status", status=502, body="html")
    control.put_fault("status", status=503)
    assert api.get("/leads").status_code == 502


def test_an_answer_without_a_body_keeps_none(api: httpx.Client, control: SandboxControl) -> None:
    lead = good(api.post("/leads", json={"email": _address()}), 201)
    with control.fault("body", body="html", method="DELETE"):
        response = api.delete(f"/leads/{lead['id']}")
    assert (response.status_code, response.content) == (204, b"")
