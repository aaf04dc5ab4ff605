"""One frozen small world for each module of tests of the HTTP half, on a real port."""

import datetime as dt
from collections.abc import Iterator

import httpx
import pytest

from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import ThreadSandbox, sandbox_in_thread
from tests.patience import PATIENCE

START = dt.datetime(2026, 11, 23, 14, 23, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[ThreadSandbox]:
    options = SandboxOptions(start=START, seed=7, frozen=True, burst=1_000_000, per_minute=1e6)
    with sandbox_in_thread(options) as running:
        yield running


@pytest.fixture(scope="module")
def api(sandbox: ThreadSandbox) -> Iterator[httpx.Client]:
    """A client with the test key."""
    headers = {"Authorization": f"Bearer {sandbox.api_key}"}
    with httpx.Client(base_url=sandbox.url, headers=headers, timeout=PATIENCE) as client:
        yield client
