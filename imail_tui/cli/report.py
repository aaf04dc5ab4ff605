"""`imail-tui report`: a period as Markdown, for a chat or a mail."""

from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from imail_tui.cli.connection import Connection, run_on_workspace
from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.scope_words import WordsRefused, choose
from imail_tui.domain.analytics.report import Question, SplitRow, StepComparison
from imail_tui.domain.analytics.spans import Span, last_days

if TYPE_CHECKING:
    from imail_tui.services.session import Session

Flag = Annotated[bool, Parameter(negative="")]


def report(
    *,
    week: Flag = False,
    days: Annotated[int | None, Parameter(validator=Number(gte=1, lte=731))] = None,
    campaign: str | None = None,
    connection: Annotated[Connection, Parameter(parse=False)],
) -> int:
    """Print a period as Markdown: the numbers beside those of the period before, and what explains them.

    Without --days it is the last whole week, Monday to Sunday (UTC).

    Parameters
    ----------
    week
        The last whole week, which is what is meant anyway.
    days
        The last days instead, today included.
    campaign
        Only of this campaign: a part of its name that no other has, or its id.
    """

    async def command(session: "Session") -> Exit:
        from imail_tui.api.errors import NotFound
        from imail_tui.domain.analytics.markdown import markdown
        from imail_tui.services.analytics.counts import NotSplit

        for collection in (session.campaigns, session.inboxes, session.replies):
            # A server that lacks one of them still has counts.
            with suppress(NotFound):
                await collection.refresh(urgent=True)
        today = session.analytics.today()
        span = last_week(today) if week or days is None else last_days(days, today)
        try:
            chosen = choose(session, "workspace" if campaign is None else "campaign", campaign)
        except WordsRefused as error:
            return tell(error.problem)
        if campaign is not None:
            await session.campaigns.fetch(chosen.scope.campaign_id or "")
        question = Question(span, chosen.scope)
        analytics = session.analytics
        await analytics.refresh(question, urgent=True)
        with suppress(NotFound):
            await analytics.load_replies(question)
        # A server that splits coarsely still has its sums told.
        rows: tuple[SplitRow, ...] = ()
        comparisons: tuple[StepComparison, ...] = ()
        with suppress(NotSplit):
            rows = await analytics.split(question, chosen.split)
            comparisons = await analytics.variants(question)
        text = markdown(
            chosen.name,
            await analytics.report(question),
            [row for row in rows if row.row.sent or row.row.replied],
            comparisons=comparisons if campaign is not None else (),
            mix=await analytics.label_mix(question),
            marks=await analytics.marks(question),
        )
        print(text, end="")
        return Exit.OK

    return run_on_workspace(connection, command)


def last_week(today: date) -> Span:
    """The last Monday to Sunday that is over."""
    monday = today - timedelta(days=today.weekday() + 7)
    return Span(monday, monday + timedelta(days=6))
