"""Triage and answering from the keyboard, on a real sandbox."""

from datetime import timedelta

import pytest
from textual.pilot import Pilot

from imail_tui.model.conversations import Conversation
from imail_tui.model.outbox import OutboxState
from imail_tui.sandbox.testing.control import SandboxControl
from imail_tui.services.sandbox_process import SandboxAddress
from imail_tui.services.session import Session
from imail_tui.ui.screens.replies.answer_screen import AnswerScreen
from imail_tui.ui.screens.replies.screen import RepliesScreen

from .workspace import SIZES, app_on, filter_by, until, until_gone, until_shown

TRIAGED = 50
SENT_AFTER = timedelta(seconds=30)
KEYS_OF = {"positive": "I", "negative": "N", "neutral": "L", "unknown": "Q", "automatic": "V"}


def screen_of(pilot: Pilot[None]) -> RepliesScreen:
    return next(each for each in pilot.app.screen_stack if isinstance(each, RepliesScreen))


def record_of(pilot: Pilot[None]) -> Conversation:
    record = screen_of(pilot).record
    assert record is not None
    return record


async def first(pilot: Pilot[None], wanted: str) -> Conversation:
    """Filter what is on show; the conversation under the cursor."""
    await pilot.press("4")
    await until_shown(pilot, " All ", "unread")
    await filter_by(pilot, wanted)
    await until(pilot, lambda: screen_of(pilot).record is not None, "conversation")
    return record_of(pilot)


async def test_fifty_conversations_triaged_by_keyboard_alone(session: Session) -> None:
    """Two keys each: what it means, and done. 103 key presses in all with the way there."""
    presses = 0

    async def press(*keys: str) -> None:
        nonlocal presses
        presses += len(keys)
        await pilot.press(*keys)

    async with app_on(session, (80, 24)) as pilot:
        await press("4")
        await until_shown(pilot, "Replies  All  ", "Needs me")
        await press("right_square_bracket")
        await until_shown(pilot, "Replies  Needs me", "by needs")
        table = screen_of(pilot).table
        await until(pilot, lambda: table.total > TRIAGED, "replies to triage")
        await press("enter")
        said: dict[str, str] = {}
        for _ in range(TRIAGED):
            record = record_of(pilot)
            assert record.id not in said
            key = KEYS_OF[record.stance]
            said[record.id] = key
            await press(key, "d")
            await until(pilot, lambda: record_of(pilot).id not in said, "next conversation")
            await until_shown(pilot, record_of(pilot).head.sender)
        await until(pilot, lambda: all(is_done(session, each) for each in said), "all of them done")
        assert presses == 2 * TRIAGED + 3
        # Rows change before the server answers; it has all of it once nothing is on its way.
        await until(pilot, lambda: not session.cache.all_kept("triage"), "server that has all of it")
        done = {each.id: each async for each in session.client.replies.list(done=True)}
        labels = {
            "I": "interested",
            "N": "not_interested",
            "L": "not_now",
            "Q": "question",
            "V": "out_of_office",
        }
        for conversation_id, key in said.items():
            conversation = session.conversations.get(conversation_id)
            assert conversation is not None
            told = done[conversation.reply_id].classification
            assert told is not None
            assert (told.label, told.source) == (labels[key], "human")


def is_done(session: Session, conversation_id: str) -> bool:
    conversation = session.conversations.get(conversation_id)
    return conversation is not None and conversation.head.done is True


async def test_live_arrival_refusal_undo_and_snooze(sandbox: SandboxAddress, session: Session) -> None:
    control = SandboxControl(sandbox.url)
    async with app_on(session, (80, 24)) as pilot:
        record = await first(pilot, "label:objection source:ai done:no")
        # Marks and bulk: two are refused and go back, visibly; then they are taken, and taken back.
        await pilot.press("space", "space")
        await until_shown(pilot, "2 marked")
        with control.fault("status", status=403, path="/replies/{reply_id}", method="PATCH"):
            await pilot.press("I")
            await until_shown(pilot, "! ", "objection")
            await until(pilot, lambda: session.triage.refusal(record.id) is not None, "refusal")
        await pilot.press("R")
        await until_shown(pilot, "2 conversations: referral")
        assert await label_of(session, record) == "referral"
        await pilot.press("u")
        await until_shown(pilot, "Undone")
        assert await label_of(session, record) == "objection"
        # A time that is typed; the pile of what is snoozed has it.
        await pilot.press("g")
        record = record_of(pilot)
        await pilot.press("z")
        await until_shown(pilot, "Snooze ", "Tomorrow morning")
        await pilot.press(*"xyz", "enter")
        await until_shown(pilot, "This is no time.")
        await pilot.press(*(["backspace"] * 3), *"3d", "enter")
        await until_shown(pilot, "snoozed until 2026-03-05")
        snoozed = await session.client.replies.get(record.reply_id)
        assert snoozed.snoozed_until is not None
        await pilot.press("escape")
        await until_shown(pilot, "Replies  All")
        # A reply arrives: the row under the cursor stays under it.
        await pilot.press("g", "j", "j")
        at = record_of(pilot).id
        lead = record.head.lead
        assert lead is not None
        assert lead.id is not None
        control.reply(lead.id, "Is Thursday still fine?")
        await session.conversations.refresh()
        await until_shown(pilot, "↑ 1 new, g")
        assert record_of(pilot).id == at
        await pilot.press("g")
        await until_gone(pilot, "↑ 1 new")
        assert record_of(pilot).head.snippet == "Is Thursday still fine?"


async def label_of(session: Session, record: Conversation) -> str | None:
    reply = await session.client.replies.get(record.reply_id)
    return reply.classification.label if reply.classification else None


@pytest.mark.parametrize("size", SIZES)
async def test_an_answer_is_written_cancelled_and_sent(
    session: Session, sandbox: SandboxAddress, size: tuple[int, int]
) -> None:
    control = SandboxControl(sandbox.url)
    async with app_on(session, size) as pilot:
        record = await first(pilot, "label:question done:no")
        await pilot.press("enter")
        await until_shown(pilot, f"◀ {record.head.sender}", "answer", "done, next")
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, AnswerScreen), "editor")
        await until_shown(pilot, "Answer  to ", "> ", "From ")
        # From an inbox that is connected, chosen by hand.
        able = [each.email async for each in session.client.inboxes.list() if each.status == "connected"]
        await pilot.press("ctrl+r")
        await until_shown(pilot, "Send from which inbox?")
        await pilot.press(*able[0].partition("@")[0], "@", "enter")
        await until_shown(pilot, "● connected")
        await pilot.press(*"Gladly", "escape")
        await until_shown(pilot, "✎ answer begun")
        await pilot.press("a")
        await until_shown(pilot, "Gladly", "draft kept")
        # A slow server and an impatient person are no second answer.
        with control.fault("latency", seconds=1.0, path="/replies/{reply_id}/send"):
            await pilot.press("enter", "ctrl+o")
            await until_shown(pilot, "Sending …")
            await pilot.press("ctrl+o", "escape")
            await until_shown(pilot, "one moment")
            await until_shown(pilot, "⧗ leaves in ", record.head.sender)
        await pilot.press("c")
        await until_shown(pilot, "Stopped, it is a draft again")
        assert await states(session) == [OutboxState.CANCELLED]
        # The server refuses: it stays in the outbox with the reason; once more, and time passes.
        with control.fault("status", status=403, path="/replies/{reply_id}/send"):
            await pilot.press("a")
            await until_shown(pilot, "Gladly", "draft kept")
            await pilot.press("ctrl+o")
            await until_shown(pilot, "1 answer not sent")
        await pilot.press("b")
        await until_shown(pilot, "Outbox", "not sent", "req_")
        await pilot.press("r")
        await until_shown(pilot, "⧗ leaves in ")
        control.advance(SENT_AFTER)
        await pilot.press("escape")
        await session.conversations.refresh(urgent=True)
        await until_gone(pilot, "leaves in")
        await session.outbox.settle()
        assert await states(session) == [OutboxState.SENT, OutboxState.CANCELLED]
        thread = await session.client.threads.get(record.head.thread_id or "")
        ours = [each for each in thread.messages if (each.text or "").strip().startswith("Gladly")]
        # The other size answered the same person before.
        assert [each.status for each in ours][-2:] == ["cancelled", "sent"]


async def states(session: Session) -> list[OutboxState]:
    return [item.state for item in await session.outbox.items()]


async def test_unsubscribe_asks_first_and_suppresses(session: Session) -> None:
    async with app_on(session, (80, 24)) as pilot:
        record = await first(pilot, "label:not_interested done:no")
        await pilot.press("X")
        await until_shown(pilot, "1 address will be suppressed", "TEST workspace")
        await pilot.press("enter")
        await until_gone(pilot, "will be suppressed")
        (match,) = await session.client.leads.lookup([record.head.sender])
        assert match.suppressed is False
        await pilot.press("X")
        await until_shown(pilot, "1 address will be suppressed")
        await pilot.press("y")
        await until_shown(pilot, ": unsubscribe")
        (match,) = await session.client.leads.lookup([record.head.sender])
        assert match.suppressed is True


async def test_the_page_folds_lists_links_and_shows_the_raw_mail(session: Session) -> None:
    async with app_on(session, (80, 24)) as pilot:
        await first(pilot, "label:interested")
        await pilot.press("enter")
        await until_shown(pilot, "quoted lines", "o opens")
        await pilot.press("o")
        await until_gone(pilot, "o opens")
        await pilot.press("v")
        await until_shown(pilot, "as it came; v goes back", "MIME-Version")
        await pilot.press("v", "t")
        await until_shown(pilot, "Timeline", "replied")
        before = record_of(pilot).id
        await pilot.press("t", "n")
        await until(pilot, lambda: record_of(pilot).id != before, "next conversation")
        await pilot.press("p")
        await until(pilot, lambda: record_of(pilot).id == before, "the one before")
