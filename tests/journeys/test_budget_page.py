"""The request budget on screen: the gauge of the status line, and the page about it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from imail_tui.services.sandbox_process import SandboxAddress, running_sandbox

from .workspace import SIZES, app_on, session_on, until_gone, until_shown

BURST = 40


@pytest.fixture(scope="module")
def small() -> Iterator[SandboxAddress]:
    """A sandbox with a small budget."""
    with running_sandbox(
        ("--frozen", "--start=2026-03-02T09:00:00Z", "--seed", "7", "--rate", "120", "--burst", str(BURST))
    ) as address:
        yield address


@pytest.mark.parametrize("size", SIZES)
async def test_the_page_shows_the_level_as_it_is_spent_and_refilled(
    small: SandboxAddress, tmp_path: Path, size: tuple[int, int]
) -> None:
    session = session_on(small.url, small.test_key, tmp_path)
    async with app_on(session, size) as pilot:
        await until_shown(pilot, "Inboxes  24", "▮")
        await pilot.press("colon", *"budget", "enter")
        await until_shown(
            pilot, f"of {BURST} requests at once", "120 a minute", "only this process", "never", "you 0"
        )
        for _ in range(20):
            await session.client.workspace.get()
        await until_shown(pilot, "full in")
        await until_shown(pilot, "120 a minute, full ")
        other = session_on(small.url, small.test_key, tmp_path)
        await other.connect()
        await until_shown(pilot, "shared with 1 other process")
        await other.close()
        await until_shown(pilot, "only this process")
        await pilot.press("escape")
        await until_gone(pilot, "Request budget")


async def test_a_budget_that_cannot_be_shared_says_so_and_why(small: SandboxAddress, tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file where the folder should be")
    async with app_on(session_on(small.url, small.test_key, tmp_path), (80, 24)) as pilot:
        await until_shown(pilot, "Inboxes  24", "▯ alone")
        await pilot.press("7", "b")
        await until_shown(pilot, "Request budget", "Only a part of the burst is used", str(tmp_path)[:20])
