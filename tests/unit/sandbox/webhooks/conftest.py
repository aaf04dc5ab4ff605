"""A frozen sandbox, begun again for every test, a client of it, and a receiver."""

import datetime as dt
from collections.abc import Iterator

import httpx
import pytest

from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import SandboxControl, ThreadSandbox, sandbox_in_thread
from tests.unit.sandbox.webhooks.receiver import Receiver, receiving
from tests.unit.sandbox.webhooks.subscribing import client_of

START = dt.datetime(2026, 11, 23, 14, 23, tzinfo=dt.UTC)
OPTIONS = SandboxOptions(start=START, seed=7, frozen=True, burst=1_000_000, per_minute=1e6)


@pytest.fixture(scope="session")
def stage() -> Iterator[ThreadSandbox]:
    with sandbox_in_thread(OPTIONS) as running:
        yield running


@pytest.fixture
def control(stage: ThreadSandbox) -> Iterator[SandboxControl]:
    yield stage.control
    stage.control.reset()


@pytest.fixture
def api(stage: ThreadSandbox, control: SandboxControl) -> Iterator[httpx.Client]:
    with client_of(stage) as client:
        yield client


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running
