"""A client with short limits, so that every fault shows within a second or two."""

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from imail_tui.api import retry
from imail_tui.api.client import ImailClient
from imail_tui.api.deadlines import Deadlines
from imail_tui.domain.capabilities import UNKNOWN, Capabilities
from imail_tui.model.secret import Secret
from imail_tui.services.budget import BudgetLimiter
from tests.patience import PATIENCE

KEY = "imk_test_01HZSENTINELSENTINEL"
QUICK = Deadlines(read_call=2.0, write_call=2.0, connect=1.0, read=0.3, answer=0.3)
"""For what only a limit of the client's ends."""
PATIENT = Deadlines(*[PATIENCE] * 7)
"""For all else: a busy machine must not end an exchange."""

Connect = Callable[..., ImailClient]


def roomy_limiter() -> BudgetLimiter:
    """A budget that never makes anybody wait."""
    limiter = BudgetLimiter()
    limiter.configure(600_000, 100_000)
    return limiter


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.02)


@pytest_asyncio.fixture
async def connect() -> AsyncIterator[Connect]:
    """Makes clients of a base URL, closed at the end."""
    clients: list[ImailClient] = []

    def make(
        url: str,
        *,
        key: str = KEY,
        capabilities: Capabilities = UNKNOWN,
        deadlines: Deadlines = PATIENT,
        limiter: BudgetLimiter | None = None,
    ) -> ImailClient:
        client = ImailClient(
            Secret(key),
            url,
            limiter=limiter or roomy_limiter(),
            deadlines=deadlines,
            capabilities=lambda: capabilities,
        )
        clients.append(client)
        return client

    yield make
    for client in clients:
        await client.close()
