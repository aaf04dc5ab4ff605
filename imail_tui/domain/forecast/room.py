"""How many mails may leave on a day: the campaign's limit, its inboxes, and how long the window is open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal, TypeAlias

from imail_tui.domain.sequence.windows import SendWindow, openings

Bound: TypeAlias = Literal["limit", "inboxes", "pause"]
_DAY_SECONDS = 86_400
_ENOUGH = 0.08
"""The share of leads in a zone that can use up what the others leave, after the others' hours."""


@dataclass(frozen=True, slots=True)
class SendingInbox:
    """An inbox that sends. `others`: mails a day that other campaigns send from it.

    `up`: the share of the time it is connected.
    """

    daily_limit: int
    gap_seconds: int = 0
    others: float = 0.0
    up: float = 1.0


@dataclass(frozen=True, slots=True)
class Room:
    """The limits of a campaign. `zones`: the time zones of its leads with their shares, or the window's own.

    A daily limit is taken to be spread evenly over the day (UTC), as far as the window lets it: what the
    hours after the last closing would have had is not sent. `pace` multiplies it: what was measured against
    that. `today_sent`: mails of the first day that have left already.
    """

    window: SendWindow
    zones: Sequence[tuple[tzinfo, float]]
    daily_limit: int
    inboxes: Sequence[SendingInbox]
    pace: float = 1.0

    def on(self, day: date) -> float:
        """Mails that may leave on a date (UTC)."""
        return self.bounds(day)[0]

    def bounds(self, day: date) -> tuple[float, Bound]:
        """How many mails, and which of the limits it is."""
        seconds, latest = self._open(day)
        if not seconds:
            return 0.0, "limit"
        limit = self.daily_limit * min(1.0, latest / _DAY_SECONDS)
        own = [max(0.0, inbox.daily_limit - inbox.others) * inbox.up for inbox in self.inboxes]
        pauses = [
            seconds / inbox.gap_seconds if inbox.gap_seconds else float("inf") for inbox in self.inboxes
        ]
        able = sum(map(min, own, pauses))
        bound: Bound = "limit" if limit <= able else "inboxes" if able >= 0.999 * sum(own) else "pause"
        return min(min(limit, able) * self.pace, self.daily_limit, sum(own)), bound

    def with_inbox(self) -> "Room":
        """With one more inbox like those there are."""
        count = len(self.inboxes) or 1
        usual = SendingInbox(
            round(sum(inbox.daily_limit for inbox in self.inboxes) / count) or 50,
            max((inbox.gap_seconds for inbox in self.inboxes), default=0),
        )
        return replace(self, inboxes=(*self.inboxes, usual))

    def _open(self, day: date) -> tuple[float, float]:
        """Seconds that the window is open on a date, and the second of the day it last shuts."""
        seconds = latest = 0.0
        midnight = datetime.combine(day, datetime.min.time(), UTC)
        for zone, share in self.zones:
            spans = _spans(self.window, zone, day)
            seconds += share * sum((end - start).total_seconds() for start, end in spans)
            if spans and share >= _ENOUGH:
                latest = max(latest, (spans[-1][1] - midnight).total_seconds())
        return seconds, latest


def _spans(window: SendWindow, zone: tzinfo, day: date) -> list[tuple[datetime, datetime]]:
    """The open spans of a UTC date: local days may begin the evening before."""
    begins = datetime.combine(day, datetime.min.time(), UTC)
    ends = begins + timedelta(days=1)
    found = []
    for local in (day - timedelta(days=1), day, day + timedelta(days=1)):
        if window.allows(local):
            for opens, closes in openings(window, zone, local):
                start, end = max(opens, begins), min(closes, ends)
                if start < end:
                    found.append((start, end))
    return found
