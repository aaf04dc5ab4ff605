"""An inbox as a page of detail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from textual.content import Content

from imail_tui.domain.charts import sparkline
from imail_tui.domain.inbox_stake import Stake
from imail_tui.domain.inbox_timeline import Happening, downtime
from imail_tui.domain.marks import Tone, campaign_mark, check_mark, inbox_mark, warmup_mark
from imail_tui.domain.shown import UNKNOWN, ago, duration, moment, of, percent, plural
from imail_tui.model.inboxes import Inbox, InboxDay, Warmup
from imail_tui.model.problem import Problem
from imail_tui.ui.widgets.detail import BLANK, TONE_STYLES, fact, heading, page, state
from imail_tui.ui.widgets.safe_static import styled

_MOST_HAPPENINGS: Final = 12
_HAPPENINGS: Final[dict[str, tuple[str, Tone]]] = {
    "inbox.disconnected": ("✗ disconnected", "stop"),
    "inbox.reconnected": ("● connected", "good"),
    "warmup.threshold_paused": ("! warmup auto-paused", "stop"),
}


def inbox_detail(
    inbox: Inbox,
    days: Sequence[InboxDay],
    stake: Stake,
    timeline: Sequence[Happening],
    refusal: Problem | None,
    now: datetime,
) -> Content:
    """Everything about one inbox; `days` oldest first, empty while they are being fetched."""
    lines = [heading(inbox.email, inbox.display_name or "")]
    mark = inbox_mark(inbox.status)
    status = [state(mark)]
    if inbox.status_reason:
        status.append(styled(f"  {inbox.status_reason}"))
    if inbox.disconnected_at is not None:
        status.append(styled((f"  since {ago(inbox.disconnected_at, now)}", "$text-muted")))
    lines.append(Content.assemble(*status))
    if refusal is not None:
        lines.append(styled((f"! The change was refused: {refusal.sentence()}", "$text-error")))
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
    lines += [BLANK, *_used_by(stake)]
    if timeline:
        lines += [BLANK, *_timeline(timeline)]
    if days:
        lines += [BLANK, *_history(days)]
    return page(lines)


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


def _used_by(stake: Stake) -> list[Content]:
    if not stake.campaigns:
        return [fact("Campaigns", "none that is active or paused sends from it")]
    lines = [heading(f"Sends for {plural(len(stake.campaigns), 'campaign')}")]
    if stake.mails_today is None:
        lines.append(styled(("! mails do not leave today; how many is not known", "$text-error")))
    elif stake.mails_today:
        text = f"! up to {plural(stake.mails_today, 'mail')} not going out today"
        lines.append(styled((text, "$text-error")))
    return [
        *lines,
        *(
            Content.assemble(state(campaign_mark(each.status)), styled(f"  {each.name}"))
            for each in stake.campaigns
        ),
    ]


def _gap(seconds: int | None) -> str:
    return UNKNOWN if seconds is None else f"{seconds // 60} min {seconds % 60:02d} s between two mails"


def _dns(inbox: Inbox) -> list[Content]:
    checks = (("SPF", inbox.health.spf), ("DKIM", inbox.health.dkim), ("DMARC", inbox.health.dmarc))
    return [Content.assemble(state(check_mark(result)), styled(f" {name}  ")) for name, result in checks]


def _timeline(timeline: Sequence[Happening]) -> list[Content]:
    down = downtime(timeline)
    title = heading("What happened to it", f"disconnected {duration(down)} in all" if down else "")
    left = len(timeline) - _MOST_HAPPENINGS
    more = (
        [styled((f"and {plural(left, 'entry')} before; they are in Events", "$text-muted"))]
        if left > 0
        else []
    )
    return [title, *map(_happening, timeline[:_MOST_HAPPENINGS]), *more]


def _happening(each: Happening) -> Content:
    word, tone = _HAPPENINGS[each.type]
    reason = f"  {each.reason}" if each.reason else ""
    down = "" if each.down is None else f"  {'for' if each.lasts else 'after'} {duration(each.down)}"
    at = f"{each.at:%Y-%m-%d %H:%M:%S}  "
    return styled((at, "$text-muted"), (word, TONE_STYLES[tone]), reason, (down, "$text-muted"))


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
