"""Three sources and one stream: what another process writes is seen, and only one session asks."""

import asyncio
import time

import pytest

from imail_tui.model.sources import Retention, Source
from imail_tui.sandbox.testing import ThreadSandbox
from imail_tui.services.event_sources import EventSources
from imail_tui.services.feed import Movement
from imail_tui.services.session import Session
from imail_tui.store.event_store import EventStore
from tests.patience import PATIENCE
from tests.unit.services.conftest import OpenSession
from tests.unit.services.test_session import log_of

DELIVERED = b'{"id":"evt_hook","type":"inbox.disconnected","created_at":"2026-03-02T09:00:00Z","data":{}}'


def asked(session: Session, path: str) -> asyncio.Event:
    """Set when the session next asks for something."""
    event = asyncio.Event()
    session.exchanged.subscribe(lambda exchange: event.set() if exchange.path == path else None)
    return event


async def test_what_another_process_writes_is_seen_and_its_list_refreshed(session: Session) -> None:
    await session.feed.look()
    other = EventStore.open(session.events.store.path)
    EventSources(other, time.time).give(Source.WEBHOOKS, 60, knows=True)
    session.feed.start()
    found: asyncio.Queue[Movement] = asyncio.Queue()
    session.feed.moved.subscribe(found.put_nowait)
    log, lists = log_of(session), asked(session, "/inboxes")
    other.add([DELIVERED], 0.0)
    async with asyncio.timeout(PATIENCE):
        while not (movement := await found.get()).events:
            pass
        assert [event.id for event in movement.events] == ["evt_hook"]
        await lists.wait()
    # A listener runs: the ledger is left alone.
    assert not [exchange for exchange in log if exchange.path == "/events"]


async def test_a_second_loss_in_the_same_moment_does_not_wait_for_the_next_pause(opened: OpenSession) -> None:
    session = opened(feed_seconds=30.0)
    await session.feed.look()
    other = EventStore.open(session.events.store.path)
    EventSources(other, time.time).give(Source.WEBHOOKS, 60, knows=True)
    session.feed.start()
    async with asyncio.timeout(PATIENCE):
        for number in range(3):
            lists = asked(session, "/inboxes")
            other.add([DELIVERED.replace(b"hook", b"hook%d" % number)], 0.0)
            await lists.wait()


async def test_one_session_reads_the_ledger_for_all_until_it_ends(opened: OpenSession) -> None:
    first, second = opened(), opened()
    await first.feed.look()
    ledger, lists, log = asked(first, "/events"), asked(second, "/inboxes"), log_of(second)
    async with asyncio.timeout(PATIENCE):
        first.feed.start()
        await ledger.wait()
        second.feed.start()
        await lists.wait()
        assert not [exchange for exchange in log if exchange.path == "/events"]
        ledger = asked(second, "/events")
        await first.feed.stop()
        await ledger.wait()


async def test_health_says_who_works_and_how_old_the_knowledge_is(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert session.feed.health().age is None
    assert not session.feed.health().of(Source.LEDGER).alive
    await session.feed.look()
    health = session.feed.health()
    assert health.of(Source.LEDGER).alive
    assert health.age is not None
    assert health.age < 60
    assert not health.of(Source.WEBHOOKS).alive


def test_a_lease_ends_by_time_and_by_leaving(tmp_path_factory: pytest.TempPathFactory) -> None:
    now = 1_000.0
    store = EventStore.open(tmp_path_factory.mktemp("events") / "e.sqlite3")
    one, other = (EventSources(store, lambda: now) for _ in range(2))
    assert one.take(Source.LEDGER, 30)
    assert not other.take(Source.LEDGER, 30)
    now = 1_029.0
    assert one.take(Source.LEDGER, 30)
    now = 1_058.0
    assert not other.take(Source.LEDGER, 30)
    now = 1_060.0
    assert other.take(Source.LEDGER, 30)
    one.leave(Source.LEDGER)
    assert not one.take(Source.LEDGER, 30)
    other.leave(Source.LEDGER)
    assert one.take(Source.LEDGER, 30)
    # The clock was set back by an hour: nobody waits for it to come round.
    now -= 3_600
    assert other.take(Source.LEDGER, 30)


async def test_events_of_long_ago_are_dropped_by_the_worlds_time(
    opened: OpenSession, sandbox: ThreadSandbox
) -> None:
    session = opened(retention=Retention(days=3))
    await session.connect()
    session.events.store.add([b'{"id":"evt_old","created_at":"2026-02-20T00:00:00Z"}', DELIVERED], 0.0)
    await session.feed.look()
    assert session.events.get("evt_old") is None
    assert session.events.get("evt_hook") is not None
