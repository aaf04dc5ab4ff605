"""One call of each retry class against a sandbox behind a proxy, and what the sandbox knows of its effect."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from imail_tui.api.client import ImailClient
from imail_tui.api.transport import CONNECTIONS
from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import ThreadSandbox, sandbox_in_thread
from imail_tui.services.budget import BudgetLimiter
from tests.fakes.moments import START
from tests.patience import PATIENCE

_OPTIONS = SandboxOptions(start=START, seed=3, per_minute=6_000_000, burst=1_000_000, frozen=True)
_EFFECTS = {
    "post": "SELECT count(*) FROM webhook WHERE url = ?",
    "patch": "SELECT count(*) FROM lead WHERE company = ?",
    "delete": "SELECT count(*) = 0 FROM lead WHERE 'http://localhost:9/' || id = ?",
}


class Kind(StrEnum):
    """The retry classes."""

    GET = "get"
    KEYED = "post under a key"
    ONCE = "post without idempotency"
    PATCH = "patch"
    DELETE = "delete"


class Ground:
    """A sandbox, told apart from what a client believes of it."""

    def __init__(self, sandbox: ThreadSandbox) -> None:
        self._sandbox = sandbox
        self.url = sandbox.url
        self.api_key = sandbox.api_key
        with sandbox.ledgers.test.read() as ledger:
            self._leads: list[str] = [row[0] for row in ledger.execute("SELECT id FROM lead ORDER BY no")]
        self.others = [self._leads.pop() for _ in range(CONNECTIONS)]
        """Leads no call is about."""

    def fresh_lead(self) -> str:
        """The id of a lead for one call alone."""
        return self._leads.pop()

    def effects(self, kind: Kind, lead_id: str) -> int:
        """How often the call was carried out, as the sandbox's ledger has it; a read has no effect."""
        if kind is Kind.GET:
            return 0
        with self._sandbox.ledgers.test.read() as ledger:
            row = ledger.execute(_EFFECTS[kind.split()[0]], (_mark(lead_id),)).fetchone()
        return int(row[0])


async def carry_out(client: ImailClient, kind: Kind, lead_id: str) -> None:
    """Make one call of a kind that is about a lead. Raises `ApiError`."""
    match kind:
        case Kind.GET:
            assert (await client.leads.get(lead_id)).id == lead_id
        case Kind.KEYED | Kind.ONCE:
            # Subscriptions may have the same address: a second arrival makes a second one.
            hook = await client.webhooks.create({"url": _mark(lead_id), "events": ["reply.received"]})
            assert hook.url == _mark(lead_id)
        case Kind.PATCH:
            assert (await client.leads.patch(lead_id, {"company": _mark(lead_id)})).id == lead_id
        case Kind.DELETE:
            await client.leads.delete(lead_id)


def _mark(lead_id: str) -> str:
    """What the effect of a call is known by."""
    return f"http://localhost:9/{lead_id}"


async def assert_sound(client: ImailClient, limiter: BudgetLimiter, ground: Ground) -> None:
    """No token is under way, and every connection can be used, all at the same time."""
    assert limiter.detail().under_way == 0
    async with asyncio.timeout(PATIENCE):
        # Different questions: identical ones would share an attempt.
        await asyncio.gather(*(client.leads.get(lead_id) for lead_id in ground.others))
    assert limiter.detail().under_way == 0


@contextmanager
def sandbox_ground() -> Iterator[Ground]:
    """A sandbox with a small world that stands still, in a thread."""
    with sandbox_in_thread(_OPTIONS) as sandbox:
        yield Ground(sandbox)
