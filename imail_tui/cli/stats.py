"""`imail-tui stats`: the numbers of the last days, as a chart and a table."""

import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from imail_tui.cli.connection import Connection, run_on_workspace
from imail_tui.cli.exits import Exit
from imail_tui.cli.output import Field, Heading, print_json, print_rows
from imail_tui.domain import rates
from imail_tui.domain.charts import Symbols, draw_chart
from imail_tui.domain.charts.reports import traffic_chart
from imail_tui.model.analytics import COUNTERS, AnalyticsRow
from imail_tui.model.record import Json

if TYPE_CHECKING:
    from imail_tui.services.reports import CampaignReport, DailyReport
    from imail_tui.services.session import Session

CHART_LINES = 14

_HEADINGS = (
    Heading("campaign"),
    Heading("sent", right=True),
    Heading("contacted", right=True),
    Heading("replied", right=True),
    Heading("reply_rate", right=True),
    Heading("positive", right=True),
    Heading("bounced", right=True),
    Heading("bounce_rate", right=True),
)


def stats(
    *,
    days: Annotated[int, Parameter(validator=Number(gte=1, lte=365))] = 30,
    json: Annotated[bool, Parameter(negative="")] = False,
    connection: Annotated[Connection, Parameter(parse=False)],
) -> int:
    """Show what was sent and what came back in the last days (UTC, today included).

    On a terminal a chart stands above the table. Rates are fractions: replies of leads contacted, bounces of
    mails sent.

    Parameters
    ----------
    days
        How many days to cover.
    json
        Print raw counts per day and per campaign as one JSON object.
    """

    async def command(session: "Session") -> Exit:
        daily = await session.reports.daily(days, urgent=True)
        await session.campaigns.refresh(urgent=True)
        campaigns = await session.reports.by_campaign(days, urgent=True)
        if json:
            print_json(_document(daily, campaigns))
        else:
            _print_report(daily, campaigns)
        return Exit.OK

    return run_on_workspace(connection, command)


def _document(daily: "DailyReport", campaigns: "Sequence[CampaignReport]") -> Json:
    return {
        "from": daily.start.isoformat(),
        "to": daily.end.isoformat(),
        "total": _counts(daily.total),
        "days": [{"day": row.day.isoformat() if row.day else None, **_counts(row)} for row in daily.rows],
        "campaigns": [
            {"campaign_id": report.campaign_id, "name": report.name, **_counts(report.row)}
            for report in campaigns
        ],
    }


def _counts(row: AnalyticsRow) -> Json:
    """Every counter, null where the server does not send it."""
    return {name: row.counter(name) for name in COUNTERS}


def _print_report(daily: "DailyReport", campaigns: "Sequence[CampaignReport]") -> None:
    if sys.stdout.isatty():
        _print_chart(daily)
    ordered = sorted(campaigns, key=lambda report: -(report.row.sent or 0))
    rows = [_row(report.name or report.campaign_id, report.row) for report in ordered]
    print_rows(_HEADINGS, [*rows, _row("total", daily.total)], empty="Nothing was sent.")


def _print_chart(daily: "DailyReport") -> None:
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    spec = traffic_chart(daily.rows, Symbols.BRAILLE if utf8 else Symbols.ASCII)
    width = max(20, shutil.get_terminal_size().columns)
    for line in draw_chart(spec, width, CHART_LINES):
        print("".join(segment.text for segment in line).rstrip())
    print()


def _row(name: str, row: AnalyticsRow) -> tuple[Field, ...]:
    replied, bounced = rates.replied(row), rates.bounced(row)
    return (
        name,
        row.sent,
        row.contacted,
        row.replied,
        _fraction(replied.fraction),
        row.positive_replied,
        bounced.n,
        _fraction(bounced.fraction),
    )


def _fraction(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
