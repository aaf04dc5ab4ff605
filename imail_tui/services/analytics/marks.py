"""What happened on the days of a chart: campaigns that began, inboxes that were lost and came back."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from imail_tui.domain.analytics.report import MarkKind, Question, TimeMark
from imail_tui.domain.filters import Filter, Term
from imail_tui.model.events import event_of
from imail_tui.services.analytics.counts import Counts
from imail_tui.services.campaigns import Campaigns
from imail_tui.services.inboxes import Inboxes
from imail_tui.services.workbench import Workbench
from imail_tui.store.analytics_days import AnalyticsDays

_KINDS: Final = {
    "inbox.disconnected": (MarkKind.LOST, "lost"),
    "inbox.reconnected": (MarkKind.BACK, "back"),
    "warmup.threshold_paused": (MarkKind.PAUSED, "warmup paused"),
}
_MOST: Final = 500


class Marks:
    """Reads the kept events and counts; sends nothing."""

    def __init__(
        self,
        bench: Workbench,
        days: AnalyticsDays,
        counts: Counts,
        campaigns: Campaigns,
        inboxes: Inboxes,
    ) -> None:
        self._bench = bench
        self._days = days
        self._counts = counts
        self._campaigns = campaigns
        self._inboxes = inboxes

    def of(self, question: Question) -> tuple[TimeMark, ...]:
        """The marks of a question's days and scope, in order."""
        marks = [*self._launches(question), *self._incidents(question)]
        return tuple(sorted(marks, key=lambda mark: (mark.day, mark.kind, mark.text)))

    def _launches(self, question: Question) -> Iterator[TimeMark]:
        """Campaigns by their first day with mail: the API keeps no moment of a launch.

        One whose first known day is the first day known at all may have begun before.
        """
        span, wanted = question.span, question.scope.campaign_id
        for campaign_id, day in self._days.first_days().items():
            began = span.start <= day <= span.end and (wanted is None or wanted == campaign_id)
            if not began or not campaign_id:
                continue
            campaign = self._campaigns.get(campaign_id)
            created = campaign.created_at if campaign else None
            day_before = day - timedelta(days=1)
            followed = bool(self._days.fetched(day_before, day_before))
            if followed or (created is not None and created.date() >= day_before):
                name = campaign.name if campaign else campaign_id
                yield TimeMark(day, MarkKind.LAUNCH, f"{name} began", campaign_id)

    def _incidents(self, question: Question) -> Iterator[TimeMark]:
        span = question.span
        emails = {inbox.id: inbox.email for inbox in self._inboxes.all()}
        among = self._among(question)
        terms = [
            Term("type", ",".join(_KINDS)),
            Term("at", f">={span.start}"),
            Term("at", f"<={span.end}"),
        ]
        window = self._bench.events.window(Filter(tuple(terms)))
        try:
            events = [event_of(row) for row in window.rows(0, _MOST)]
        finally:
            window.close()
        for event in events:
            kind = _KINDS.get(event.type)
            inbox_id = event.text("inbox_id")
            if kind is not None and event.created_at is not None and (among is None or inbox_id in among):
                name = emails.get(inbox_id) or event.text("inbox_email") or inbox_id
                yield TimeMark(_day(event.created_at), kind[0], f"{name} {kind[1]}", inbox_id)

    def _among(self, question: Question) -> frozenset[str] | None:
        """The inboxes of the scope, None = any."""
        scope = question.scope
        if scope.inbox_id is not None:
            return frozenset({scope.inbox_id})
        behind = self._counts.inboxes_behind(scope)
        campaign = self._campaigns.get(scope.campaign_id) if scope.campaign_id else None
        if campaign is None:
            return None if behind is None else frozenset(behind)
        own = frozenset(campaign.inbox_ids)
        return own if behind is None else own & frozenset(behind)


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
