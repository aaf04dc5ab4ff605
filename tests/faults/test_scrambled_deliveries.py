"""The worst a network and a kernel do to deliveries: in the end the store holds each event once."""

import asyncio
import datetime as dt
import random
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from imail_tui.domain.signatures import HEADER, sign
from imail_tui.model.events import EVENT_TYPES
from imail_tui.model.record import Json
from imail_tui.model.secret import Secret
from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import ThreadSandbox, sandbox_in_thread
from imail_tui.services.session import Session, open_session
from imail_tui.store.event_store import EventStore
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import FoundKey
from tests.fakes.moments import START
from tests.patience import PATIENCE
from tests.unit.sandbox.webhooks.receiver import Delivery, receiving
from tests.unit.sandbox.webhooks.subscribing import client_of, subscribe

COPIES = 10
LOST = 0.1
"""The share of events none of whose deliveries arrives."""
LATE = 0.2
AT_ONCE = 8


@pytest.fixture
def sandbox() -> Iterator[ThreadSandbox]:
    options = SandboxOptions(start=START, seed=5, frozen=True, burst=1_000_000, per_minute=1e6)
    with sandbox_in_thread(options) as running:
        yield running


class MortalListener:
    """A listener that is started again each time it has died."""

    def __init__(self, file: Path, secret: str, deadly: float) -> None:
        self.deaths = 0
        self.now = START.timestamp()
        self._file = file
        self._secret = secret
        self._deadly = deadly
        self._process: Process | None = None
        self._url = ""
        self._starting = asyncio.Lock()

    async def url(self) -> str:
        """Where it listens now."""
        async with self._starting:
            process = self._process
            if process is None or process.returncode is not None:
                self.deaths += process is not None
                given = (self._secret, self.deaths, self._deadly, self.now)
                process = self._process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "tests.faults.killed_listener", str(self._file)),
                    *map(str, given),
                    stdout=PIPE,
                )
                assert process.stdout is not None
                self._url = (await process.stdout.readline()).decode().strip()
            return self._url

    async def end(self) -> None:
        """Kill it for good."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


@dataclass(frozen=True)
class Sent:
    """What a sender keeps trying to get rid of."""

    body: bytes
    event_id: str


async def _send(client: httpx.AsyncClient, listener: MortalListener, sent: Sent, secret: str) -> None:
    """Try until it is acknowledged, as the server does: each attempt is signed anew."""
    while True:
        url = await listener.url()
        headers = {HEADER: sign(sent.body, [secret], int(listener.now)), "Imail-Event-Id": sent.event_id}
        try:
            answer = await client.post(url, content=sent.body, headers=headers)
        except httpx.TransportError:
            continue
        assert answer.status_code == 200
        return


async def _deliver(
    listener: MortalListener, deliveries: list[Delivery], secret: str, chance: random.Random
) -> None:
    """All of them ten times, shuffled; a tenth never, a fifth a day late."""
    events = [Sent(body, event_id) for event_id, body in {e.event_id: e.body for e in deliveries}.items()]
    arriving = [each for each in events if chance.random() >= LOST]
    late = {each.event_id for each in arriving if chance.random() < LATE}
    limit = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(timeout=PATIENCE) as client:

        async def send(sent: Sent) -> None:
            async with limit:
                await _send(client, listener, sent, secret)

        for is_late in (False, True):
            copies = [each for each in arriving if (each.event_id in late) is is_late] * COPIES
            chance.shuffle(copies)
            await asyncio.gather(*map(send, copies))
            # A listener of the next day.
            await listener.end()
            listener.now += 24 * 3600


async def _scramble(sandbox: ThreadSandbox, folder: Path, hours: int, deadly: float) -> tuple[int, int]:
    """Events and the listener's deaths, on the way to a store that equals the ledger."""
    with client_of(sandbox) as api, receiving() as receiver:
        made = subscribe(api, receiver.url, *EVENT_TYPES)
        paths = Paths(folder / "config", folder / "data", folder / "state", folder / "run")
        profile = Profile("one", sandbox.url)
        session = open_session(paths, profile, FoundKey(Secret(sandbox.api_key), "test"))
        listener = MortalListener(paths.events_file("one", sandbox.url, "test"), made["secret"], deadly)
        try:
            await session.feed.look()
            before = session.events.store.total
            await asyncio.to_thread(sandbox.control.advance, dt.timedelta(hours=hours))
            deliveries = list(receiver.deliveries)
            await _deliver(listener, deliveries, made["secret"], random.Random(hours))
            while (await session.feed.look()).events:
                pass
            store = session.events.store
            ledger = await _ledger(session)
            assert store.total == before + len(deliveries)
            assert {each["id"]: each for each in _all_of(store)} == {
                each["id"]: each for each in ledger[-store.total :]
            }
            times = [str(each["created_at"]) for each in _all_of(store)]
            assert times == sorted(times, reverse=True)
        finally:
            await listener.end()
            await session.close()
    return len(deliveries), listener.deaths


async def _ledger(session: Session) -> list[Json]:
    return [row async for page in session.client.events.list().pages() for row in page.raw]


def _all_of(store: EventStore) -> list[Json]:
    window = store.window()
    try:
        return window.rows(0, window.total)
    finally:
        window.close()


async def test_a_few_hours(sandbox: ThreadSandbox, tmp_path: Path) -> None:
    events, deaths = await _scramble(sandbox, tmp_path, hours=1, deadly=0.005)
    assert events > 30
    assert deaths > 0


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_a_day(sandbox: ThreadSandbox, tmp_path: Path) -> None:
    events, deaths = await _scramble(sandbox, tmp_path, hours=24, deadly=0.002)
    print(f"{events} events ten times, shuffled, a tenth lost, a fifth a day late, {deaths} kills")
    assert events > 2_000
    assert deaths > 20
