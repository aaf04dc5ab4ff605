"""Inboxes as table rows."""

from datetime import datetime
from typing import Final

from imail_tui.domain.marks import TONE_GLYPHS, Tone, check_mark, inbox_mark, warmup_mark
from imail_tui.domain.shown import UNKNOWN, ago, of, percent
from imail_tui.domain.thresholds import bounce_tone, health_tone
from imail_tui.model.inboxes import Health, Inbox, Warmup
from imail_tui.model.problem import Problem
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.rows import Cell, Row

BAR_CELLS: Final = 5

COLUMNS: Final = (
    Column("status", "Status", 14, sortable=True),
    Column("email", "Inbox", 24, weight=3, max_width=44, sortable=True),
    Column("sent", "Today", 8 + BAR_CELLS, align="right", sortable=True),
    Column("health", "Health", 7, align="right", sortable=True),
    Column("bounce", "Bounced 7d", 10, align="right", priority=1, sortable=True),
    Column("warmup", "Warmup", 22, priority=2, sortable=True),
    Column("reason", "Reason", 14, weight=2, max_width=44, priority=3, sortable=True),
    Column("provider", "Provider", 9, priority=4, sortable=True),
    Column("auth", "SPF DKIM DMARC", 14, priority=5),
    Column("synced", "Synced", 8, align="right", priority=6, sortable=True),
    Column("domain", "Domain", 16, weight=1, max_width=24, priority=7, sortable=True),
    Column("limit", "Limit", 6, align="right", priority=8, sortable=True),
)


def inbox_row(inbox: Inbox, refusal: Problem | None, now: datetime) -> Row:
    """One line of the table; `refusal`: why the server took the latest change back."""
    mark = inbox_mark(inbox.status)
    return Row(
        inbox.id,
        {
            "status": Cell("! refused", "stop") if refusal else Cell(str(mark), mark.tone),
            "email": Cell(inbox.email, "strong" if mark.tone == "stop" else ""),
            "sent": f"{bar(inbox.sent_today, inbox.daily_limit)} {of(inbox.sent_today, inbox.daily_limit)}",
            "warmup": Cell(_warmup(inbox.warmup), warmup_mark(inbox.warmup.status).tone),
            "health": _health(inbox.health.score),
            "bounce": _bounce(inbox.health.bounce_rate_7d),
            "reason": refusal.what if refusal else inbox.status_reason or "",
            "provider": inbox.provider,
            "auth": _auth(inbox.health),
            "synced": Cell(ago(inbox.last_sync_at, now), "muted"),
            "domain": Cell(inbox.email.rpartition("@")[2], "muted"),
            "limit": UNKNOWN if inbox.daily_limit is None else f"{inbox.daily_limit:,}",
        },
    )


def bar(part: int | None, whole: int | None) -> str:
    """How full, in `BAR_CELLS` cells; the first is filled as soon as there is anything, the last at full."""
    if part is None or not whole or whole < 0:
        return " " * BAR_CELLS
    full = BAR_CELLS if part >= whole else min(BAR_CELLS - 1, -(-max(0, part) * BAR_CELLS // whole))
    return "▰" * full + "▱" * (BAR_CELLS - full)


def _warmup(warmup: Warmup) -> str:
    mark = warmup_mark(warmup.status)
    if not warmup.enabled:
        return str(mark)
    day = f" d{warmup.day}" if warmup.day is not None else ""
    score = f" {warmup.score:.0f}" if warmup.score is not None else ""
    return f"{mark}{day}{score}"


def _health(score: float | None) -> Cell:
    if score is None:
        return Cell(UNKNOWN, "muted")
    tone = health_tone(score)
    return _judged(f"{score:.0f}", tone)


def _bounce(rate: float | None) -> Cell:
    if rate is None:
        return Cell(UNKNOWN, "muted")
    tone = bounce_tone(rate)
    return _judged(percent(rate), tone)


def _judged(number: str, tone: Tone) -> Cell:
    glyph = TONE_GLYPHS.get(tone)
    return Cell(f"{glyph} {number}" if glyph else number, tone)


def _auth(health: Health) -> Cell:
    marks = [check_mark(result) for result in (health.spf, health.dkim, health.dmarc)]
    tones = {mark.tone for mark in marks}
    tone: Tone = "stop" if "stop" in tones else "muted" if "muted" in tones else "good"
    return Cell("  ".join(f"{mark.glyph:<3}" for mark in marks), tone)
