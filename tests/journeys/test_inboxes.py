import pytest

from imail_tui.services.sandbox_process import SandboxAddress
from imail_tui.services.session import Session

from .workspace import SIZES, app_on, filter_by, session_on, shown, until_gone, until_shown


@pytest.mark.parametrize("size", SIZES)
async def test_a_newcomer_sees_all_inboxes_and_the_broken_one(
    session: Session, size: tuple[int, int]
) -> None:
    async with app_on(session, size) as pilot:
        await until_shown(pilot, "Inboxes  24", "✗ disconnected", "◌ needs setup", "TEST", "1 disconnected")


@pytest.mark.parametrize("size", SIZES)
async def test_filter_then_open_then_back(session: Session, size: tuple[int, int]) -> None:
    async with app_on(session, size) as pilot:
        await until_shown(pilot, "Inboxes  24")
        await filter_by(pilot, "status:disc")
        await until_shown(pilot, "1 matching", "status:disc")
        await pilot.press("enter")
        await until_shown(pilot, "Minimum gap", "Last 30 days", "SPF")
        await pilot.press("escape", "escape")
        await until_shown(pilot, "Inboxes  24")
        assert "matching" not in shown(pilot)


async def test_sorting_by_a_column_turns_round_when_chosen_again(session: Session) -> None:
    async with app_on(session, (160, 50)) as pilot:
        await until_shown(pilot, "Inboxes  24")
        await pilot.press("s", *"health", "enter")
        await until_shown(pilot, "by health ▲")
        await pilot.press("s", "enter")
        await until_shown(pilot, "by health ▼")


async def test_pausing_an_inbox_changes_it_on_the_server_and_on_screen(session: Session) -> None:
    async with app_on(session, (160, 50)) as pilot:
        await until_shown(pilot, "Inboxes  24")
        await filter_by(pilot, "status:connected")
        record = session.inboxes.get(_cursor_id(pilot.app.screen))
        assert record is not None
        await pilot.press("p")
        await until_shown(pilot, f"Pause: {record.email}")
        assert (await session.client.inboxes.get(record.id)).status == "paused"
        await pilot.press("escape")
        await until_gone(pilot, "matching")


async def test_an_impossible_command_says_why(session: Session) -> None:
    async with app_on(session, (160, 50)) as pilot:
        await until_shown(pilot, "Inboxes  24")
        await filter_by(pilot, "status:ready")
        await until_shown(pilot, "0 matching")
        await pilot.press("R")
        await until_shown(pilot, "Reconnect: nothing is selected.")


async def test_the_second_start_paints_from_disk_before_any_answer(
    sandbox: SandboxAddress, session: Session, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    first = session_on(sandbox.url, sandbox.test_key, home)
    async with app_on(first, (80, 24)) as pilot:
        await until_shown(pilot, "Inboxes  24")
    second = session_on(sandbox.url, sandbox.test_key, home)
    window = second.inboxes.window()
    assert (window.total, second.status.workspace, second.status.disconnected) == (
        24,
        "Halden Pike Outbound",
        1,
    )
    window.close()
    await second.close()
    await session.close()


def _cursor_id(screen: object) -> str:
    from imail_tui.ui.screens.inboxes.screen import InboxesScreen

    assert isinstance(screen, InboxesScreen)
    assert screen.table.cursor_id is not None
    return screen.table.cursor_id
