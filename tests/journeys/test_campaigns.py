import pytest

from imail_tui.model.record import Json
from imail_tui.services.session import Session

from .workspace import SIZES, app_on, filter_by, until_gone, until_shown


@pytest.mark.parametrize("size", SIZES)
async def test_the_sequence_is_drawn_with_its_branches(session: Session, size: tuple[int, int]) -> None:
    async with app_on(session, size) as pilot:
        await pilot.press("2")
        await until_shown(pilot, "Campaigns  6", "▶ active", "○ draft", "▫ archived")
        await filter_by(pilot, "carrier")
        await until_shown(pilot, "1 matching")
        await pilot.press("enter", "G")
        await until_shown(pilot, "Sequence 5/20", "├─╮", "else", "●")


async def test_launching_says_what_it_touches_and_enter_alone_cancels(session: Session) -> None:
    async with app_on(session, (80, 24)) as pilot:
        await pilot.press("2")
        await until_shown(pilot, "Campaigns  6")
        await filter_by(pilot, "status:paused")
        await until_shown(pilot, "1 matching")
        await pilot.press("L")
        await until_shown(
            pilot, "Launch TransLogistica follow-up?", "leads will be written to", "TEST workspace"
        )
        await pilot.press("enter")
        await until_gone(pilot, "will be written to")
        paused = [each async for each in session.client.campaigns.list(status="paused")]
        assert [each.name for each in paused] == ["TransLogistica follow-up"]


async def test_launching_and_pausing_change_the_campaign(session: Session) -> None:
    async with app_on(session, (160, 50)) as pilot:
        await pilot.press("2")
        await until_shown(pilot, "Campaigns  6")
        await filter_by(pilot, "translogistica")
        await until_shown(pilot, "1 matching")
        await pilot.press("L")
        await until_shown(pilot, "Launch TransLogistica follow-up?")
        await pilot.press("y")
        await until_shown(pilot, "TransLogistica follow-up is active", "▶ active")
        await pilot.press("P")
        await until_shown(pilot, "Pause TransLogistica follow-up?", "will wait where they are")
        await pilot.press("y")
        await until_shown(pilot, "TransLogistica follow-up is paused")


async def test_what_the_server_refuses_stands_in_the_message_line_with_its_request_id(
    session: Session,
) -> None:
    async with app_on(session, (160, 50)) as pilot:
        await pilot.press("2")
        await until_shown(pilot, "Campaigns  6")
        await filter_by(pilot, "translogistica")
        await until_shown(pilot, "1 matching")
        await _forget_a_variable(session, _only_id(session, "translogistica"))
        await pilot.press("L")
        await until_shown(pilot, "Launch TransLogistica follow-up?")
        await pilot.press("y")
        await until_shown(pilot, "no_such_variable", "req_")


async def test_a_draft_with_errors_is_not_launched_and_the_first_is_named(session: Session) -> None:
    async with app_on(session, (160, 50)) as pilot:
        await pilot.press("2")
        await until_shown(pilot, "Campaigns  6")
        await filter_by(pilot, "dispatcher")
        await until_shown(pilot, "1 matching")
        await pilot.press("L")
        await until_shown(
            pilot, "1 error first: ", "is not set up yet and sends nothing", "e opens the builder"
        )


async def _forget_a_variable(session: Session, campaign_id: str) -> None:
    first, *others = (await session.client.campaigns.get(campaign_id)).steps
    unknown: Json = {**first.wire(), "body": "Hello {{no_such_variable}}"}
    await session.client.campaigns.patch(campaign_id, {"steps": [unknown, *(step.wire() for step in others)]})


def _only_id(session: Session, words: str) -> str:
    from imail_tui.domain.filters import parse_filter

    window = session.campaigns.window(parse_filter(words))
    try:
        (found,) = window.ids()
        return found
    finally:
        window.close()
