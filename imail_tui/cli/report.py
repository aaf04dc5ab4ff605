"""`imail-tui report`: a period as Markdown, for a chat or a mail."""

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from imail_tui.cli.connection import run_on_workspace
from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.options import Flag, Shared
from imail_tui.cli.scope_words import WordsRefused, choose
from imail_tui.domain.analytics.spans import last_days, last_week

if TYPE_CHECKING:
    from imail_tui.services.session import Session


def report(
    *,
    week: Flag = False,
    days: Annotated[int | None, Parameter(validator=Number(gte=1, lte=731))] = None,
    campaign: str | None = None,
    connection: Shared,
) -> int:
    """Print a period as Markdown: the numbers beside those of the period before, and what explains them.

    Without --days it is the last whole week, Monday to Sunday (UTC).

    For example:
      imail-tui report --days 14 --campaign "cold chain"

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
        from imail_tui.services.analytics.reporting import report_text

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
        text = await report_text(session.analytics, chosen.name, span, chosen.scope)
        print(text, end="")
        return Exit.OK

    return run_on_workspace(connection, command)
