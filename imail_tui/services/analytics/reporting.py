"""A period in Markdown: everything a report says, fetched and put together."""

from contextlib import suppress

from imail_tui.api.errors import NotFound
from imail_tui.domain.analytics.markdown import markdown
from imail_tui.domain.analytics.report import Question, SplitRow, StepComparison
from imail_tui.domain.analytics.scopes import Scope, Split
from imail_tui.domain.analytics.spans import Span
from imail_tui.services.analytics.analytics import Analytics
from imail_tui.services.analytics.counts import NotSplit


async def report_text(analytics: Analytics, title: str, span: Span, scope: Scope) -> str:
    """The report of some days; `title` says whose they are and may be foreign. Raises `ApiError`.

    A campaign is told by its steps and their versions, anything else by its campaigns.
    """
    question = Question(span, scope)
    await analytics.refresh(question, urgent=True)
    with suppress(NotFound):
        await analytics.load_replies(question)
    of_campaign = scope.campaign_id is not None
    # A server that splits coarsely still has its sums told.
    rows: tuple[SplitRow, ...] = ()
    comparisons: tuple[StepComparison, ...] = ()
    with suppress(NotSplit):
        rows = await analytics.split(question, Split.STEP if of_campaign else Split.CAMPAIGN)
        comparisons = await analytics.variants(question) if of_campaign else ()
    return markdown(
        title,
        await analytics.report(question),
        [row for row in rows if row.row.sent or row.row.replied],
        comparisons=comparisons,
        mix=await analytics.label_mix(question),
        marks=await analytics.marks(question),
    )
