"""The page of a view, from the answers to a question."""

import asyncio
from collections.abc import Callable

from imail_tui.domain.analytics.report import Question, Report
from imail_tui.domain.analytics.scopes import Split
from imail_tui.services.analytics.analytics import Analytics
from imail_tui.ui.screens.analytics.page import Page
from imail_tui.ui.screens.analytics.pages.course import course_page
from imail_tui.ui.screens.analytics.pages.funnel import funnel_page
from imail_tui.ui.screens.analytics.pages.inboxes import inboxes_page
from imail_tui.ui.screens.analytics.pages.parts import Names, parts_page, steps_page
from imail_tui.ui.screens.analytics.pages.replies import hours_page, labels_page
from imail_tui.ui.screens.analytics.pages.versions import versions_page
from imail_tui.ui.screens.analytics.views import CAMPAIGNS, COURSE, FUNNEL, HOURS, INBOXES, LABELS, STEPS
from imail_tui.ui.screens.analytics.wish import Wish


async def page_of(
    analytics: Analytics, question: Question, wish: Wish, report: Report, step_names: Callable[[], Names]
) -> Page:
    """The page of a view, from the store. Raises NotSplit where the server's counts are too coarse."""
    view, symbols = wish.view, wish.symbols
    if view is COURSE:
        return course_page(report, await analytics.marks(question), wish, analytics.today())
    if view is FUNNEL:
        return funnel_page(report, symbols)
    if view is CAMPAIGNS:
        rows = await analytics.split(question, Split.CAMPAIGN)
        return parts_page(question, rows, wish, "Campaign")
    if view is STEPS:
        rows = await analytics.split(question, Split.STEP)
        return steps_page(question, rows, await asyncio.to_thread(step_names), symbols)
    if view is INBOXES:
        heat = await analytics.heat(question, wish.one)
        return inboxes_page(question, heat, await analytics.split(question, Split.INBOX), symbols)
    if view is HOURS:
        return hours_page(question, await analytics.reply_hours(question), report, symbols)
    if view is LABELS:
        return labels_page(question, await analytics.label_mix(question), report, symbols)
    steps = await analytics.variants(question)
    return versions_page(question, steps, await asyncio.to_thread(step_names), symbols)
