import pytest
from textual.pilot import Pilot

from imail_tui.model.replies import Reply
from imail_tui.services.session import Session
from imail_tui.ui.screens.replies.screen import RepliesScreen

from .workspace import SIZES, app_on, filter_by, until, until_gone, until_shown


async def first_reply(pilot: Pilot[None], wanted: str) -> tuple[RepliesScreen, Reply]:
    """Filter the replies on show; the screen, and the reply its cursor is on."""
    await filter_by(pilot, wanted)
    screen = pilot.app.screen
    assert isinstance(screen, RepliesScreen)
    assert screen.record is not None
    return screen, screen.record


@pytest.mark.parametrize("size", SIZES)
async def test_reading_a_conversation_marks_it_read(session: Session, size: tuple[int, int]) -> None:
    async with app_on(session, size) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "Replies  300+", "unread")
        screen, reply = await first_reply(pilot, "unread:yes campaign:cmp")
        await pilot.press("enter")
        await until_shown(pilot, f"◀ {reply.sender}")
        read = session.replies
        await until(
            pilot, lambda: bool((now := read.get(reply.id)) and now.read), "reply that counts as read"
        )
        assert (await session.client.replies.get(reply.id)).read is True
        # It has left the list of unread ones; the page that is being read stays.
        await until(pilot, lambda: screen.table.cursor_id != reply.id, "list without the reply")
        await until_shown(pilot, f"◀ {reply.sender}")


async def test_one_key_labels_and_the_machine_opinion_is_kept(session: Session) -> None:
    async with app_on(session, (160, 50)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "Replies  300+")
        _, reply = await first_reply(pilot, "label:objection source:ai")
        await pilot.press("I")
        await until_shown(pilot, f"{reply.sender}: interested.")
        labelled = await session.client.replies.get(reply.id)
        assert labelled.classification is not None
        assert (labelled.classification.label, labelled.classification.source) == ("interested", "human")
        assert labelled.ai_classification is not None
        assert labelled.ai_classification.label == "objection"


async def test_unsubscribe_asks_first_and_suppresses(session: Session) -> None:
    async with app_on(session, (80, 24)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "Replies  300+")
        _, reply = await first_reply(pilot, "label:referral")
        await pilot.press("X")
        await until_shown(pilot, "1 address will be suppressed", "TEST workspace")
        await pilot.press("enter")
        await until_gone(pilot, "will be suppressed")
        (match,) = await session.client.leads.lookup([reply.sender])
        assert match.suppressed is False
        await pilot.press("X")
        await until_shown(pilot, "1 address will be suppressed")
        await pilot.press("y")
        await until_shown(pilot, f"{reply.sender}: unsubscribe.")
        (match,) = await session.client.leads.lookup([reply.sender])
        assert match.suppressed is True


async def test_choosing_a_label_from_the_list(session: Session) -> None:
    async with app_on(session, (80, 24)) as pilot:
        await pilot.press("4")
        await until_shown(pilot, "Replies  300+")
        await pilot.press("l")
        await until_shown(pilot, "What does the reply mean?", "wrong person")
        await pilot.press(*"not now", "enter")
        await until_shown(pilot, ": not now.")
