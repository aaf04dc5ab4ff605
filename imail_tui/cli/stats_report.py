"""What `stats` does once it knows what is asked; the commonest words are read here, too.

They are read without the command line's parser, which takes longer to load than counts take to be read.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, get_args

from imail_tui.cli.connection import Connection, run_on_workspace
from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.output import print_json
from imail_tui.cli.scope_words import Chosen, Whose, WordsRefused, choose
from imail_tui.domain.analytics.report import Question, Report, SplitRow
from imail_tui.domain.analytics.scopes import Split
from imail_tui.domain.analytics.spans import LONGEST, SpanRefused, last_days, span_of
from imail_tui.model.problem import Problem

if TYPE_CHECKING:
    from imail_tui.services.session import Session


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose numbers of which days, and how they are printed. `chart` None: on a terminal."""

    whose: Whose = "workspace"
    name: str | None = None
    days: int = 30
    start: str | None = None
    end: str | None = None
    by: Split | None = None
    chart: bool | None = None
    cached: bool = False
    json: bool = False
    csv: bool = False

    @property
    def shows_chart(self) -> bool:
        """Whether there is a chart above the table."""
        wanted = sys.stdout.isatty() if self.chart is None else self.chart
        return wanted and not self.json and not self.csv


_WHOSE: Final[tuple[Whose, ...]] = get_args(Whose)
_FLAGS: Final[dict[str, Callable[[Asked], Asked]]] = {
    "--cached": lambda asked: replace(asked, cached=True),
    "--json": lambda asked: replace(asked, json=True),
    "--csv": lambda asked: replace(asked, csv=True),
    "--chart": lambda asked: replace(asked, chart=True),
    "--no-chart": lambda asked: replace(asked, chart=False),
}


def plain_words(words: Sequence[str]) -> Asked | None:
    """What common words ask for; None for any others, which the parser reads, refuses or explains."""
    asked, names, rest = Asked(), list[str](), iter(words)
    for word in rest:
        if word == "--days":
            days = next(rest, "")
            if not days.isascii() or not days.isdigit() or len(days) > 3 or not 1 <= int(days) <= LONGEST:
                return None
            asked = replace(asked, days=int(days))
        elif word == "--by":
            by = next(rest, "")
            if by not in list(Split):
                return None
            asked = replace(asked, by=Split(by))
        elif word in _FLAGS:
            asked = _FLAGS[word](asked)
        elif word.startswith("-"):
            return None
        else:
            names.append(word)
    return _with_names(asked, names)


def _with_names(asked: Asked, names: Sequence[str]) -> Asked | None:
    whose = next((each for each in _WHOSE if [each] == list(names[:1])), None)
    if not names:
        return asked
    if whose is None or len(names) > 2:
        return None
    return replace(asked, whose=whose, name=names[1] if len(names) == 2 else None)


def show_stats(asked: Asked, connection: Connection | None = None) -> int:
    """Print what is asked for, of the usual workspace unless told of another; gives the exit code."""

    async def command(session: "Session") -> Exit:
        from imail_tui.services.analytics.counts import NotSplit

        try:
            chosen, question = await _question(session, asked)
            report = await session.analytics.report(question)
            split = asked.by or chosen.split
            rows = await session.analytics.split(question, split)
            if not asked.cached and await _bring_names(session, rows):
                rows = await session.analytics.split(question, split)
        except SpanRefused as error:
            return tell(Problem(str(error), "Write days as 2026-03-31.", "--from, --to", code="usage"))
        except (WordsRefused, NotSplit) as error:
            return tell(error.problem)
        if asked.shows_chart:
            from imail_tui.cli.stats_output import print_chart

            print_chart(report, asked.by, rows, await session.analytics.marks(question))
        _print(chosen, report, split, rows, asked)
        return Exit.OK

    return run_on_workspace(
        connection or Connection(), command, connect=not asked.cached, keyless=asked.cached
    )


async def _question(session: "Session", asked: Asked) -> tuple[Chosen, Question]:
    """Whose numbers of which days, with what is missing of them fetched. Raises SpanRefused, WordsRefused."""
    analytics = session.analytics
    today = analytics.kept_today() if asked.cached else analytics.today()
    span = last_days(asked.days, today)
    if asked.start is not None:
        span = span_of(asked.start, asked.end or "", today)
    elif asked.end is not None:
        span = last_days(asked.days, span_of(asked.end, asked.end, today).end)
    if not asked.cached:
        await _bring_lists(session, asked.whose)
    chosen = choose(session, asked.whose, asked.name)
    question = Question(span, chosen.scope)
    if not asked.cached:
        await analytics.refresh(question, urgent=True)
    return chosen, question


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


def _print(chosen: Chosen, report: Report, split: Split, rows: tuple[SplitRow, ...], asked: Asked) -> None:
    from imail_tui.cli import stats_output

    if asked.json:
        print_json(stats_output.document(chosen, report, split, rows))
    elif asked.csv:
        stats_output.print_csv(rows)
    else:
        stats_output.print_table(chosen, report, split, rows)
    missing = report.wanted_days - report.known_days
    if missing:
        days = f"{report.known_days} of {report.wanted_days} days"
        print(f"imail-tui: only {days} are known here.", file=sys.stderr)
