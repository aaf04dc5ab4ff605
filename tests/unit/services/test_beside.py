"""Two sessions on the same files: what one fetched shows in the other, which asked nobody."""

import asyncio

from imail_tui.domain.inbox_changes import PAUSE, RESUME
from tests.patience import PATIENCE
from tests.unit.services.conftest import OpenSession
from tests.unit.services.test_session import log_of


async def test_a_row_another_session_changed_is_told_without_a_question(opened: OpenSession) -> None:
    reader, writer = opened(), opened()
    await reader.inboxes.refresh()
    await reader.feed.look()
    await writer.inboxes.refresh()
    told = asyncio.Event()
    reader.inboxes.changed.subscribe(lambda _: told.set())
    reader.feed.start()
    inbox_id = reader.inboxes.window().ids()[0]
    asked = log_of(reader)
    changed = await writer.inboxes.change({inbox_id: PAUSE})
    (before,) = changed.before
    async with asyncio.timeout(PATIENCE):
        await told.wait()
    inbox = reader.inboxes.get(inbox_id)
    assert inbox is not None
    assert inbox.status == "paused"
    assert not [each for each in asked if each.path.startswith("/inboxes")]
    await writer.inboxes.change({before.id: RESUME})
