"""Raw counts of the analytics endpoint and the public metrics."""

import datetime as dt
from typing import NamedTuple

from pydantic import AliasChoices, Field

from imail_tui.model.record import Record

COUNTERS = (
    "sent",
    "delivered",
    "opened",
    "unique_opened",
    "clicked",
    "unique_clicked",
    "replied",
    "positive_replied",
    "auto_replied",
    "bounced_hard",
    "bounced_soft",
    "unsubscribed",
    "contacted",
)
"""Counters in the order tables show them."""

COUNTED = (*COUNTERS, "complaints")
"""With the one that a server may add: imail documents no complaints."""

GROUPS = ("day", "campaign", "inbox", "step", "variant")
"""Keys `group_by` accepts."""


class AnalyticsRow(Record):
    """Counts of one group. A counter the server does not send is None: unknown, not zero.

    Group keys are read with and without `_id`, the day also as `date`: the docs do not say which.
    """

    day: dt.date | None = Field(default=None, validation_alias=AliasChoices("day", "date"))
    campaign_id: str | None = Field(default=None, validation_alias=AliasChoices("campaign_id", "campaign"))
    inbox_id: str | None = Field(default=None, validation_alias=AliasChoices("inbox_id", "inbox"))
    step_id: str | None = Field(default=None, validation_alias=AliasChoices("step_id", "step"))
    variant_id: str | None = Field(default=None, validation_alias=AliasChoices("variant_id", "variant"))
    sent: int | None = None
    delivered: int | None = None
    opened: int | None = None
    unique_opened: int | None = None
    clicked: int | None = None
    unique_clicked: int | None = None
    replied: int | None = None
    positive_replied: int | None = None
    auto_replied: int | None = None
    bounced_hard: int | None = None
    bounced_soft: int | None = None
    unsubscribed: int | None = None
    contacted: int | None = None
    complaints: int | None = None

    def counter(self, name: str) -> int | None:
        """One of COUNTERS, None when unknown."""
        value = getattr(self, name)
        return value if isinstance(value, int) else None


class Counted(NamedTuple):
    """One row in its plainest form, for those that come by the hundred thousand. "" = no such key.

    `counts` are those of COUNTED, None = unknown.
    """

    day: dt.date
    campaign: str
    inbox: str
    step: str
    variant: str
    counts: tuple[int | None, ...]


class PublicMetrics(Record):
    """The service-wide numbers imail publishes; unknown ones stay as extra fields."""

    emails_sent_24h: int | None = None
    replies_24h: int | None = None
    inboxes_connected: int | None = None
    inbox_placement_rate: float | None = None
    uptime_90d: float | None = None
    updated_at: dt.datetime | None = None
