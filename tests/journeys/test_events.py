"""What happens, as it happens: the events arrive by themselves, by whichever way, and lead somewhere."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from imail_tui.domain.filters import parse_filter
from imail_tui.model.secret import Secret
from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import ThreadSandbox, sandbox_in_thread
from imail_tui.services.session import Session
from imail_tui.ui.widgets.line_table import LineTable
from tests.fakes.moments import START

from .workspace import SIZES, app_on, filter_by, session_on, shown, until, until_gone, until_shown


@pytest.fixture
def world() -> Iterator[ThreadSandbox]:
    options = SandboxOptions(start=START, seed=7, frozen=True, burst=60_000, per_minute=60_000)
    with sandbox_in_thread(options) as running:
        yield running


@pytest.fixture
def following(world: ThreadSandbox, tmp_path: Path) -> Session:
    return session_on(world.url, Secret(world.api_key), tmp_path, feed_seconds=0.2)


def table(pilot: Pilot[None]) -> LineTable:
    return pilot.app.screen.query_one(LineTable)


async def open_events(pilot: Pilot[None]) -> None:
    await until_shown(pilot, "Inboxes  24")
    await pilot.press("6")
    await until_shown(pilot, "Events", "following", "ledger, now")


def connected(session: Session) -> list[str]:
    """Ids of the inboxes that can get lost."""
    return session.inboxes.window(parse_filter("status:connected")).ids()


@pytest.mark.parametrize("size", SIZES)
async def test_the_newest_is_in_front_until_one_reads_further_down(
    world: ThreadSandbox, following: Session, size: tuple[int, int]
) -> None:
    async with app_on(following, size) as pilot:
        await open_events(pilot)
        lost, *others = connected(following)
        (first,) = world.control.happen("inbox.disconnected", inbox_id=lost)
        await until(pilot, lambda: table(pilot).cursor_id == first, "newest under the cursor")
        await pilot.press("j", "j", "j")
        reading = table(pilot).cursor_id
        await until_gone(pilot, "following")
        for number, other in enumerate(others[:3], 1):
            world.control.happen("inbox.disconnected", inbox_id=other)
            await until_shown(pilot, f"{number} new")
        assert table(pilot).cursor_id == reading
        await pilot.press("g")
        await until_shown(pilot, "following")
        assert "new, g" not in shown(pilot)
        await pilot.press("f")
        await until_gone(pilot, "following")
        await pilot.press("f")
        await until_shown(pilot, "following")


async def test_it_is_found_by_type_and_by_names_and_leads_to_its_inbox(
    world: ThreadSandbox, following: Session
) -> None:
    async with app_on(following, (160, 50)) as pilot:
        await open_events(pilot)
        inbox_id = connected(following)[0]
        email = following.inboxes.get(inbox_id)
        assert email is not None
        world.control.happen("inbox.disconnected", inbox_id=inbox_id)
        await until_shown(pilot, "inbox.disconnected")
        await filter_by(pilot, f"type:inbox,warmup inbox:{email.email}")
        await until_shown(pilot, "1 matching")
        await pilot.press("v")
        await until_shown(pilot, '"type": "inbox.disconnected"', '"workspace_id":')
        await pilot.press("v", "escape", "o")
        await until_shown(pilot, "Inboxes  24", "Minimum gap", email.email)


async def test_what_is_shown_is_written_to_a_file_and_none_is_overwritten(
    world: ThreadSandbox, following: Session, tmp_path: Path
) -> None:
    file = tmp_path / "events.jsonl"
    async with app_on(following, (160, 50)) as pilot:
        await open_events(pilot)
        world.control.happen("inbox.disconnected", inbox_id=connected(following)[0])
        await until_shown(pilot, "inbox.disconnected")
        await filter_by(pilot, "type:inbox.dis")
        for said in ("written to", "That file is there already."):
            await pilot.press("x")
            await until_shown(pilot, "to which file?")
            pilot.app.screen.query_one(Input).value = str(file)
            await pilot.press("enter")
            await until_shown(pilot, said)
        await pilot.press("escape")
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert rows
    assert {row["type"] for row in rows} == {"inbox.disconnected"}
