"""Campaigns: a sequence of steps sent to leads from one or more inboxes."""

import datetime as dt

from imail_tui.model.record import Entity, Many, Record
from imail_tui.model.steps import Step

CAMPAIGN_STATUSES = ("draft", "active", "paused", "completed", "archived")


class SendWindow(Record):
    """When mail may leave: days and hours in the lead's or a fixed IANA zone."""

    timezone: str = "lead"
    days: Many[str] = []
    start: str = ""
    end: str = ""
    start_date: dt.date | None = None
    end_date: dt.date | None = None
    exclude_dates: Many[dt.date] = []


class LeadCounts(Record):
    """Leads of a campaign by enrollment status; None = the server does not say."""

    queued: int | None = None
    active: int | None = None
    replied: int | None = None
    completed: int | None = None
    bounced: int | None = None
    unsubscribed: int | None = None
    paused: int | None = None

    @property
    def total(self) -> int | None:
        """All leads of the campaign, None when the server sent no count at all."""
        counts = [getattr(self, name) for name in type(self).model_fields]
        known = [count for count in counts if isinstance(count, int)]
        return sum(known) if known else None


class Campaign(Entity):
    """One campaign. List rows carry `step_count` instead of `steps`."""

    name: str = ""
    status: str = ""
    inbox_ids: Many[str] = []
    steps: Many[Step] = []
    step_count: int | None = None
    daily_limit: int | None = None
    send_window: SendWindow | None = None
    track_opens: bool | None = None
    track_clicks: bool | None = None
    stop_on_reply: bool | None = None
    sent_today: int | None = None
    reply_rate_7d: float | None = None
    lead_counts: LeadCounts = LeadCounts()

    @property
    def size(self) -> int | None:
        """Number of steps, from the steps themselves or the server's count."""
        return len(self.steps) if "steps" in self.model_fields_set else self.step_count


class StepProgress(Record):
    """How many leads reached, wait at, and were sent one step."""

    step_id: str
    reached: int | None = None
    waiting: int | None = None
    sent: int | None = None
