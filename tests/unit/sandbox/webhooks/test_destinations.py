"""Where webhooks may go: nothing leaves this machine unless it is allowed to."""

import dataclasses

import httpx
import pytest

from imail_tui.sandbox.testing import SandboxControl, ThreadSandbox, sandbox_in_thread
from imail_tui.sandbox.webhooks.destinations import Forbidden, addresses_of, local_addresses, port_of
from tests.unit.sandbox.server.wire import fault, good
from tests.unit.sandbox.webhooks.conftest import OPTIONS
from tests.unit.sandbox.webhooks.receiver import Receiver
from tests.unit.sandbox.webhooks.subscribing import NOTHING, client_of, log, send_test, subscribe

ELSEWHERE = [
    "https://hooks.example/in",
    "http://10.0.0.1/",
    "http://169.254.169.254/latest",
    "http://0.0.0.0:8000/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f.0.0.1/",
    "http://127.0.0.1.nip.io/",
    "http://localhost.example/",
    "http://1.1.1.1",
]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_other_machines_are_refused(api: httpx.Client, url: str) -> None:
    error = fault(api.post("/webhooks", json={"url": url, "events": ["email.sent"]}), 400)
    assert (error["code"], error["field"]) == ("url_not_allowed", "url")
    webhook = subscribe(api, "http://127.0.0.1:9/")
    error = fault(api.patch(f"/webhooks/{webhook['id']}", json={"url": url}), 400)
    assert (error["code"], error["field"]) == ("url_not_allowed", "url")


@pytest.mark.parametrize("url", ELSEWHERE)
async def test_no_name_server_is_asked_about_them(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: pytest.fail("asked a name server"))
    with pytest.raises(Forbidden):
        await addresses_of(url, allow_remote=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:9",
        "https://LOCALHOST./x",
        "http://a.localhost/",
        "http://127.8.9.1/",
        "http://[::1]:9/",
    ],
)
def test_this_machine_by_any_of_its_names(api: httpx.Client, url: str) -> None:
    assert subscribe(api, url)["url"] == url


def test_a_port_that_cannot_be(api: httpx.Client) -> None:
    for port in ("0", "65536", "99999"):
        body = {"url": f"http://localhost:{port}/", "events": ["email.sent"]}
        assert fault(api.post("/webhooks", json=body), 400)["field"] == "url"
    assert [port_of(f"{scheme}://localhost") for scheme in ("http", "https")] == [80, 443]


async def test_a_name_is_looked_up_once_and_only_if_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def resolve(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(2, 1, 6, "", ("192.0.2.7", 0)), (2, 1, 6, "", ("192.0.2.8", 0))]

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    assert await addresses_of("https://hooks.example/in", allow_remote=True) == ("192.0.2.7", "192.0.2.8")
    assert asked == ["hooks.example"]
    assert await addresses_of("http://localhost/in", allow_remote=True) == local_addresses("localhost")
    assert asked == ["hooks.example"]


def test_other_machines_when_they_are_allowed() -> None:
    options = dataclasses.replace(OPTIONS, allow_remote_webhooks=True)
    with sandbox_in_thread(options) as sandbox, client_of(sandbox) as api:
        assert subscribe(api, "https://hooks.example/in")["url"] == "https://hooks.example/in"


def test_a_database_from_a_server_that_was_allowed_more(
    stage: ThreadSandbox, control: SandboxControl, api: httpx.Client, receiver: Receiver
) -> None:
    """The address is judged again when something is sent: this one would be reached by any resolver."""
    webhook = subscribe(api, receiver.url)
    with stage.ledgers.test.transaction() as db:
        db.execute("UPDATE webhook SET url = ?", (receiver.url.replace("127.0.0.1", "0.0.0.0"),))
    send_test(api, webhook)
    control.advance(NOTHING)
    (row,) = log(api, webhook)
    assert (row["status"], row["attempt"], row["response_status"]) == ("failed", 1, None)
    assert receiver.deliveries == []
    assert good(api.get("/webhooks"))["data"][0]["url"].startswith("http://0.0.0.0")
