"""What a forecast is made from, in a workspace that has been running for long."""

from imail_tui.domain.forecast.forecast import forecast
from imail_tui.services.session import Session


async def test_every_lead_is_counted_once_and_habits_are_the_accounts_own(session: Session) -> None:
    try:
        await session.inboxes.refresh(urgent=True)
        await session.campaigns.refresh(urgent=True)
        running = [each for each in session.campaigns.all() if each.status in ("active", "paused")]
        assert len(running) > 2
        for campaign in running:
            outlook = await session.forecasting.outlook(await session.drafting.open(campaign.id))
            counts = campaign.lead_counts
            assert outlook.task.queued == counts.queued
            assert sum(outlook.task.waiting.values()) == counts.active
            assert outlook.habits.opened.of > 10_000
            assert 0.3 <= outlook.room.pace <= 1.3
            assert (outlook.paced > 0) == (campaign.status == "active")
            connected = [
                inbox
                for name in campaign.inbox_ids
                if (inbox := session.inboxes.get(name)) and inbox.status == "connected"
            ]
            assert len(outlook.room.inboxes) == len(connected)
            assert forecast(outlook.task, outlook.room, outlook.habits).done is not None
    finally:
        await session.close()
