"""Acts on campaigns and inboxes, and what the undo list says of them."""

import pytest

from imail_tui.api.errors import Conflict, NotFound
from imail_tui.services.session import Session


async def test_everything_is_paused_with_one_way_back_that_spares_what_changed(session: Session) -> None:
    before = [each.id for each in (await session.client.campaigns.list(status="active").page()).items]
    assert len(before) > 1
    paused, refused = await session.campaign_acts.pause_all()
    assert sorted(each.id for each in paused) == sorted(before)
    assert refused == []
    assert (await session.client.campaigns.list(status="active").page()).items == []
    await session.client.campaigns.patch(before[0], {"daily_limit": 77})
    said = await session.undo.undo()
    assert said is not None
    assert "changed since, left alone" in said
    now = [each.id for each in (await session.client.campaigns.list(status="active").page()).items]
    assert sorted(now) == sorted(before[1:])
    await session.client.campaigns.patch(before[0], {"status": "active"})


async def test_a_campaign_is_archived_brought_back_and_deleted_for_good(session: Session) -> None:
    await session.campaigns.refresh()
    source = await session.campaigns.fetch(session.campaigns.all()[0].id)
    wire = source.wire()
    body = {name: wire[name] for name in ("name", "inbox_ids", "steps")}
    made = await session.client.campaigns.create({**body, "name": "Short lived"})
    await session.campaigns.keep(made)
    await session.campaign_acts.archive(made.id)
    assert await session.undo.undo() == "Short lived is back, as a paused one."
    now = await session.campaigns.fetch(made.id)
    assert now.status == "paused"
    await session.campaign_acts.delete(now)
    assert session.campaigns.get(made.id) is None
    assert session.undo.entries[0].title == "Delete Short lived"
    assert session.undo.entries[0].why_not
    with pytest.raises(NotFound):
        await session.client.campaigns.get(made.id)


async def test_an_inbox_in_use_is_not_deleted(session: Session) -> None:
    active = (await session.client.campaigns.list(status="active").page()).items[0]
    inbox = await session.inboxes.fetch(active.inbox_ids[0])
    with pytest.raises(Conflict):
        await session.inboxes.delete(inbox.id, only=inbox)
    assert session.inboxes.get(inbox.id) is not None
