"""When people reply and what they mean, from the replies kept here.

The counts have no hour and no label; replies have. Not every reply need be loaded: what is missing is said.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, time, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from imail_tui.domain.analytics.report import LabelMix, LabelShare, Question, ReplyHours
from imail_tui.domain.conditions import NOTHING
from imail_tui.domain.filters import Filter, Term
from imail_tui.domain.labels import label_of
from imail_tui.domain.listing import SPECS, Key, Sort, key_of
from imail_tui.services.analytics.counts import Counts
from imail_tui.services.replies import Replies
from imail_tui.services.workbench import Workbench

_KIND: Final = "replies"
_MOST_PAGES: Final = 60
"""Pages of replies that one look at a range loads: 6,000 replies."""


class RepliesRead:
    """Reads the cache; only `load` sends anything. `zone` is the workspace's."""

    def __init__(self, bench: Workbench, counts: Counts, replies: Replies, zone: Callable[[], str]) -> None:
        self._bench = bench
        self._replies_list = replies
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
        replies = self._replies(question)
        found = Counter(label if isinstance(label, str) else "" for _, label, _ in replies)
        shares = [LabelShare(label_of(name), count) for name, count in found.items()]
        shares.sort(key=lambda share: (-share.count, share.label.word))
        human = sum(auto != 1.0 for _, _, auto in replies)
        # Replies are not told apart by variant, mails are.
        sent = self._counts.total(question).sent if question.scope.variant_id is None else None
        return LabelMix(tuple(shares), found.total(), self._note(question, human), sent)

    async def load(self, question: Question) -> None:
        """Load more replies until the days are covered, or there are no more. Raises `ApiError`."""
        start = datetime.combine(question.span.start, time.min, UTC).timestamp()
        if self._replies_list.age() is None:
            await self._replies_list.refresh(urgent=True)
        for _ in range(_MOST_PAGES):
            oldest = await asyncio.to_thread(self._oldest)
            if oldest is None or oldest < start or not await self._replies_list.load_more():
                return

    def _oldest(self) -> float | None:
        window = self._bench.cache.window(_KIND, sort=Sort("received"))
        try:
            first = window.rows(0, 1)
        finally:
            window.close()
        received = SPECS[_KIND].field("received")
        assert received is not None
        key = key_of(received, first[0]) if first else None
        return key if isinstance(key, float) else None

    def _replies(self, question: Question) -> list[tuple[Key, ...]]:
        span, scope = question.span, question.scope
        terms = [Term("received", f">={span.start}"), Term("received", f"<={span.end}")]
        if scope.campaign_id:
            terms.append(Term("campaign", scope.campaign_id))
        if scope.step_id is not None:
            terms.append(Term("step", f"={scope.step_id}" if scope.step_id else NOTHING))
        inboxes = (scope.inbox_id,) if scope.inbox_id else self._counts.inboxes_behind(scope)
        if inboxes is not None:
            # No inbox at all: an id that none has.
            terms.append(Term("inbox", ",".join(inboxes) or "\x00"))
        return self._bench.cache.columns(_KIND, ("received", "label", "auto"), Filter(tuple(terms)))

    def _note(self, question: Question, human: int) -> str:
        """What the replies kept here lack. The server counts a lead that answers one mail twice once."""
        if question.scope.variant_id is not None:
            return "Of all variants: the replies kept here are not told apart by variant."
        counted = self._counts.total(question).replied
        oldest = self._oldest()
        start = datetime.combine(question.span.start, time.min, UTC)
        if not counted or (oldest is not None and oldest < start.timestamp()):
            return ""
        if oldest is None:
            return f"No replies are kept here; the server counts {counted:,}."
        since = datetime.fromtimestamp(oldest, UTC)
        if human >= counted:
            return ""
        return f"Replies are kept here from {since:%Y-%m-%d} on: {human:,} of {counted:,} the server counts."


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
