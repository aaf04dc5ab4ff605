"""The line of key figures, and campaigns with their rates as table rows."""

from collections.abc import Callable, Sequence
from typing import Final

from textual.content import Content

from imail_tui.domain import rates
from imail_tui.domain.marks import Tone
from imail_tui.domain.rates import Rate
from imail_tui.domain.shown import UNKNOWN, count, percent
from imail_tui.domain.thresholds import bounce_tone, reply_tone
from imail_tui.model.analytics import AnalyticsRow
from imail_tui.services.reports import CampaignReport
from imail_tui.ui.widgets.columns import Column
from imail_tui.ui.widgets.rows import Cell, Row
from imail_tui.ui.widgets.safe_static import styled

COLUMNS: Final = (
    Column("campaign", "Campaign", 18, weight=3, max_width=44),
    Column("sent", "Sent", 8, align="right"),
    Column("contacted", "Contacted", 9, align="right", priority=3),
    Column("replied", "Replied", 14, align="right"),
    Column("positive", "Positive", 13, align="right", priority=1),
    Column("bounced", "Bounced", 13, align="right"),
    Column("opened", "Opened", 15, align="right", priority=2),
    Column("unsubscribed", "Unsub.", 12, align="right", priority=4),
)


def campaign_rows(reports: Sequence[CampaignReport]) -> list[Row]:
    """One row for each campaign, the busiest first."""
    ordered = sorted(reports, key=lambda report: -(report.row.sent or 0))
    return [_campaign_row(report) for report in ordered]


def _campaign_row(report: CampaignReport) -> Row:
    row = report.row
    return Row(
        report.campaign_id,
        {
            "campaign": report.name or report.campaign_id,
            "sent": count(row.sent),
            "contacted": count(row.contacted),
            "replied": _rate_cell(rates.replied(row), reply_tone),
            "positive": _rate_cell(rates.positive(row), _plain),
            "bounced": _rate_cell(rates.bounced(row), bounce_tone),
            "opened": _rate_cell(rates.opened(row), _plain),
            "unsubscribed": _rate_cell(rates.unsubscribed(row), _plain),
        },
    )


def key_figures(total: AnalyticsRow, days: int) -> Content:
    """The sums of the range, each rate with what it is a part of."""
    pieces: list[str | tuple[str, str]] = [("Last ", "$text-muted"), (f"{days} days", "bold")]
    pieces += [("   sent ", "$text-muted"), (count(total.sent), "bold")]
    for name, rate in (
        ("replied", rates.replied(total)),
        ("positive", rates.positive(total)),
        ("bounced", rates.bounced(total)),
    ):
        pieces += [
            (f"   {name} ", "$text-muted"),
            (percent(rate.fraction), "bold" if rate.enough else "$text-muted"),
        ]
        pieces.append((f" {count(rate.n)}/{count(rate.of)}", "$text-muted"))
    return styled(*pieces)


def _plain(_fraction: float) -> Tone:
    return ""


def _rate_cell(rate: Rate, tone: Callable[[float], Tone]) -> Cell:
    """A count with its rate; grey where the sample is too small to judge by."""
    if rate.fraction is None:
        return Cell(UNKNOWN if rate.n is None else count(rate.n), "muted")
    return Cell(
        f"{count(rate.n)} {percent(rate.fraction):>7}", tone(rate.fraction) if rate.enough else "muted"
    )
