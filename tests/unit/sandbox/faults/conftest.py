"""A sandbox of its own for the tests of faults: what is put up here must not strike others."""

import datetime as dt
from collections.abc import Iterator

import httpx
import pytest

from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import SandboxControl, ThreadSandbox, sandbox_in_thread
from tests.patience import PATIENCE

START = dt.datetime(2026, 11, 23, 14, 23, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def faulty() -> Iterator[ThreadSandbox]:
    options = SandboxOptions(start=START, seed=7, frozen=True, burst=1_000_000, per_minute=1e6)
    with sandbox_in_thread(options) as running:
        yield running


@pytest.fixture
def control(faulty: ThreadSandbox) -> Iterator[SandboxControl]:
    yield faulty.control
    faulty.control.clear_faults()


@pytest.fixture
def api(faulty: ThreadSandbox) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {faulty.api_key}"}
    with httpx.Client(base_url=faulty.url, headers=headers, timeout=PATIENCE) as client:
        yield client
