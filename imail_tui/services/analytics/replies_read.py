"""When people reply and what they mean, from the replies kept here.

The counts have no hour and no label; replies have. Not every reply need be loaded: what is missing is said.
"""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from imail_tui.domain.analytics.report import LabelMix, LabelShare, Question, ReplyHours
from imail_tui.domain.filters import Filter, Term
from imail_tui.domain.labels import label_of
from imail_tui.domain.listing import Key
from imail_tui.services.analytics.counts import Counts
from imail_tui.services.workbench import Workbench

_KIND = "replies"


class RepliesRead:
    """Reads the cache; sends nothing. `zone` is the workspace's."""

    def __init__(self, bench: Workbench, counts: Counts, zone: Callable[[], str]) -> None:
        self._bench = bench
        self._counts = counts
        self._zone = zone

    def hours(self, question: Question) -> ReplyHours:
        """Human replies by weekday and hour."""
        name = self._zone()
        zone = _zone(name)
        counts = [[0] * 24 for _ in range(7)]
        replies = 0
        for received, _, auto in self._replies(question):
            if auto != 1.0 and isinstance(received, float):
                moment = datetime.fromtimestamp(received, UTC).astimezone(zone)
                counts[moment.weekday()][moment.hour] += 1
                replies += 1
        shown = name if zone is not UTC else "UTC"
        return ReplyHours(tuple(map(tuple, counts)), shown, replies, self._note(question, replies))

    def labels(self, question: Question) -> LabelMix:
        """What human and automatic replies mean, the commonest first."""
        found = Counter(label if isinstance(label, str) else "" for _, label, _ in self._replies(question))
        shares = [LabelShare(label_of(name), count) for name, count in found.items()]
        shares.sort(key=lambda share: (-share.count, share.label.word))
        human = sum(auto != 1.0 for _, _, auto in self._replies(question))
        return LabelMix(tuple(shares), found.total(), self._note(question, human))

    def _replies(self, question: Question) -> list[tuple[Key, ...]]:
        span, scope = question.span, question.scope
        terms = [Term("received", f">={span.start}"), Term("received", f"<={span.end}")]
        if scope.campaign_id:
            terms.append(Term("campaign", scope.campaign_id))
        inboxes = (scope.inbox_id,) if scope.inbox_id else self._counts.inboxes_behind(scope)
        if inboxes is not None:
            # No inbox at all: an id that none has.
            terms.append(Term("inbox", ",".join(inboxes) or "\x00"))
        return self._bench.cache.columns(_KIND, ("received", "label", "auto"), Filter(tuple(terms)))

    def _note(self, question: Question, human: int) -> str:
        notes = []
        if question.scope.step_id is not None or question.scope.variant_id is not None:
            notes.append("Of all steps: the replies kept here are not told apart by step.")
        else:
            counted = self._counts.total(question).replied
            if counted is not None and counted > human:
                notes.append(f"{human:,} of the {counted:,} human replies the server counts are loaded here.")
        return " ".join(notes)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
