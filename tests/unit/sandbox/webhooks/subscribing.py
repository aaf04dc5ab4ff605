"""Subscriptions of tests, and reading what was delivered to them."""

import datetime as dt
from typing import Any

import httpx

from imail_tui.sandbox.testing import ThreadSandbox
from tests.patience import PATIENCE
from tests.unit.sandbox.server.wire import good, pages

NOTHING = dt.timedelta(0)
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def client_of(sandbox: ThreadSandbox) -> httpx.Client:
    """A client with the test key."""
    headers = {"Authorization": f"Bearer {sandbox.api_key}"}
    return httpx.Client(base_url=sandbox.url, headers=headers, timeout=PATIENCE)


def subscribe(api: httpx.Client, url: str, *types: str, version: str = "2026-05-10") -> dict[str, Any]:
    """A new subscription, with its secret."""
    body = {"url": url, "events": list(types or ("email.sent",))}
    made: dict[str, Any] = good(api.post("/webhooks", json=body, headers={"Imail-Version": version}), 201)
    return made


def send_test(api: httpx.Client, webhook: dict[str, Any]) -> dict[str, Any]:
    """Ask for a test event; its delivery, not yet sent."""
    delivery: dict[str, Any] = good(api.post(f"/webhooks/{webhook['id']}/test"), 202)
    return delivery


def log(api: httpx.Client, webhook: dict[str, Any]) -> list[dict[str, Any]]:
    """All deliveries, oldest first."""
    found = pages(api, f"/webhooks/{webhook['id']}/deliveries", limit=100)
    return [delivery for page in found for delivery in page][::-1]


def events(api: httpx.Client, type_: str, after: str | None = None) -> list[dict[str, Any]]:
    """The ledger's events of a type behind one, in order."""
    params: dict[str, str | int] = {"types": type_, "limit": 100}
    if after is not None:
        params["after"] = after
    return [event for page in pages(api, "/events", **params) for event in page]


def last_event(api: httpx.Client) -> str:
    """The newest event's id."""
    found = [event for page in pages(api, "/events", limit=100) for event in page]
    return str(found[-1]["id"])


def read(api: httpx.Client, webhook: dict[str, Any]) -> dict[str, Any]:
    """A subscription as it is now."""
    found: dict[str, Any] = good(api.get(f"/webhooks/{webhook['id']}"))
    return found
