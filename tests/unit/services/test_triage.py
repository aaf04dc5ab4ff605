"""Triage against the real sandbox: at once on screen, once on the server, back when refused, never lost."""

import asyncio
from datetime import timedelta

from imail_tui.api.exchange import Exchange
from imail_tui.domain.replies.views import VIEWS
from imail_tui.model.conversations import Conversation
from imail_tui.model.record import Json
from imail_tui.services.session import Session
from tests.unit.services.conftest import OpenSession

POSITIVE = next(view for view in VIEWS if view.id == "positive")


async def some(session: Session, number: int, text: str = "") -> list[Conversation]:
    """Conversations of this workspace that nobody has judged yet."""
    await session.replies.refresh()
    window = session.conversations.window(session.conversations.read_filter(f"-source:human {text}"))
    rows = window.rows(0, number)
    window.close()
    assert len(rows) == number
    return [session.conversations.parse(row) for row in rows]


async def test_a_label_shows_before_the_server_has_heard_of_it(opened: OpenSession) -> None:
    session = opened()
    (one,) = await some(session, 1, "done:no")
    seen: list[str | None] = []
    stop = session.conversations.changed.subscribe(lambda _: seen.append(label_shown(session, one)))
    triaged = await session.triage.label([one.id], "referral", done=True)
    stop()
    server = await session.client.replies.get(one.reply_id)
    assert (triaged.done, triaged.refused, seen[0]) == ((one.id,), {}, "referral")
    assert server.classification is not None
    assert (server.classification.label, server.done, server.read) == ("referral", True, True)
    assert server.ai_classification == one.head.ai_classification

    said = await session.undo.undo()
    back = await session.client.replies.get(one.reply_id)
    before = one.head.classification
    assert one.head.lead is not None
    assert said == f"Undone: Label {one.head.lead.full_name} referral."
    assert (back.classification.label if back.classification else None) == (before.label if before else None)
    assert back.done is False


async def test_two_sessions_lose_no_label(opened: OpenSession) -> None:
    first, second = opened(), opened()
    pile = await some(first, 6, "done:no")
    await second.replies.refresh()
    ids = [each.id for each in pile]
    # The second has seen nothing of the first: different fields merge, on the same one the later is told.
    await first.triage.label(ids[:4], "objection")
    stale = {each.id: each.head.wire() for each in pile}
    results = await asyncio.gather(
        second.triage.mark_done(ids), first.triage.snooze(ids[4:], first.now() + timedelta(days=2))
    )
    for each in pile:
        now = await first.client.replies.get(each.reply_id)
        assert now.done is True, stale[each.id]
        if each.id in ids[:4]:
            assert now.classification is not None
            assert now.classification.label == "objection"
        else:
            assert now.snoozed_until is not None
    assert [result.refused for result in results] == [{}, {}]


async def test_another_session_sees_a_label_without_asking_the_server(opened: OpenSession) -> None:
    first, second = opened(), opened(feed_seconds=600.0)
    (one,) = await some(first, 1, "done:no")
    await second.feed.look()
    asked: list[Exchange] = []
    seen = asyncio.Event()

    def look(_: object) -> None:
        if label_shown(second, one) == "referral":
            seen.set()

    second.feed.start()
    second.feed.pause()
    second.exchanged.subscribe(asked.append)
    second.conversations.changed.subscribe(look)
    assert label_shown(second, one) != "referral"
    async with asyncio.timeout(15):
        await first.triage.label([one.id], "referral")
        await seen.wait()
    assert asked == []


async def test_the_same_field_said_otherwise_by_another_machine_is_told(opened: OpenSession) -> None:
    session = opened()
    (one,) = await some(session, 1)
    await session.client.replies.patch(one.reply_id, {"classification": "meeting_request"})
    triaged = await session.triage.label([one.id], "not_interested")
    server = await session.client.replies.get(one.reply_id)
    assert server.classification is not None
    assert server.classification.label == "meeting_request"
    problem = triaged.refused[one.id]
    assert (problem.code, "It is now meeting." in problem.what) == ("changed_meanwhile", True)
    assert session.triage.refusal(one.id) == problem
    assert label_shown(session, one) == "meeting_request"
    # Said again, knowing of it, it holds.
    again = await session.triage.label([one.id], "not_interested")
    assert again.refused == {}


async def test_what_the_server_refuses_goes_back_and_says_why(opened: OpenSession) -> None:
    session = opened()
    (one,) = await some(session, 1)
    triaged = await session.triage.label([one.id], "NOT A LABEL")
    now = shown(session, one)
    assert now is not None
    assert (now.head.classification, now.head.read) == (one.head.classification, one.head.read)
    assert triaged.refused[one.id].request_id
    assert session.cache.all_kept("triage") == {}


async def test_a_label_survives_the_end_of_the_process_and_waits_for_the_server(opened: OpenSession) -> None:
    session = opened()
    (one,) = await some(session, 1)
    whole = session.replies.get(one.reply_id)
    assert whole is not None
    note: Json = {"before": whole.wire(), "changes": {"classification": "question"}, "at": 1}
    session.cache.keep("triage", one.reply_id, {**note, "conversation": one.id}, 1.0)
    later = opened()
    heard = asyncio.Event()
    later.conversations.changed.subscribe(lambda _: heard.set())
    later.resume()
    assert later.cache.all_kept("triage")
    await later.connect()
    async with asyncio.timeout(20):
        while later.cache.all_kept("triage"):
            await heard.wait()
            heard.clear()
            await asyncio.sleep(0.01)
    server = await session.client.replies.get(one.reply_id)
    assert server.classification is not None
    assert (server.classification.label, server.classification.source) == ("question", "human")


async def test_unsubscribing_suppresses_and_undo_lifts_it(opened: OpenSession) -> None:
    session = opened()
    (one,) = await some(session, 1, "linked:yes")
    await session.triage.unsubscribe([one.id])
    assert one.head.lead is not None
    address = one.head.lead.email
    assert address in {each.value async for each in session.client.suppressions.list()}
    await session.undo.undo()
    assert address not in {each.value async for each in session.client.suppressions.list()}


def shown(session: Session, conversation: Conversation) -> Conversation | None:
    """What the list shows of it now."""
    return session.conversations.get(conversation.id)


def label_shown(session: Session, conversation: Conversation) -> str | None:
    """The label the list shows."""
    now = shown(session, conversation)
    given = now.head.classification if now is not None else None
    return given.label if given is not None else None
