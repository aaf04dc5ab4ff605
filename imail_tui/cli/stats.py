"""`imail-tui stats`: what was sent and what came back, as a chart and a table."""

import sys
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from imail_tui.cli.connection import run_on_workspace
from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.options import Flag, Shared
from imail_tui.cli.output import print_json
from imail_tui.cli.scope_words import Chosen, Whose, WordsRefused, choose
from imail_tui.domain.analytics.report import Question, Report, SplitRow
from imail_tui.domain.analytics.scopes import Split
from imail_tui.domain.analytics.spans import SpanRefused, last_days, span_of
from imail_tui.model.problem import Problem

if TYPE_CHECKING:
    from imail_tui.services.session import Session


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

    async def command(session: "Session") -> Exit:
        from imail_tui.services.analytics.counts import NotSplit

        try:
            today = session.analytics.kept_today() if cached else session.analytics.today()
            span = last_days(days, today) if start is None else span_of(start, end or "", today)
            if end is not None and start is None:
                span = last_days(days, span_of(end, end, today).end)
            if not cached:
                await _bring_lists(session, whose)
            chosen = choose(session, whose, name)
            question = Question(span, chosen.scope)
            if not cached:
                await session.analytics.refresh(question, urgent=True)
            report = await session.analytics.report(question)
            split = by or chosen.split
            rows = await session.analytics.split(question, split)
            if not cached and await _bring_names(session, rows):
                rows = await session.analytics.split(question, split)
        except SpanRefused as error:
            return tell(Problem(str(error), "Write days as 2026-03-31.", "--from, --to", code="usage"))
        except (WordsRefused, NotSplit) as error:
            return tell(error.problem)
        shape = _Shape(json=json, csv=csv, chart=chart)
        if shape.shows_chart:
            from imail_tui.cli.stats_output import print_chart

            print_chart(report, by, rows, await session.analytics.marks(question))
        _print(chosen, report, split, rows, shape)
        return Exit.OK

    return run_on_workspace(connection, command, connect=not cached, keyless=cached)


class _Shape:
    """How it is printed."""

    def __init__(self, *, json: bool, csv: bool, chart: bool | None) -> None:
        self.json = json
        self.csv = csv
        wanted = sys.stdout.isatty() if chart is None else chart
        self.shows_chart = wanted and not json and not csv


async def _bring_lists(session: "Session", whose: Whose) -> None:
    """The lists that names are looked up in, where they were never fetched or are needed fresh."""
    if whose == "campaign":
        await session.campaigns.refresh(urgent=True)
    elif whose != "workspace":
        await session.inboxes.refresh(urgent=True)


async def _bring_names(session: "Session", rows: tuple[SplitRow, ...]) -> bool:
    """Fetch the list that lacks a name; False where that changes nothing: ids stand for themselves."""
    nameless = [row for row in rows if row.key and row.name in (row.key, "unknown")]
    if not nameless:
        return False
    split = nameless[0].split
    from imail_tui.api.errors import ApiError

    try:
        if split is Split.CAMPAIGN:
            await session.campaigns.refresh(urgent=True)
        elif split in (Split.INBOX, Split.DOMAIN, Split.PROVIDER):
            await session.inboxes.refresh(urgent=True)
    except ApiError:
        return False
    return True


def _print(chosen: Chosen, report: Report, split: Split, rows: tuple[SplitRow, ...], shape: _Shape) -> None:
    from imail_tui.cli import stats_output

    if shape.json:
        print_json(stats_output.document(chosen, report, split, rows))
    elif shape.csv:
        stats_output.print_csv(rows)
    else:
        stats_output.print_table(chosen, report, split, rows)
    missing = report.wanted_days - report.known_days
    if missing:
        days = f"{report.known_days} of {report.wanted_days} days"
        print(f"imail-tui: only {days} are known here.", file=sys.stderr)
