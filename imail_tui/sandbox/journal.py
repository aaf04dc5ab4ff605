"""The ledger of effects: events in order and the daily counts they add up to."""

import json
import sqlite3
from typing import NamedTuple

from imail_tui.sandbox.ids import IdSource

COUNTERS = (
    "sent",
    "delivered",
    "opened",
    "unique_opened",
    "clicked",
    "unique_clicked",
    "replied",
    "positive_replied",
    "auto_replied",
    "bounced_hard",
    "bounced_soft",
    "unsubscribed",
    "contacted",
)
"""Columns of `daily`, all raw counts."""

_ADD_COUNTS = """
INSERT INTO daily VALUES (?, ?, ?, ?, ?,  ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET
  sent = sent + excluded.sent,
  delivered = delivered + excluded.delivered,
  opened = opened + excluded.opened,
  unique_opened = unique_opened + excluded.unique_opened,
  clicked = clicked + excluded.clicked,
  unique_clicked = unique_clicked + excluded.unique_clicked,
  replied = replied + excluded.replied,
  positive_replied = positive_replied + excluded.positive_replied,
  auto_replied = auto_replied + excluded.auto_replied,
  bounced_hard = bounced_hard + excluded.bounced_hard,
  bounced_soft = bounced_soft + excluded.bounced_soft,
  unsubscribed = unsubscribed + excluded.unsubscribed,
  contacted = contacted + excluded.contacted
"""


class DailyKey(NamedTuple):
    """Where a count belongs; `''` for no campaign, no step, or the step's own copy."""

    date: str
    campaign_id: str
    inbox_id: str
    step_id: str
    variant_id: str


class Journal:
    """Writes events at once and counts on `flush`, in the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._counts: dict[DailyKey, list[int]] = {}
        self.events_written = 0

    def event(
        self,
        ids: IdSource,
        type_: str,
        at_ms: int,
        data: dict[str, object],
        *,
        campaign_id: str | None = None,
        inbox_id: str | None = None,
        lead_id: str | None = None,
    ) -> str:
        """Append an event; the three ids are what `/events` filters by. Returns the event's id."""
        event_id = ids.new("evt", at_ms)
        self._connection.execute(
            "INSERT INTO event (id, type, created_at, data, campaign_id, inbox_id, lead_id) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (event_id, type_, at_ms, compact(data), campaign_id, inbox_id, lead_id),
        )
        self.events_written += 1
        return event_id

    def count(self, key: DailyKey, counter: str, amount: int = 1) -> None:
        """Add to one counter of a day; the amount may be negative when a judgement is taken back."""
        self._counts.setdefault(key, [0] * len(COUNTERS))[COUNTERS.index(counter)] += amount

    def flush(self) -> None:
        """Write the collected counts."""
        add_counts(self._connection, self._counts)
        self._counts.clear()


def add_counts(connection: sqlite3.Connection, counts: dict[DailyKey, list[int]]) -> None:
    """Add rows of counters, in the order of `COUNTERS`, to the days they belong to."""
    connection.executemany(_ADD_COUNTS, [(*key, *counters) for key, counters in counts.items()])


def compact(value: object) -> str:
    """JSON text without spaces, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
