"""Reading answers in tests."""

import uuid
from collections.abc import Iterator
from typing import Any

import httpx


def fault(response: httpx.Response, status: int) -> dict[str, Any]:
    """The error of a refusal, whose envelope and status are checked."""
    assert response.status_code == status, response.text
    body = response.json()
    assert set(body) == {"error", "request_id"}
    assert body["request_id"] == response.headers["X-Request-Id"]
    error: dict[str, Any] = body["error"]
    assert error["message"]
    assert error["doc"].endswith(error["code"])
    return error


def good(response: httpx.Response, status: int = 200) -> Any:
    """The body of a success."""
    assert response.status_code == status, response.text
    return response.json()


def pages(api: httpx.Client, path: str, **params: str | int) -> Iterator[list[dict[str, Any]]]:
    """All pages of a list."""
    cursor: dict[str, str] = {}
    while True:
        body = good(api.get(path, params={**params, **cursor}))
        yield body["data"]
        if not body["pagination"]["has_more"]:
            assert body["pagination"]["next_cursor"] is None
            return
        cursor = {"cursor": body["pagination"]["next_cursor"]}


def key() -> dict[str, str]:
    """A new Idempotency-Key."""
    return {"Idempotency-Key": str(uuid.uuid4())}
