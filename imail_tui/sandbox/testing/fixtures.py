"""Fixtures for a test suite of yours: one sandbox process for the session, as it was before every test.

Put `pytest_plugins = ["imail_tui.sandbox.testing.fixtures"]` into the topmost `conftest.py`, and for other
options a fixture `imail_sandbox_options` of your own, of scope `session`. Needs pytest.
"""

import datetime as dt
from collections.abc import Iterator

import pytest

from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing.servers import Sandbox, running_sandbox

_MONDAY_MORNING = dt.datetime(2026, 6, 1, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def imail_sandbox_options() -> SandboxOptions:
    """Options of the session's sandbox: the small world on a Monday morning, standing still."""
    return SandboxOptions(start=_MONDAY_MORNING, frozen=True)


@pytest.fixture(scope="session")
def imail_sandbox_process(imail_sandbox_options: SandboxOptions) -> Iterator[Sandbox]:
    """The session's sandbox, in whatever state the tests left it."""
    with running_sandbox(imail_sandbox_options) as sandbox:
        yield sandbox


@pytest.fixture
def imail_sandbox(imail_sandbox_process: Sandbox) -> Iterator[Sandbox]:
    """The session's sandbox in its first state: what one test does, the next does not see."""
    yield imail_sandbox_process
    imail_sandbox_process.control.reset()
