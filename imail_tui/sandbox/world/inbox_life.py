"""What happens to inboxes by themselves: lost and found connections, warmup, the days of their history."""

import json
import random
import sqlite3
from collections.abc import Callable

from imail_tui.sandbox.clock import DAY, HOUR, utc_date
from imail_tui.sandbox.ids import IdSource
from imail_tui.sandbox.journal import Journal
from imail_tui.sandbox.world.happenings import Effect
from imail_tui.sandbox.world.outcomes import MINUTE

_LOST = 1 / 170
"""Chance a minute that some inbox loses its connection: about every three hours."""

_WORKSPACE = 12
"""Connected inboxes that chance is for; with fewer of them it is smaller."""

_WARMUP_TROUBLE = 1 / 2_000
_REASONS = (
    "OAuth token revoked by the account's owner",
    "Password changed at the provider",
    "IMAP connection refused by the provider",
    "Too many simultaneous connections",
)
_HOUR_PASSED = """
INSERT INTO inbox_day (inbox_id, date, warmup_sent, warmup_score, spam_rate, connected_seconds)
SELECT id, :date, CASE WHEN warmup_status IN ('warming', 'ready') THEN warmup_target * :part / 24 ELSE 0 END,
       warmup_score, spam_rate, min(3600, :passed)
FROM inbox WHERE status = 'connected'
ON CONFLICT DO UPDATE SET
  warmup_sent = max(warmup_sent, excluded.warmup_sent),
  connected_seconds = min(:passed, connected_seconds + 3600)
"""
_DAY_PASSED = """
UPDATE inbox SET warmup_day = warmup_day + 1, warmup_target = min(40, 4 + 2 * warmup_day),
  warmup_score = min(100, warmup_score + 1)
WHERE warmup_status = 'warming' AND status = 'connected'
"""


class InboxLife:
    """Moves inboxes on, a minute at a time."""

    def __init__(
        self, connection: sqlite3.Connection, journal: Journal, schedule: Callable[[Effect], None]
    ) -> None:
        self._connection = connection
        self._journal = journal
        self._schedule = schedule

    def minute(self, tick: int, rng: random.Random) -> None:
        """Now and then a connection is lost, rarely a warmup stopped; history on the hour."""
        if rng.random() < _LOST:
            self._lose(tick, rng)
        if rng.random() < _WARMUP_TROUBLE:
            self._stop_warmup(tick, rng)
        if tick % HOUR == 0:
            last = tick - MINUTE
            passed = last % DAY // HOUR + 1
            values = {"date": utc_date(last), "part": passed, "passed": passed * 3600}
            self._connection.execute(_HOUR_PASSED, values)
        if tick % DAY == 0:
            self._connection.execute(_DAY_PASSED)

    def apply(self, effect: Effect, rng: random.Random) -> None:
        """An inbox comes back, or its warmup goes on, unless somebody saw to it before."""
        at, inbox_id = effect.due_at, effect.subject_id
        if effect.kind == "warmup_resumed":
            self._connection.execute(
                "UPDATE inbox SET warmup_status = 'warming', updated_at = ? "
                "WHERE id = ? AND warmup_status = 'threshold_paused' AND warmup_enabled = 1",
                (at, inbox_id),
            )
            return
        if effect.kind in ("disconnected", "warmup_paused"):
            told = json.loads(effect.data)[0]
            (self._lost if effect.kind == "disconnected" else self._warmup_stopped)(at, inbox_id, told, rng)
            return
        found = self._connection.execute(
            "UPDATE inbox SET status = 'connected', status_reason = NULL, disconnected_at = NULL, "
            "last_sync_at = ?, updated_at = ? WHERE id = ? AND status = 'disconnected'",
            (at, at, inbox_id),
        ).rowcount
        if found:
            self._event("inbox.reconnected", at, inbox_id, rng, None)

    def _lose(self, tick: int, rng: random.Random) -> None:
        connected = self._connection.execute(
            "SELECT id FROM inbox WHERE status = 'connected' ORDER BY id"
        ).fetchall()
        # A handful of inboxes does not share the troubles of a whole workspace.
        if len(connected) < _WORKSPACE and rng.random() >= len(connected) / _WORKSPACE:
            return
        inbox_id = rng.choice(connected)["id"]
        self._lost(tick, inbox_id, rng.choice(_REASONS), rng)
        self._schedule(Effect(tick + rng.randint(60, 120) * MINUTE, "reconnected", inbox_id, "[]"))

    def _stop_warmup(self, tick: int, rng: random.Random) -> None:
        warming = "SELECT id FROM inbox WHERE status = 'connected' AND warmup_status = 'warming' ORDER BY id"
        inbox_id = self._pick(warming, rng)
        if inbox_id is None:
            return
        self._warmup_stopped(tick, inbox_id, round(rng.uniform(0.051, 0.09), 3), rng)
        self._schedule(Effect(tick + rng.randint(20, 40) * HOUR, "warmup_resumed", inbox_id, "[]"))

    def _lost(self, at: int, inbox_id: str, reason: str, rng: random.Random) -> None:
        lost = self._connection.execute(
            "UPDATE inbox SET status = 'disconnected', status_reason = ?, disconnected_at = ?, "
            "updated_at = ? WHERE id = ? AND status = 'connected'",
            (reason, at, at, inbox_id),
        ).rowcount
        if lost:
            self._event("inbox.disconnected", at, inbox_id, rng, reason)

    def _warmup_stopped(self, at: int, inbox_id: str, spam_rate: float, rng: random.Random) -> None:
        stopped = self._connection.execute(
            "UPDATE inbox SET warmup_status = 'threshold_paused', spam_rate = ?, updated_at = ? "
            "WHERE id = ? AND warmup_status IN ('warming', 'ready')",
            (spam_rate, at, inbox_id),
        ).rowcount
        if stopped:
            reason = f"spam rate {spam_rate:.1%} is above 5 %"
            self._event("warmup.threshold_paused", at, inbox_id, rng, reason)

    def _pick(self, query: str, rng: random.Random) -> str | None:
        rows = self._connection.execute(query).fetchall()
        return rng.choice(rows)["id"] if rows else None

    def _event(self, type_: str, at: int, inbox_id: str, rng: random.Random, reason: str | None) -> None:
        email = self._connection.execute("SELECT email FROM inbox WHERE id = ?", (inbox_id,)).fetchone()[0]
        data: dict[str, object] = {"inbox_id": inbox_id, "inbox_email": email}
        if reason is not None:
            data["reason"] = reason
        self._journal.event(IdSource(rng), type_, at, data, inbox_id=inbox_id)
