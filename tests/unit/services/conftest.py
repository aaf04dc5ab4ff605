"""A sandbox whose world stands still, and sessions on it."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from imail_tui.model.secret import Secret
from imail_tui.model.sources import RETENTION, Retention
from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import ThreadSandbox, sandbox_in_thread
from imail_tui.services.session import Session, open_session
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import FoundKey
from tests.fakes.moments import START

OpenSession = Callable[..., Session]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[ThreadSandbox]:
    """One for all tests; a test makes its own objects when it changes something."""
    with sandbox_in_thread(
        SandboxOptions(start=START, frozen=True, per_minute=1_000_000, burst=100_000)
    ) as running:
        yield running


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Where the test's sessions keep their files."""
    return Paths.find({"IMAIL_TUI_HOME": str(tmp_path)})


@pytest.fixture
async def opened(sandbox: ThreadSandbox, paths: Paths) -> AsyncIterator[OpenSession]:
    """Opens sessions, by default with the test key on the sandbox; they are closed at the end."""
    sessions: list[Session] = []

    def open_one(
        key: str | None = None,
        url: str | None = None,
        api_version: str | None = None,
        retention: Retention = RETENTION,
        feed_seconds: float = 0.05,
    ) -> Session:
        profile = Profile("work", url or sandbox.url, api_version=api_version)
        found_key = FoundKey(Secret(key or sandbox.api_key), "test")
        session = open_session(
            paths,
            profile,
            found_key,
            retry_seconds=(0.05,),
            feed_seconds=feed_seconds,
            retention=retention,
        )
        sessions.append(session)
        return session

    yield open_one
    for session in sessions:
        await session.close()


@pytest.fixture
async def session(opened: OpenSession) -> Session:
    """A connected session."""
    session = opened()
    await session.connect()
    await session.offers_settled()
    return session
