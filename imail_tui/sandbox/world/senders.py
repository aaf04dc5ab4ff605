"""The inboxes mail leaves from: their daily limits, their pauses between mails, whose turn it is."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from imail_tui.sandbox.clock import utc_date

_SENDERS = (
    "SELECT i.id, i.daily_limit, i.min_gap_seconds * 1000 AS gap, coalesce(i.last_sent_at, 0) AS last, "
    "(SELECT coalesce(sum(d.sent), 0) FROM daily d WHERE d.inbox_id = i.id AND d.date = ?) AS sent "
    "FROM campaign_inbox c JOIN inbox i ON i.id = c.inbox_id "
    "WHERE c.campaign_id = ? AND i.status = 'connected' ORDER BY c.position"
)


@dataclass(slots=True)
class Sender:
    """An inbox's room on the UTC day at hand; `gap` and `last` in milliseconds."""

    id: str
    daily_limit: int
    gap: int
    last: int
    sent: int

    @property
    def is_spent(self) -> bool:
        """Whether it has sent all it may today."""
        return self.sent >= self.daily_limit

    def free_at(self, at: int) -> bool:
        """Whether it may send at an instant."""
        return not self.is_spent and at - self.last >= self.gap

    def take(self, at: int) -> None:
        """A mail will leave from it."""
        self.sent, self.last = self.sent + 1, at


class Senders:
    """The senders of one minute, shared by all campaigns that send from them."""

    def __init__(self, connection: sqlite3.Connection, tick: int) -> None:
        self._connection = connection
        self._date = utc_date(tick)
        self._known: dict[str, Sender] = {}

    def of(self, campaign_id: str) -> list[Sender]:
        """The connected inboxes of a campaign."""
        rows = self._connection.execute(_SENDERS, (self._date, campaign_id))
        return [self._known.setdefault(row[0], Sender(*row)) for row in rows]


def choose(senders: Sequence[Sender], own: str | None, at: int) -> Sender | None:
    """A lead's own sender while it is connected, else the free one with the most room; None = not now."""
    mine = next((sender for sender in senders if sender.id == own), None)
    if mine is not None:
        return mine if mine.free_at(at) else None
    free = [sender for sender in senders if sender.free_at(at)]
    return min(free, key=lambda sender: sender.sent / sender.daily_limit, default=None)
