"""Moves a world on: everything that happens between two instants, the same however it is cut.

World time is walked in ticks of one minute. A tick lets leads go on and decides what the next minute
sends; what that leads to waits in the queue `effect` until it is due. Everything that happened up to a
tick is told before it decides, so that conditions are judged by the instants of events, not of ticks.
Every draw is from a generator made of the seed, the instant and what it is about, so the calls in between
leave no trace.
"""

import random
import sqlite3
from collections.abc import Sequence

from imail_tui.sandbox.clock import HOUR, from_ms
from imail_tui.sandbox.database import read_meta, write_meta
from imail_tui.sandbox.journal import Journal
from imail_tui.sandbox.world.enrollments import Enrollments
from imail_tui.sandbox.world.happenings import Effect, Happenings
from imail_tui.sandbox.world.inbox_life import InboxLife
from imail_tui.sandbox.world.outcomes import MINUTE
from imail_tui.sandbox.world.sends import Sends

_NEXT_EFFECT = (
    "SELECT no, due_at, kind, subject_id, data FROM effect WHERE due_at <= ? ORDER BY due_at, no LIMIT 1"
)
_SEND_SCHEDULED = """
UPDATE message SET
  status = iif(inbox_id IN (SELECT id FROM inbox WHERE status = 'connected'), 'sent', 'failed'),
  error = iif(inbox_id IN (SELECT id FROM inbox WHERE status = 'connected'), NULL,
              'the inbox is not connected')
WHERE status = 'scheduled' AND at <= ?
"""
_COMPLETE_CAMPAIGNS = """
UPDATE campaign SET status = 'completed', updated_at = :now
WHERE status = 'active'
  AND EXISTS (SELECT 1 FROM enrollment_count e WHERE e.campaign_id = campaign.id AND leads > 0)
  AND NOT EXISTS (SELECT 1 FROM enrollment_count e WHERE e.campaign_id = campaign.id AND leads > 0
                  AND e.status IN ('queued', 'active', 'paused'))
"""


class Heartbeat:
    """The world of one database; call it inside a transaction.

    `position` is the instant (milliseconds, world time) up to which everything has happened.
    """

    def __init__(self, connection: sqlite3.Connection, seed: int) -> None:
        self._connection = connection
        self._seed = seed
        self._journal = Journal(connection)
        self._enrollments = Enrollments(connection)
        self._sends = Sends(connection, self._journal, self._enrollments, self._schedule)
        self._happenings = Happenings(connection, self._journal, self._enrollments, self._schedule)
        self._inboxes = InboxLife(connection, self._journal, self._schedule)
        self.position = int(read_meta(connection)["heartbeat_at"])

    def advance_to(self, instant: int) -> int:
        """Let everything up to and including an instant happen; returns the number of events written."""
        before = self._journal.events_written
        if instant <= self.position:
            return 0
        tick = self.position - self.position % MINUTE + MINUTE
        while tick <= instant:
            self._run_effects(tick)
            self._tick(tick)
            tick += MINUTE
        self._run_effects(instant)
        self._set_position(instant)
        return self._journal.events_written - before

    def happen(self, effects: Sequence[Effect]) -> None:
        """Let things happen that the world did not think of, at or before its position, and what follows.

        Each draws from its own place in the ledger: the same may happen twice in one instant.
        """
        for effect in effects:
            place = self._connection.execute("SELECT max(seq) FROM event").fetchone()[0]
            rng = random.Random(f"{self._seed}/{effect.due_at}/{effect.kind}/{effect.subject_id}/{place}")
            self._apply(effect, rng)
        self._run_effects(self.position)

    def rest_until(self, instant: int) -> None:
        """Skip a time the server was off: nothing is sent in it, what is due comes at the next advance."""
        self._set_position(max(instant, self.position))

    def _set_position(self, instant: int) -> None:
        self.position = instant
        write_meta(self._connection, {"heartbeat_at": str(instant)})

    def _tick(self, tick: int) -> None:
        self._sends.plan_minute(tick, self._seed)
        self._inboxes.minute(tick, random.Random(f"{self._seed}/{tick}/inboxes"))
        if tick % HOUR == 0:
            self._connection.execute(_COMPLETE_CAMPAIGNS, {"now": tick})

    def _run_effects(self, until: int) -> None:
        while (row := self._connection.execute(_NEXT_EFFECT, (until,)).fetchone()) is not None:
            number, effect = row["no"], Effect(*tuple(row)[1:])
            self._connection.execute("DELETE FROM effect WHERE no = ?", (number,))
            rng = random.Random(f"{self._seed}/{effect.due_at}/{effect.kind}/{effect.subject_id}")
            self._apply(effect, rng)
        self._journal.flush()
        self._connection.execute(_SEND_SCHEDULED, (until,))

    def _apply(self, effect: Effect, rng: random.Random) -> None:
        if effect.kind == "send":
            self._sends.leave(effect, rng)
        elif effect.kind == "suppressed":
            self._enrollments.suppressed(effect.subject_id, from_ms(effect.due_at))
        elif effect.kind in ("reconnected", "warmup_resumed", "disconnected", "warmup_paused"):
            self._inboxes.apply(effect, rng)
        else:
            self._happenings.apply(effect, rng)

    def _schedule(self, effect: Effect) -> None:
        self._connection.execute(
            "INSERT INTO effect (due_at, kind, subject_id, data) VALUES (?, ?, ?, ?)", effect
        )
