"""What the linter may know of a workspace: its inboxes, and a sample of a campaign's leads."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from imail_tui.domain.sequence.lint.finding import Audience, Sender
from imail_tui.model.inboxes import Inbox
from imail_tui.model.lead_fields import LEAD_FIELDS
from imail_tui.model.leads import Lead
from imail_tui.model.record import Json

SAMPLE = 500
"""Leads looked at: five requests, and a share of 5 % is then known to within 2 points."""

_ROLES = frozenset(
    {
        "abuse",
        "accounts",
        "admin",
        "billing",
        "contact",
        "enquiries",
        "hello",
        "help",
        "hr",
        "info",
        "jobs",
        "mail",
        "marketing",
        "no-reply",
        "noreply",
        "office",
        "postmaster",
        "press",
        "sales",
        "support",
        "team",
        "webmaster",
    }
)
_CONSUMER = frozenset(
    {
        "aol.com",
        "gmail.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hotmail.com",
        "icloud.com",
        "live.com",
        "mail.ru",
        "me.com",
        "msn.com",
        "outlook.com",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "t-online.de",
        "web.de",
        "yahoo.com",
        "yandex.ru",
        "163.com",
    }
)


def senders(inboxes: Iterable[Inbox], now: datetime) -> dict[str, Sender]:
    """Inboxes by id, as far as the linter looks at them."""
    return {inbox.id: _sender(inbox, now) for inbox in inboxes}


def audience(
    leads: Iterable[Lead], active: Mapping[str, object], campaign_id: str, queued: int | None
) -> Audience:
    """Counts over leads of a campaign; `active` are the ids of the active campaigns."""
    rows = [lead.wire() for lead in leads]
    parts = [str(row.get("email") or "").casefold().partition("@") for row in rows]
    return Audience(
        total=len(rows),
        blank={name: sum(not str(row.get(name) or "").strip() for row in rows) for name in LEAD_FIELDS},
        columns=frozenset(
            f"custom.{key}" for row in rows for key, value in _custom(row).items() if value not in (None, "")
        ),
        role=sum(local in _ROLES for local, _, _ in parts),
        consumer=sum(domain in _CONSUMER for _, _, domain in parts),
        suppressed=sum(bool(row.get("suppressed")) for row in rows),
        unverified=sum(
            row.get("verification") in ("unverified", "unknown", "catch_all", "risky") for row in rows
        ),
        shared=sum(_is_shared(row, active, campaign_id) for row in rows),
        queued=queued,
    )


def _sender(inbox: Inbox, now: datetime) -> Sender:
    health = inbox.health
    checks = (("SPF", health.spf), ("DKIM", health.dkim), ("DMARC", health.dmarc))
    return Sender(
        email=inbox.email,
        status=inbox.status,
        daily_limit=inbox.daily_limit,
        age_days=None if inbox.created_at is None else (now - inbox.created_at).days,
        warmup_on=inbox.warmup.enabled,
        warmup_days=inbox.warmup.day if inbox.warmup.enabled else None,
        failing=tuple(name for name, state in checks if state == "fail"),
        min_gap_seconds=inbox.min_gap_seconds,
    )


def _custom(row: Json) -> Json:
    custom = row.get("custom")
    return custom if isinstance(custom, dict) else {}


def _is_shared(row: Json, active: Mapping[str, object], campaign_id: str) -> bool:
    places = row.get("enrollments")
    for place in places if isinstance(places, list) else ():
        if isinstance(place, dict) and place.get("campaign_id") != campaign_id:
            going = place.get("status") in ("queued", "active")
            if going and place.get("campaign_id") in active:
                return True
    return False
