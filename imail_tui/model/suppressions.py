"""Addresses and domains that never get mail, and the fate of addresses looked up."""

from datetime import datetime

from imail_tui.model.record import Entity, Many, Record


class Suppression(Record):
    """One address or domain that is never written to."""

    value: str
    reason: str | None = None
    created_at: datetime | None = None


class Suppressed(Entity):
    """The same as a row of a list; its `id` is the value."""

    value: str = ""
    reason: str | None = None


class LeadMatch(Record):
    """What the workspace knows of one address; `id` None = no such lead."""

    email: str
    id: str | None = None
    suppressed: bool | None = None
    campaign_ids: Many[str] = []
