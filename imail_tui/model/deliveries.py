"""Attempts to deliver an event to a webhook."""

from datetime import datetime

from imail_tui.model.record import Entity, Json


class Delivery(Entity):
    """One event on its way to one webhook."""

    event_id: str | None = None
    type: str = ""
    status: str = ""
    attempt: int | None = None
    response_status: int | None = None
    response_ms: float | None = None
    next_attempt_at: datetime | None = None
    payload: Json | None = None
