"""What is compared: our client with its limiter, and what others would build.

Each has had an answer that costs no token before it begins, so that nobody is measured loading modules.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
from aiolimiter import AsyncLimiter

from imail_tui.api.client import ImailClient
from imail_tui.domain.budget import Priority
from imail_tui.model.secret import Secret
from imail_tui.services.shared_budget import open_limiter
from imail_tui.store.paths import HOME_VARIABLE, Paths
from tests.benchmarks.limiter import BURST, PER_MINUTE, RATE, WORKERS

Fetch = Callable[[str], Awaitable[None]]
"""Gets one lead, however many attempts it takes. Raises when it gives up."""
OpenClient = Callable[[str, str, Path], "contextlib.AbstractAsyncContextManager[Fetch]"]
"""By base URL, key and the directory of the app's files."""


@contextlib.asynccontextmanager
async def ours(base_url: str, key: str, home: Path) -> AsyncIterator[Fetch]:
    """The client of the app, as a job."""
    limiter = open_limiter(Paths.find({HOME_VARIABLE: str(home)}), Secret(key), base_url)
    limiter.configure(PER_MINUTE, BURST)
    client = ImailClient(Secret(key), base_url, limiter=limiter, clock=limiter.clock)
    leads = client.at(Priority.JOB).leads

    async def fetch(lead: str) -> None:
        await leads.get(lead)

    try:
        await client.metrics.get()
        yield fetch
    finally:
        await client.close()
        limiter.close()


@contextlib.asynccontextmanager
async def aiolimiter(base_url: str, key: str, home: Path) -> AsyncIterator[Fetch]:
    """The best known limiter for asyncio, set to the server's bucket; each process has its own."""
    limiter = AsyncLimiter(BURST, BURST / RATE)
    async with _http(base_url, key) as http:

        async def fetch(lead: str) -> None:
            await _fetch(http, lead, limiter.acquire)

        yield fetch


@contextlib.asynccontextmanager
async def plain(base_url: str, key: str, home: Path) -> AsyncIterator[Fetch]:
    """No limiter: asks until it is told to wait, then waits."""
    async with _http(base_url, key) as http:

        async def fetch(lead: str) -> None:
            await _fetch(http, lead, _at_once)

        yield fetch


CLIENTS: dict[str, OpenClient] = {"ours": ours, "aiolimiter": aiolimiter, "plain": plain}


@contextlib.asynccontextmanager
async def _http(base_url: str, key: str) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {key}"}
    limits = httpx.Limits(max_connections=WORKERS)
    async with httpx.AsyncClient(base_url=base_url, headers=headers, limits=limits, timeout=30) as http:
        (await http.get("/metrics")).raise_for_status()
        yield http


async def _fetch(http: httpx.AsyncClient, lead: str, turn: Callable[[], Awaitable[None]]) -> None:
    while True:
        await turn()
        answer = await http.get(f"/leads/{lead}")
        if answer.status_code != 429:
            answer.raise_for_status()
            return
        await asyncio.sleep(float(answer.headers["Retry-After"]))


async def _at_once() -> None:
    """No turn to wait for."""
