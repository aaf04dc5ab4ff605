"""A sandbox of its own for the tests of the controls, which move its time and begin it again."""

import datetime as dt
from collections.abc import Callable, Iterator

import httpx
import pytest

from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import SandboxControl, ThreadSandbox, sandbox_in_thread
from tests.patience import PATIENCE

START = dt.datetime(2026, 11, 23, 14, 23, tzinfo=dt.UTC)
Api = Callable[[], httpx.Client]


@pytest.fixture(scope="session")
def stage() -> Iterator[ThreadSandbox]:
    options = SandboxOptions(start=START, seed=7, frozen=True, burst=1_000_000, per_minute=1e6)
    with sandbox_in_thread(options) as running:
        yield running


@pytest.fixture
def control(stage: ThreadSandbox) -> Iterator[SandboxControl]:
    yield stage.control
    stage.control.reset()


@pytest.fixture
def api(stage: ThreadSandbox) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {stage.api_key}"}
    with httpx.Client(base_url=stage.url, headers=headers, timeout=PATIENCE) as client:
        yield client
