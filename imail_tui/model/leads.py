"""Leads, the recipients, and the outcome of sending many at once."""

from datetime import datetime

from imail_tui.model.record import Entity, Json, Many, Record

ENROLLMENT_STATUSES = ("queued", "active", "paused", "replied", "completed", "bounced", "unsubscribed")


class Enrollment(Record):
    """A lead's place in one campaign."""

    campaign_id: str = ""
    status: str = ""
    step_id: str | None = None
    next_at: datetime | None = None


class Person(Record):
    """Who somebody is, as far as a lead or a reply tells."""

    email: str = ""
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None

    @property
    def full_name(self) -> str:
        """First and last name, as far as known."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


class Lead(Person, Entity):
    """One person mail is sent to."""

    title: str | None = None
    phone: str | None = None
    website: str | None = None
    linkedin_url: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    timezone: str | None = None
    custom: Json | None = None
    verification: str | None = None
    classification: str | None = None
    suppressed: bool | None = None
    enrollments: Many[Enrollment] = []
    last_contacted_at: datetime | None = None


class BulkRow(Record):
    """What the server did with one lead of a bulk call."""

    index: int
    outcome: str = ""
    id: str | None = None
    code: str | None = None
    message: str | None = None
    field: str | None = None


class BulkResult(Record):
    """Answer of a bulk call. `results` is empty on a server that returns only counts."""

    created: int | None = None
    updated: int | None = None
    skipped: int | None = None
    failed: int | None = None
    results: Many[BulkRow] = []
