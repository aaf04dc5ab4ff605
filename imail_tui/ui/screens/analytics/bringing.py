"""Bringing what is on show up to date: missing days, names of steps, replies."""

from dataclasses import replace
from typing import Final

from textual import work

from imail_tui.domain.analytics.report import Question
from imail_tui.domain.analytics.scopes import Split
from imail_tui.domain.analytics.spans import RANGES, last_days
from imail_tui.domain.budget import Priority
from imail_tui.domain.operations import GET_CAMPAIGN, LIST_CAMPAIGNS, LIST_INBOXES, LIST_REPLIES
from imail_tui.services.analytics.fetching import Fetching
from imail_tui.services.session import Session
from imail_tui.ui.options import UiOptions
from imail_tui.ui.ports import FrameSession
from imail_tui.ui.screens.analytics.showing import Showing
from imail_tui.ui.screens.analytics.views import HOURS, LABELS, STEPS, VERSIONS, View

MOST_NAMED: Final = 20
"""Campaigns that are fetched for the names of their steps."""


class Bringing(Showing):
    """What is fetched for the sake of what is on show."""

    session: Session

    def __init__(self, session: FrameSession, options: UiOptions | None = None) -> None:
        super().__init__(session, options)
        self._asked = False
        self._has_names = False
        self._only_days = False
        self._named: set[str] = set()
        self._brought: Question | None = None

    def on_mount(self) -> None:
        """Tell how far fetching is."""
        self._forget_progress = self.session.analytics.progress.subscribe(self._tell_progress)

    def on_unmount(self) -> None:
        """Stop listening."""
        self._forget_progress()

    async def refresh_area(self) -> None:
        """Fetch the days that are missing or may have changed, and the names unless only days are due."""
        urgent, self._asked = self._asked, True
        only_days, self._only_days = self._only_days and self._has_names, False
        analytics = self.session.analytics
        while True:
            # Without a server the days stay those that are kept, whatever this machine calls today.
            asked = self._as_of_today()
            await analytics.refresh(asked, urgent=urgent)
            # An answer may teach another today than this machine's.
            if self._as_of_today() == asked:
                break
        if asked != self._question:
            self._question = asked
            self._load()
        if not only_days and await self._bring_names():
            self._load()
        self._has_names = True

    async def _bring_names(self) -> bool:
        """Fetch what campaigns and inboxes are called; whether anything differs."""
        changed: frozenset[str] = frozenset()
        if self.session.capabilities.has(LIST_CAMPAIGNS):
            changed |= await self.session.campaigns.bring_up_to_date(Priority.BACKGROUND)
        if self.session.capabilities.has(LIST_INBOXES):
            changed |= await self.session.inboxes.bring_up_to_date(Priority.BACKGROUND)
        return bool(changed)

    def bring_days(self) -> None:
        """Fetch what is missing of the days that are asked about now."""
        self._only_days = True
        self.action_refresh_area()

    def _as_of_today(self) -> Question:
        """The question about the same days; about as many up to today where the last days are wanted."""
        if not self._rolling:
            return self._question
        span = last_days(self._question.span.days, self.session.analytics.today())
        return replace(self._question, span=span)

    def page_shown(self, question: Question, view: View) -> None:
        """Names of steps and replies are not in the counts."""
        if view in (STEPS, VERSIONS):
            self._name_steps(question)
        elif view in (HOURS, LABELS):
            self._bring_replies(question)

    def _tell_progress(self, fetching: Fetching) -> None:
        if fetching.wanted > RANGES[1] and fetching.done < fetching.wanted:
            self.say(f"Fetching: {fetching.done} of {fetching.wanted} days.")
        elif fetching.wanted > RANGES[1]:
            self.say("")

    @work(group="names", exclusive=True, exit_on_error=False)
    async def _name_steps(self, question: Question) -> None:
        """Fetch the campaigns whose steps are on show, once each: their names are not in the counts."""
        if not self.session.capabilities.has(GET_CAMPAIGN):
            return
        busiest = await self.session.analytics.split(replace(question, compare=False), Split.CAMPAIGN)
        wanted = [each.key for each in busiest if each.key][:MOST_NAMED]
        fresh = [key for key in wanted if key not in self._named and not self.session.analytics.steps(key)]
        self._named.update(fresh)
        for key in fresh:
            await self.session.campaigns.fetch(key)
        if fresh:
            self._load()

    @work(group="replies", exclusive=True, exit_on_error=False)
    async def _bring_replies(self, question: Question) -> None:
        """Load the replies of the days, once for a question."""
        if self._brought != question and self.session.capabilities.has(LIST_REPLIES):
            self._brought = question
            self.say("Loading the replies of these days …")
            await self.session.replies.refresh()
            await self.session.analytics.load_replies(question)
            self.say("")
            self._load()
