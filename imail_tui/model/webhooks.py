"""Webhook subscriptions."""

from datetime import datetime

from imail_tui.model.record import Entity, Many


class Webhook(Entity):
    """One subscription. The secret is only in the answer to its creation or rotation."""

    url: str = ""
    events: Many[str] = []
    description: str | None = None
    active: bool | None = None
    api_version: str | None = None
    disabled_at: datetime | None = None
    disabled_reason: str | None = None
