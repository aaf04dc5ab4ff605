"""The seven areas of the app: what they are called, their keys, and where their screens are."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Area:
    """One top-level place. `screen` is `module:Class` below `imail_tui.ui.screens`, imported when shown."""

    id: str
    title: str
    key: str
    screen: str


INBOXES: Final = Area("inboxes", "Inboxes", "1", "inboxes.screen:InboxesScreen")
CAMPAIGNS: Final = Area("campaigns", "Campaigns", "2", "campaigns.screen:CampaignsScreen")
LEADS: Final = Area("leads", "Leads", "3", "leads.screen:LeadsScreen")
REPLIES: Final = Area("replies", "Replies", "4", "replies.screen:RepliesScreen")
ANALYTICS: Final = Area("analytics", "Analytics", "5", "analytics.screen:AnalyticsScreen")
EVENTS: Final = Area("events", "Events", "6", "events.screen:EventsScreen")
SETTINGS: Final = Area("settings", "Settings", "7", "settings.screen:SettingsScreen")

AREAS: Final = (INBOXES, CAMPAIGNS, LEADS, REPLIES, ANALYTICS, EVENTS, SETTINGS)


def area(area_id: str) -> Area | None:
    """The area of that id."""
    return next((each for each in AREAS if each.id == area_id), None)
