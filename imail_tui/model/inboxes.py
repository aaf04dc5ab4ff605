"""Sending mailboxes with their warmup and health."""

import datetime as dt

from imail_tui.model.record import Entity, Record

INBOX_STATUSES = ("connected", "disconnected", "pending_setup", "paused", "error")
INBOX_PROVIDERS = ("google", "microsoft", "smtp")


class Warmup(Record):
    """Warmup of one inbox; `score` 0–100, `spam_rate` a fraction."""

    enabled: bool | None = None
    status: str | None = None
    day: int | None = None
    target_per_day: int | None = None
    sent_today: int | None = None
    score: float | None = None
    spam_rate: float | None = None


class Health(Record):
    """Health of one inbox; `score` 0–100, `bounce_rate_7d` a fraction, DNS checks pass|fail|unknown."""

    score: float | None = None
    bounce_rate_7d: float | None = None
    spf: str | None = None
    dkim: str | None = None
    dmarc: str | None = None


class Inbox(Entity):
    """One mailbox mail is sent from."""

    email: str = ""
    display_name: str | None = None
    provider: str = ""
    status: str = ""
    status_reason: str | None = None
    setup_url: str | None = None
    daily_limit: int | None = None
    min_gap_seconds: int | None = None
    sent_today: int | None = None
    warmup: Warmup = Warmup()
    health: Health = Health()
    last_sync_at: dt.datetime | None = None
    disconnected_at: dt.datetime | None = None


class InboxDay(Record):
    """One day (UTC) of an inbox's history."""

    date: dt.date | None = None
    sent: int | None = None
    warmup_sent: int | None = None
    warmup_score: float | None = None
    bounced: int | None = None
    spam_rate: float | None = None
    connected_seconds: int | None = None
