"""What happens is found: by events where there are some, by comparing lists where there are none."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from imail_tui.domain.budget import Priority
from imail_tui.model.problem import Problem
from imail_tui.model.status import Link
from imail_tui.sandbox.journal import Journal
from imail_tui.sandbox.testing import ThreadSandbox
from imail_tui.services import feed as feed_module
from imail_tui.services.feed import FeedState, Movement
from imail_tui.services.session import Session
from tests.fakes.lacking_server import lacking, lacking_server
from tests.patience import PATIENCE
from tests.unit.services.conftest import OpenSession
from tests.unit.services.test_session import log_of

Happen = Callable[[], str]


@pytest.fixture
def happen(sandbox: ThreadSandbox) -> Happen:
    """Lets an inbox be reconnected in the sandbox's ledger; returns the event's id."""

    def reconnect() -> str:
        ledger = sandbox.ledgers.test
        with ledger.transaction() as connection:
            now = ledger.now_ms()
            inbox_id = connection.execute("SELECT id FROM inbox LIMIT 1").fetchone()[0]
            connection.execute(
                "UPDATE inbox SET last_sync_at = ?1, updated_at = ?1 WHERE id = ?2", (now + 1, inbox_id)
            )
            data: dict[str, object] = {"inbox_id": inbox_id}
            journal = Journal(connection)
            return journal.event(ledger.ids, "inbox.reconnected", now, data, inbox_id=inbox_id)

    return reconnect


def state(session: Session) -> FeedState:
    return session.feed.state


async def test_the_feed_begins_near_the_end_of_the_ledger(session: Session) -> None:
    log = log_of(session)
    movement = await session.feed.look()
    assert movement.history
    assert 0 < session.events.window().total == len(movement.events) <= 500
    assert len(log) < 20
    last = movement.events[-1]
    log.clear()
    assert (await session.feed.look()).events == ()
    assert len(log) == 1
    newest = session.events.get(session.events.window().ids()[0])
    assert newest is not None
    assert newest.created_at == last.created_at


async def test_what_happens_is_found_and_its_list_refreshed(session: Session, happen: Happen) -> None:
    await session.feed.look()
    moved: list[Movement] = []
    arrived: list[frozenset[str]] = []
    session.feed.moved.subscribe(moved.append)
    session.events.changed.subscribe(arrived.append)
    event_id = happen()
    found = await session.feed.look()
    assert [(move.events, move.kinds) for move in moved] == [(found.events, set()), ((), found.kinds)]
    assert not found.history
    assert found.kinds == {"inboxes"}
    assert [event.id for event in found.events] == [event_id]
    assert arrived == [{event_id}]
    assert session.events.window().ids()[0] == event_id
    assert (await session.feed.look()).events == ()


async def test_the_next_run_goes_on_where_this_one_ended(opened: OpenSession, happen: Happen) -> None:
    first = opened()
    await first.feed.look()
    await first.close()
    second = opened()
    event_id = happen()
    found = await second.feed.look()
    assert [event.id for event in found.events] == [event_id]


async def test_a_place_the_server_does_not_keep_is_left_with_a_word(session: Session) -> None:
    notices: list[Problem] = []
    session.noticed.subscribe(notices.append)
    for forgotten in ("evt_00000000000000000000000000", "evt_7ZZZZZZZZZZZZZZZZZZZZZZZZZ"):
        session.events.store.remember("after", forgotten)
        await session.feed.look()
        assert state(session) is not FeedState.COMPARING
        assert (await session.feed.look()).events == ()
    assert [notice.code for notice in notices] == ["event_expired"] * 2


@pytest.fixture
def without_events(sandbox: ThreadSandbox) -> Iterator[str]:
    with lacking(sandbox.url, "/events") as url:
        yield url


async def test_without_events_lists_are_compared(
    opened: OpenSession, without_events: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "_GAPS", dict.fromkeys(("replies", "inboxes", "campaigns"), 0.0))
    session = opened(url=without_events)
    first = await session.feed.look()
    assert state(session) is FeedState.COMPARING
    assert first.kinds == {"replies", "inboxes", "campaigns"}
    assert (await session.feed.look()).kinds == set()
    reply_id = session.replies.window().ids()[0]
    reply = session.replies.get(reply_id)
    assert reply is not None
    await session.client.replies.patch(reply_id, {"done": not reply.done})
    assert (await session.feed.look()).kinds == {"replies"}


async def test_without_replies_events_and_the_other_lists_are_followed(
    opened: OpenSession, sandbox: ThreadSandbox, happen: Happen
) -> None:
    with lacking_server(sandbox.url, "/replies", "/replies/*") as server:
        session = opened(url=server.url)
        await session.connect()
        await session.offers_settled()
        server.asked.clear()
        await session.feed.look()
        happen()
        found = await session.feed.look()
        assert state(session) is not FeedState.COMPARING
        assert found.events
        assert found.kinds == {"inboxes"}
        assert "GET /events" in server.asked
        assert not [line for line in server.asked if "/replies" in line]


async def test_a_list_that_answers_404_does_not_keep_the_others_from_being_filled(
    opened: OpenSession, sandbox: ThreadSandbox
) -> None:
    with lacking(sandbox.url, "/replies", "/events") as url:
        session = opened(url=url)
        assert (await session.feed.look()).kinds == {"inboxes", "campaigns"}
        assert state(session) is FeedState.COMPARING


async def test_a_server_that_has_events_after_all_is_followed(
    opened: OpenSession, sandbox: ThreadSandbox
) -> None:
    with lacking_server(sandbox.url, "/events") as server:
        session = opened(url=server.url)
        await session.connect()
        await session.offers_settled()
        await session.feed.look()
        assert state(session) is FeedState.COMPARING
        server.gone.clear()
        await session.connect()
        await session.offers_settled()
        await session.feed.look()
        assert state(session) is not FeedState.COMPARING


async def test_lists_are_not_refreshed_for_every_event(session: Session, happen: Happen) -> None:
    await session.feed.look()
    happen()
    await session.feed.look()
    log = log_of(session)
    happen()
    log.clear()
    await session.feed.look()
    assert {exchange.path for exchange in log} == {"/events"}


async def test_what_comes_while_its_list_is_refreshed_makes_it_due_again(
    opened: OpenSession, happen: Happen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer under way may be older than the event."""
    monkeypatch.setattr(feed_module, "_GAPS", dict.fromkeys(("replies", "inboxes", "campaigns"), 0.0))
    monkeypatch.setattr(feed_module, "_URGENT_GAP", 0.0)
    monkeypatch.setattr(feed_module, "WATCHING", 0.0)
    session, listener = opened(), opened()
    await session.feed.look()
    really, answers = session.inboxes.bring_up_to_date, 0
    answered, gate, seen = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def gated(priority: Priority) -> frozenset[str]:
        nonlocal answers
        differing = await really(priority)
        answers += 1
        answered.set()
        await gate.wait()
        return differing

    monkeypatch.setattr(session.inboxes, "bring_up_to_date", gated)
    happen()
    session.feed.start()
    async with asyncio.timeout(30):
        await answered.wait()
        session.feed.moved.subscribe(lambda movement: seen.set() if movement.events else None)
        happen()
        # Another process writes it into the store, where the watch sees it.
        await listener.feed.look()
        await seen.wait()
        answered.clear()
        gate.set()
        await answered.wait()
    assert answers == 2


async def test_it_runs_by_itself_pauses_and_goes_on(session: Session, happen: Happen) -> None:
    await session.feed.look()
    found: asyncio.Queue[Movement] = asyncio.Queue()
    session.feed.moved.subscribe(found.put_nowait)
    session.feed.start()
    session.feed.start()
    assert state(session) is FeedState.FOLLOWING
    async with asyncio.timeout(PATIENCE):
        happen()
        assert (await found.get()).events
        session.feed.pause()
        assert state(session) is FeedState.PAUSED
        happen()
        session.feed.resume()
        while not (await found.get()).events:
            pass
    await session.feed.stop()
    assert state(session) is FeedState.OFF


async def test_a_key_that_is_refused_stops_the_questions(opened: OpenSession) -> None:
    session = opened(key="imk_test_01AAAAAAAAAAAAAAAAAAAAAAAA")
    refused = asyncio.Event()
    session.status_changed.subscribe(
        lambda status: refused.set() if status.link is Link.UNAUTHORIZED else None
    )
    log = log_of(session)
    session.feed.start()
    async with asyncio.timeout(PATIENCE):
        await refused.wait()
    sent = len(log)
    for _ in range(3):
        with pytest.raises(Exception, match="401"):
            await session.feed.look()
    assert len(log) == sent
