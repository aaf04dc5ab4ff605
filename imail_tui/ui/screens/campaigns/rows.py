"""Campaigns as table rows and as a page of detail with the sequence drawn."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from textual.content import Content

from imail_tui.domain.marks import campaign_mark, enrollment_mark
from imail_tui.domain.sequence.drawing import DrawnLine, draw
from imail_tui.domain.shown import UNKNOWN, ago, count, moment, of, percent, plural
from imail_tui.domain.text import cell_width, clip, one_line
from imail_tui.domain.why_not_sending import Reason
from imail_tui.model.campaigns import Campaign, LeadCounts, SendWindow, StepProgress
from imail_tui.model.leads import ENROLLMENT_STATUSES
from imail_tui.model.steps import MAX_STEPS
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.detail import BLANK, TONE_STYLES, fact, heading, page, state
from imail_tui.ui.widgets.rows import Cell, Row
from imail_tui.ui.widgets.safe_static import styled

COLUMNS: Final = (
    Column("status", "Status", 11, sortable=True),
    Column("name", "Campaign", 30, weight=3, max_width=48, sortable=True),
    Column("sent", "Today", 11, align="right", sortable=True),
    Column("leads", "Leads", 8, align="right"),
    Column("answered", "Replied", 8, align="right", priority=2),
    Column("replied", "Reply 7d", 9, align="right", priority=1, sortable=True),
    Column("steps", "Steps", 5, align="right", priority=3, sortable=True),
    Column("updated", "Edited", 10, align="right", priority=4, sortable=True),
)


def campaign_row(campaign: Campaign, now: datetime) -> Row:
    """One line of the table. The reply rate is the server's own, shown as given."""
    mark = campaign_mark(campaign.status)
    return Row(
        campaign.id,
        {
            "status": Cell(str(mark), mark.tone),
            "name": campaign.name,
            "sent": of(campaign.sent_today, campaign.daily_limit),
            "leads": count(campaign.lead_counts.total),
            "answered": count(campaign.lead_counts.replied),
            "replied": percent(campaign.reply_rate_7d),
            "steps": UNKNOWN if campaign.size is None else str(campaign.size),
            "updated": Cell(ago(campaign.updated_at, now), "muted"),
        },
    )


def campaign_detail(
    campaign: Campaign,
    inboxes: Mapping[str, str],
    reasons: Sequence[Reason],
    width: int,
    progress: Sequence[StepProgress] | None = None,
) -> Content:
    """Everything about one campaign. `inboxes` gives addresses by id, `width` the cells a line may take.

    `progress`: how far its leads are, None while that is not known.
    """
    addresses = [inboxes.get(inbox_id, inbox_id) for inbox_id in campaign.inbox_ids]
    lines = [
        heading(campaign.name),
        Content.assemble(
            state(campaign_mark(campaign.status)),
            styled((f"  edited {moment(campaign.updated_at)}", "$text-muted")),
        ),
        *_reason_lines(campaign, reasons),
        BLANK,
        fact("Sent today", of(campaign.sent_today, campaign.daily_limit)),
        fact(
            "Reply rate",
            percent(campaign.reply_rate_7d),
            styled(("  7 days, as imail gives it", "$text-muted")),
        ),
        fact("Sends", _window_words(campaign.send_window)),
        fact(
            "Inboxes",
            plural(len(addresses), "inbox"),
            styled((f"  {', '.join(addresses[:3])}", "$text-muted")),
        ),
        fact("Tracking", _tracking(campaign)),
        BLANK,
        heading(f"Leads {count(campaign.lead_counts.total)}"),
        *_lead_lines(campaign.lead_counts),
        *_step_lines(progress),
        BLANK,
        *_sequence_lines(campaign, width),
    ]
    return page(lines)


def _reason_lines(campaign: Campaign, reasons: Sequence[Reason]) -> list[Content]:
    """Why it sends nothing, or less; for one that is not active that it is not is enough."""
    if campaign.status not in ("active", "paused"):
        return []
    if not reasons:
        return [BLANK, styled(("● Nothing known keeps it from sending.", "$text-success"))]
    stops = any(reason.stops for reason in reasons)
    title = "Why it is not sending" if stops else "It sends, but"
    return [BLANK, heading(title), *map(_reason_line, reasons)]


def _reason_line(reason: Reason) -> Content:
    style = "$text-error" if reason.stops else "$text-warning"
    return styled((f"! {reason.what}", style), (f" {reason.remedy}", "$text-muted"))


def _sequence_lines(campaign: Campaign, width: int) -> list[Content]:
    if "steps" not in campaign.model_fields_set:
        return [heading("Sequence"), styled(("loading", "$text-muted"))]
    title = heading(f"Sequence {len(campaign.steps)}/{MAX_STEPS}")
    if not campaign.steps:
        return [title, styled(("No steps yet.", "$text-muted"))]
    drawn = draw(campaign.steps)
    lanes = max(len(line.lanes) for line in drawn) + 2
    names = min(16, max(cell_width(one_line(line.title)) for line in drawn) + 2)
    return [title, *(_drawn_line(line, lanes, names, width) for line in drawn)]


def _drawn_line(line: DrawnLine, lanes: int, names: int, width: int) -> Content:
    room = max(8, width - lanes - (names if line.is_step else 0))
    note = clip(one_line(line.note), room)
    if not line.is_step:
        return styled(f"{line.lanes:<{lanes}}", (note, "$text-muted"))
    title = clip(one_line(line.title), names - 1)
    return styled(f"{line.lanes:<{lanes}}", (title + " " * (names - cell_width(title)), "bold"), note)


def _lead_lines(counts: LeadCounts) -> list[Content]:
    known = [(status, getattr(counts, status)) for status in ENROLLMENT_STATUSES]
    total = counts.total or 0
    return [_lead_line(status, number, total) for status, number in known if isinstance(number, int)]


def _step_lines(progress: Sequence[StepProgress] | None) -> list[Content]:
    """Where its leads are: reached, waiting at and sent each step."""
    if not progress:
        return []
    names = min(20, max(6, *(cell_width(one_line(each.step_id)) for each in progress))) + 1
    titles = f"{'':<{names}}{'reached':>9}{'waiting':>9}{'sent':>9}"
    lines = [BLANK, heading("Leads by step"), styled((titles, "$text-muted"))]
    for each in progress:
        name = clip(one_line(each.step_id), names - 1)
        numbers = f"{count(each.reached):>9}{count(each.waiting):>9}{count(each.sent):>9}"
        lines.append(styled(name + " " * (names - cell_width(name)), (numbers, "")))
    return lines


def _lead_line(status: str, number: int, total: int) -> Content:
    mark = enrollment_mark(status)
    bar = "█" * round(20 * number / total) if total else ""
    return Content.assemble(
        styled((f"{mark!s:<{15}}", TONE_STYLES[mark.tone])),
        styled(f"{count(number):>9}  ", (bar, "$text-muted")),
    )


def _window_words(window: SendWindow | None) -> str:
    if window is None:
        return "9–17 on weekdays, in the lead's time zone"
    zone = "the lead's time zone" if window.timezone == "lead" else window.timezone
    return f"{window.start}–{window.end} on {_days_words(window.days)}, in {zone}"


def _days_words(days: Sequence[str]) -> str:
    if list(days) == ["mon", "tue", "wed", "thu", "fri"]:
        return "weekdays"
    return "every day" if len(days) == 7 else " ".join(days)


def _tracking(campaign: Campaign) -> str:
    parts = [
        f"{name} {UNKNOWN if on is None else 'on' if on else 'off'}"
        for name, on in (
            ("opens", campaign.track_opens),
            ("clicks", campaign.track_clicks),
            ("stop on reply", campaign.stop_on_reply),
        )
    ]
    return ", ".join(parts)
