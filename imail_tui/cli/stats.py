"""`imail-tui stats`: what was sent and what came back, as a chart and a table."""

from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from imail_tui.cli.options import Flag, Shared
from imail_tui.cli.scope_words import Whose
from imail_tui.cli.stats_report import Asked, show_stats
from imail_tui.domain.analytics.scopes import Split


def stats(
    whose: Whose = "workspace",
    name: str | None = None,
    /,
    *,
    days: Annotated[int, Parameter(validator=Number(gte=1, lte=731))] = 30,
    start: Annotated[str | None, Parameter(name="--from")] = None,
    end: Annotated[str | None, Parameter(name="--to")] = None,
    by: Split | None = None,
    chart: bool | None = None,
    cached: Flag = False,
    json: Flag = False,
    csv: Flag = False,
    connection: Shared,
) -> int:
    """Show what was sent and what came back in the last days (UTC, today included).

    Only days that are not kept yet, and the last two, are fetched. Rates
    are fractions of leads contacted; of mails sent for bounces, steps and
    variants. On a terminal `*` marks those of too few to judge by.

    For example:
      imail-tui stats --days 30
      imail-tui stats campaign "cold chain" --by step --json

    Parameters
    ----------
    whose
        Whose numbers.
    name
        Which campaign, inbox, domain or provider: its name, a part of it that only one has, or the id.
    days
        How many days to cover.
    start
        First day instead, as 2026-03-31.
    end
        Last day; today without it.
    by
        One row for each of these. Campaigns by default, steps of a campaign.
    chart
        A chart above the table; on a terminal unless --no-chart.
    cached
        Ask nobody: show what is kept here.
    json
        Print counts, rates with their parts and intervals, days and rows as one JSON object.
    csv
        Print the rows as CSV, for a spreadsheet; no cell is taken for a formula.
    """

    asked = Asked(whose, name, days, start, end, by, chart, cached, json, csv)
    return show_stats(asked, connection)
