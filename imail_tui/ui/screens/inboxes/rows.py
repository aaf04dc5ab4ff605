"""Inboxes as table rows and as a page of detail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from textual.content import Content

from imail_tui.domain.charts import sparkline
from imail_tui.domain.marks import check_mark, inbox_mark, warmup_mark
from imail_tui.domain.shown import UNKNOWN, ago, moment, of, percent
from imail_tui.domain.thresholds import bounce_tone, health_tone
from imail_tui.model.inboxes import Inbox, InboxDay, Warmup
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.detail import BLANK, fact, heading, page, state
from imail_tui.ui.widgets.rows import Cell, Row
from imail_tui.ui.widgets.safe_static import styled

COLUMNS: Final = (
    Column("status", "Status", 14, sortable=True),
    Column("email", "Inbox", 30, weight=3, max_width=44, sortable=True),
    Column("sent", "Today", 8, align="right", sortable=True),
    Column("warmup", "Warmup", 16, priority=2, sortable=True),
    Column("health", "Health", 6, align="right", priority=1, sortable=True),
    Column("bounce", "Bounced 7d", 10, align="right", priority=3, sortable=True),
    Column("provider", "Provider", 9, priority=4, sortable=True),
    Column("synced", "Synced", 10, align="right", priority=5, sortable=True),
    Column("name", "Name", 12, weight=1, max_width=24, priority=6, sortable=True),
)


def inbox_row(inbox: Inbox, now: datetime) -> Row:
    """One line of the table."""
    mark = inbox_mark(inbox.status)
    return Row(
        inbox.id,
        {
            "status": Cell(str(mark), mark.tone),
            "email": Cell(inbox.email, "strong" if mark.tone == "stop" else ""),
            "sent": of(inbox.sent_today, inbox.daily_limit),
            "warmup": Cell(_warmup(inbox.warmup), warmup_mark(inbox.warmup.status).tone),
            "health": _health(inbox.health.score),
            "bounce": _bounce(inbox.health.bounce_rate_7d),
            "provider": inbox.provider,
            "synced": Cell(ago(inbox.last_sync_at, now), "muted"),
            "name": Cell(inbox.display_name or "", "muted"),
        },
    )


def inbox_detail(inbox: Inbox, days: Sequence[InboxDay], now: datetime) -> Content:
    """Everything about one inbox; `days` oldest first, empty while it is being fetched."""
    lines = [heading(inbox.email, inbox.display_name or "")]
    mark = inbox_mark(inbox.status)
    status = [state(mark)]
    if inbox.status_reason:
        status.append(styled(f"  {inbox.status_reason}"))
    if inbox.disconnected_at is not None:
        status.append(styled((f"  since {ago(inbox.disconnected_at, now)}", "$text-muted")))
    lines.append(Content.assemble(*status))
    if inbox.setup_url:
        lines += [BLANK, styled(("Open this page to connect it:", "bold")), styled(inbox.setup_url)]
    lines += [
        BLANK,
        fact("Provider", inbox.provider or UNKNOWN),
        fact("Sent today", of(inbox.sent_today, inbox.daily_limit)),
        fact("Minimum gap", _gap(inbox.min_gap_seconds)),
        fact("Last sync", styled(f"{moment(inbox.last_sync_at)}  ({ago(inbox.last_sync_at, now)})")),
        BLANK,
        fact("Warmup", state(warmup_mark(inbox.warmup.status)), styled(_warmup_words(inbox.warmup))),
        fact(
            "Health",
            styled(_score(inbox.health.score), "  bounced 7 d ", percent(inbox.health.bounce_rate_7d)),
        ),
        fact("DNS", *_dns(inbox)),
    ]
    if days:
        lines += [BLANK, *_history(days)]
    return page(lines)


def _warmup(warmup: Warmup) -> str:
    mark = warmup_mark(warmup.status)
    score = f" {warmup.score:.0f}" if warmup.enabled and warmup.score is not None else ""
    return f"{mark}{score}"


def _warmup_words(warmup: Warmup) -> str:
    if not warmup.enabled:
        return ""
    spam = f", spam {percent(warmup.spam_rate)}" if warmup.spam_rate is not None else ""
    return (
        f"  day {warmup.day if warmup.day is not None else UNKNOWN}, "
        f"{of(warmup.sent_today, warmup.target_per_day)} today, score {_score(warmup.score)}{spam}"
    )


def _score(score: float | None) -> str:
    return UNKNOWN if score is None else f"{score:.0f}/100"


def _health(score: float | None) -> Cell:
    if score is None:
        return Cell(UNKNOWN, "muted")
    return Cell(f"{score:.0f}", health_tone(score))


def _bounce(rate: float | None) -> Cell:
    if rate is None:
        return Cell(UNKNOWN, "muted")
    return Cell(percent(rate), bounce_tone(rate))


def _gap(seconds: int | None) -> str:
    return UNKNOWN if seconds is None else f"{seconds // 60} min {seconds % 60:02d} s between two mails"


def _dns(inbox: Inbox) -> list[Content]:
    checks = (("SPF", inbox.health.spf), ("DKIM", inbox.health.dkim), ("DMARC", inbox.health.dmarc))
    return [Content.assemble(state(check_mark(result)), styled(f" {name}  ")) for name, result in checks]


def _history(days: Sequence[InboxDay]) -> list[Content]:
    sent = [day.sent for day in days]
    warm = [day.warmup_sent for day in days]
    score = [day.warmup_score for day in days]
    return [
        heading(f"Last {len(days)} days"),
        fact("Sent", sparkline(sent, 30), f"  {sum(n or 0 for n in sent):,} in all"),
        fact("Warmup", sparkline(warm, 30), f"  {sum(n or 0 for n in warm):,} in all"),
        fact("Score", sparkline(score, 30)),
    ]
