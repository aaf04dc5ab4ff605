"""What a forecast needs to know, gathered from the workspace."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from statistics import median

from imail_tui.domain.budget import Priority
from imail_tui.domain.forecast.forecast import Task
from imail_tui.domain.forecast.habits import Habits, habits_of
from imail_tui.domain.forecast.room import Room, SendingInbox
from imail_tui.domain.rates import total
from imail_tui.domain.sequence.course import Course
from imail_tui.domain.sequence.lead import Lead, read_lead
from imail_tui.model.analytics import AnalyticsRow
from imail_tui.model.campaigns import Campaign
from imail_tui.model.drafts import Draft
from imail_tui.model.inboxes import Inbox
from imail_tui.model.record import Json
from imail_tui.services.campaign_code.simulating import course_of
from imail_tui.services.campaigns import Campaigns
from imail_tui.services.drafting import Drafting
from imail_tui.services.inboxes import Inboxes
from imail_tui.services.replies import Replies
from imail_tui.services.workbench import Workbench

_HABIT_DAYS = 30
"""Days whose counts say what leads of this account do."""
_PACE_DAYS = 14
_LEAST_PACE_DAYS = 3
_PACE_RANGE = (0.3, 1.3)
"""A measured pace beyond this says more about a holiday or an outage than about the days to come."""
_NO_LIMIT = 5_000
"""The smallest tier's largest limit, for a campaign that names none."""
_SAMPLE = 300


@dataclass(frozen=True, slots=True)
class Outlook:
    """Everything a forecast is made from. `paced`: days that the pace was measured on, 0 = it was not."""

    task: Task
    room: Room
    habits: Habits
    paced: int


class Forecasting:
    """Gathers outlooks. Methods raise `ApiError`."""

    def __init__(
        self, bench: Workbench, drafting: Drafting, campaigns: Campaigns, inboxes: Inboxes, replies: Replies
    ) -> None:
        self._bench = bench
        self._drafting = drafting
        self._campaigns = campaigns
        self._inboxes = inboxes
        self._replies = replies

    async def outlook(self, draft: Draft) -> Outlook:
        """What is known of a campaign as it is written now.

        Raises `ApiError`, `FileProblem` where the campaign is not sound.
        """
        now = self._bench.line.now()
        course = course_of(draft.content, self._drafting.workspace_zone)
        leads = [read_lead(lead.wire()) for lead in await self._drafting.leads(draft.campaign_id, _SAMPLE)]
        leads = leads or [Lead("lead", None, {})]
        queued, waiting, campaign = await self._standing(draft)
        window_days = now.date() - timedelta(days=_HABIT_DAYS)
        rows = await self._ask(("day",), window_days, now.date())
        room = Room(
            course.window,
            _zones(course, leads),
            _limit(draft.content),
            await self._senders(draft, now.date()),
        )
        pace, days = 1.0, 0
        if campaign is not None and campaign.status == "active" and queued:
            pace, days = await self._pace(campaign.id, room, now.date())
        task = Task(course, leads, queued, waiting, now)
        return Outlook(task, _paced(room, pace), habits_of(total(rows), self._labels()), days)

    async def _standing(self, draft: Draft) -> tuple[int, Mapping[str, int], Campaign | None]:
        """Leads that have not begun, those at each step, and the campaign as the server has it."""
        if draft.campaign_id is None:
            return 0, {}, None
        campaign_id = draft.campaign_id
        campaign = await self._campaigns.fetch(campaign_id)
        queued = campaign.lead_counts.queued or 0
        if not campaign.lead_counts.active:
            return queued, {}, campaign
        progress = await self._campaigns.progress(campaign_id)
        waiting = {row.step_id: row.waiting or 0 for row in progress}
        # Leads that wait at the first step to begin are counted there, and as queued.
        twice = max(0, sum(waiting.values()) - campaign.lead_counts.active)
        if progress:
            first = progress[0].step_id
            waiting[first] = max(0, waiting[first] - twice)
        return queued, {step_id: leads for step_id, leads in waiting.items() if leads}, campaign

    async def _senders(self, draft: Draft, today: date) -> list[SendingInbox]:
        """The connected inboxes of the campaign, and what other active campaigns send from them."""
        chosen = draft.content.get("inbox_ids")
        names = set(chosen) if isinstance(chosen, list) else set()
        mine = [inbox for inbox in self._inboxes.all() if inbox.id in names or inbox.email in names]
        active = {row.id for row in self._campaigns.all() if row.status == "active"} - {draft.campaign_id}
        others: dict[str, float] = defaultdict(float)
        if active and mine:
            start, end = today - timedelta(days=7), today - timedelta(days=1)
            for row in await self._ask(("inbox", "campaign"), start, end):
                if row.inbox_id and row.campaign_id in active:
                    others[row.inbox_id] += (row.sent or 0) / 7
        return [_sender(inbox, others[inbox.id]) for inbox in mine if inbox.status == "connected"]

    async def _pace(self, campaign_id: str, room: Room, today: date) -> tuple[float, int]:
        """Mails a day against what the limits allow, where the campaign had leads waiting all along."""
        start, end = today - timedelta(days=_PACE_DAYS), today - timedelta(days=1)
        rows = await self._ask(("day",), start, end, campaign_id)
        sent = {row.day: row.sent or 0 for row in rows if row.day is not None and row.sent}
        # On the day it was launched it did not have the whole day.
        first = min(sent, default=None)
        ratios = [count / able for day, count in sent.items() if day != first and (able := room.on(day)) > 0]
        if len(ratios) < _LEAST_PACE_DAYS:
            return 1.0, 0
        low, high = _PACE_RANGE
        return min(high, max(low, median(ratios))), len(ratios)

    def _labels(self) -> Mapping[str, int]:
        """How human replies that are kept here were classified."""
        labels: Counter[str] = Counter()
        for reply in self._replies.all():
            if not reply.is_auto:
                labels[reply.classification.label if reply.classification is not None else ""] += 1
        return labels

    async def _ask(
        self, group_by: tuple[str, ...], start: date, end: date, campaign_id: str | None = None
    ) -> list[AnalyticsRow]:
        return await self._bench.ask(
            lambda client: client.analytics.query(group_by, start, end, campaign_id), Priority.BACKGROUND
        )


def _limit(content: Json) -> int:
    limit = content.get("daily_limit")
    return limit if isinstance(limit, int) and limit > 0 else _NO_LIMIT


def _sender(inbox: Inbox, others: float) -> SendingInbox:
    return SendingInbox(inbox.daily_limit or 0, inbox.min_gap_seconds or 0, others)


def _zones(course: Course, leads: Sequence[Lead]) -> list[tuple[tzinfo, float]]:
    """The zones of the window's hours with the share of the leads in each."""
    counts = Counter(course.zone(lead) for lead in leads)
    return [(zone, count / len(leads)) for zone, count in counts.items()]


def _paced(room: Room, pace: float) -> Room:
    return Room(room.window, room.zones, room.daily_limit, room.inboxes, pace)
