import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from imail_tui.services.sandbox_process import SandboxAddress, running_sandbox
from imail_tui.services.session import Session
from tests.patience import PATIENCE

from .workspace import WORLD, session_on


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the machine changes what a journey shows."""
    for name in ("NO_COLOR", "SSH_CONNECTION", "IMAIL_API_KEY", "IMAIL_BASE_URL", "TMUX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(os.environ, "TZ", "UTC")


@pytest.fixture(scope="session")
def standing_sandbox() -> Iterator[SandboxAddress]:
    """One process for all modules: its start costs two seconds of a core."""
    with running_sandbox(WORLD) as address:
        yield address


@pytest.fixture(scope="module")
def sandbox(standing_sandbox: SandboxAddress) -> SandboxAddress:
    """A world that stands still, at its first moment for each module: what its tests change stays changed."""
    url = f"{standing_sandbox.url.removesuffix('/v1')}/__sandbox/reset"
    httpx.post(url, timeout=PATIENCE).raise_for_status()
    return standing_sandbox


@pytest.fixture
def session(sandbox: SandboxAddress, tmp_path: Path) -> Session:
    """A newcomer's session on the test ledger, without polling."""
    return session_on(sandbox.url, sandbox.test_key, tmp_path)
