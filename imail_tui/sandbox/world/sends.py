"""Sending: which leads get their next mail in a minute of world time, and what leaves with it."""

import json
import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from imail_tui.sandbox.clock import utc_date
from imail_tui.sandbox.ids import IdSource
from imail_tui.sandbox.journal import DailyKey, Journal, compact
from imail_tui.sandbox.world.advance import LeadFacts, Sequence, Standing
from imail_tui.sandbox.world.conversations import choose_variant
from imail_tui.sandbox.world.enrollments import Enrollments
from imail_tui.sandbox.world.happenings import Effect
from imail_tui.sandbox.world.outcomes import MINUTE, plan
from imail_tui.sandbox.world.past import effect_data
from imail_tui.sandbox.world.payloads import mail_data
from imail_tui.sandbox.world.windows import DAY

_DEFAULT_DAILY_LIMIT = 5_000
"""A campaign without a limit has its tier's maximum; Surge's is enough for any pace we keep."""

_LOOKED_AT = 40
"""Leads looked at for one campaign and minute, beside those that are sent to."""

_DUE = (
    "SELECT lead_id, status, step_id, inbox_id FROM enrollment "
    "WHERE campaign_id = ? AND status IN ('queued', 'active') AND next_at <= ? "
    "ORDER BY next_at, lead_id LIMIT ?"
)
_NEVER_DATED = (
    "SELECT lead_id, status, step_id, inbox_id FROM enrollment "
    "WHERE campaign_id = ? AND status IN ('queued', 'active') AND next_at IS NULL ORDER BY lead_id LIMIT ?"
)
_SENDERS = (
    "SELECT i.id, i.daily_limit, i.min_gap_seconds * 1000 AS gap, coalesce(i.last_sent_at, 0) AS last, "
    "(SELECT coalesce(sum(d.sent), 0) FROM daily d WHERE d.inbox_id = i.id AND d.date = ?) AS sent "
    "FROM campaign_inbox c JOIN inbox i ON i.id = c.inbox_id "
    "WHERE c.campaign_id = ? AND i.status = 'connected' ORDER BY c.position"
)
_LEAVING = (
    "SELECT e.status, e.step_id, e.inbox_id, l.email, l.suppressed, i.email AS inbox_email, "
    "i.status AS inbox_status, c.status AS campaign_status, c.steps, c.send_window, c.track_opens, "
    "c.track_clicks "
    "FROM enrollment e JOIN lead l ON l.id = e.lead_id JOIN campaign c ON c.id = e.campaign_id "
    "JOIN inbox i ON i.id = ? WHERE e.campaign_id = ? AND e.lead_id = ?"
)


@dataclass
class _Sender:
    """An inbox's room in the minute at hand."""

    id: str
    daily_limit: int
    gap: int
    last: int
    sent: int

    def free_at(self, at: int) -> bool:
        return self.sent < self.daily_limit and at - self.last >= self.gap


class Sends:
    """Plans the mails of each minute and lets them leave."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        journal: Journal,
        enrollments: Enrollments,
        schedule: Callable[[Effect], None],
    ) -> None:
        self._connection = connection
        self._journal = journal
        self._enrollments = enrollments
        self._schedule = schedule

    def plan_minute(self, tick: int, seed: int) -> None:
        """Put the mails of the minute that begins at `tick` into the queue."""
        zone = self._workspace_zone()
        campaigns = self._connection.execute(
            "SELECT id, steps, send_window, daily_limit FROM campaign WHERE status = 'active' ORDER BY id"
        ).fetchall()
        for campaign in campaigns:
            room = self._room(campaign["id"], campaign["daily_limit"] or _DEFAULT_DAILY_LIMIT, tick)
            if room > 0:
                sequence = self._enrollments.parse(campaign["steps"], campaign["send_window"])
                rng = random.Random(f"{seed}/{tick}/{campaign['id']}")
                self._plan_campaign(campaign["id"], sequence, room, tick, zone, rng)

    def leave(self, effect: Effect, rng: random.Random) -> None:
        """A planned mail leaves, if everything it needs is still so."""
        campaign_id, step_id, inbox_id = json.loads(effect.data)
        lead_id, at = effect.subject_id, effect.due_at
        row = self._connection.execute(_LEAVING, (inbox_id, campaign_id, lead_id)).fetchone()
        if row is None or not _may_leave(row, step_id):
            return
        sequence = self._enrollments.parse(row["steps"], row["send_window"])
        step = sequence.email(step_id)
        if step is None:
            return
        facts = self._enrollments.facts(campaign_id, lead_id, self._workspace_zone())
        ids = IdSource(rng)
        mail_id, variant_id = ids.new("msg", at), choose_variant(step, rng)
        if step_id not in facts.mails:
            values = (mail_id, campaign_id, lead_id, step_id, variant_id, inbox_id, at)
            self._connection.execute(
                "INSERT INTO mail (id, campaign_id, lead_id, step_id, variant_id, inbox_id, sent_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                values,
            )
            self._record(effect, row, (step_id, variant_id, inbox_id), ids, first=not facts.mails)
            for outcome in plan(rng, track_opens=row["track_opens"], track_clicks=row["track_clicks"]):
                self._schedule(Effect(at + outcome.delay, outcome.kind, mail_id, effect_data(outcome)))
        after = self._enrollments.facts(campaign_id, lead_id, self._workspace_zone())
        self._enrollments.place(campaign_id, lead_id, sequence.after_email(step_id, at, after), "active")

    def _record(
        self, effect: Effect, row: sqlite3.Row, what: tuple[str, str, str], ids: IdSource, *, first: bool
    ) -> None:
        """Event, counts and the rows that say when something left last."""
        (campaign_id, *_), lead_id, at = json.loads(effect.data), effect.subject_id, effect.due_at
        step_id, variant_id, inbox_id = what
        key = DailyKey(utc_date(at), campaign_id, inbox_id, step_id, variant_id)
        self._journal.count(key, "sent")
        if first and row["inbox_id"] is None:
            self._journal.count(key, "contacted")
        data = mail_data(
            campaign_id=campaign_id,
            lead=(lead_id, row["email"]),
            inbox=(inbox_id, row["inbox_email"]),
            step_id=step_id,
            variant_id=variant_id,
        )
        self._journal.event(
            ids, "email.sent", at, data, campaign_id=campaign_id, inbox_id=inbox_id, lead_id=lead_id
        )
        execute = self._connection.execute
        execute("UPDATE inbox SET last_sent_at = ?, last_sync_at = ? WHERE id = ?", (at, at, inbox_id))
        execute("UPDATE lead SET last_contacted_at = ?, updated_at = ? WHERE id = ?", (at, at, lead_id))
        execute(
            "UPDATE enrollment SET inbox_id = ? WHERE campaign_id = ? AND lead_id = ?",
            (inbox_id, campaign_id, lead_id),
        )

    def _room(self, campaign_id: str, limit: int, tick: int) -> int:
        """Mails a campaign may send in this minute: its limit spread over the UTC day, catching up slowly."""
        sent = self._connection.execute(
            "SELECT coalesce(sum(sent), 0) FROM daily WHERE campaign_id = ? AND date = ?",
            (campaign_id, utc_date(tick)),
        ).fetchone()[0]
        share = limit * (tick % DAY + MINUTE) // DAY
        return int(min(max(2, limit // 480), share - sent, limit - sent))

    def _plan_campaign(
        self, campaign_id: str, sequence: Sequence, room: int, tick: int, zone: str, rng: random.Random
    ) -> None:
        senders = [_Sender(*row) for row in self._connection.execute(_SENDERS, (utc_date(tick), campaign_id))]
        if not senders:
            return
        leads = self._connection.execute(_DUE, (campaign_id, tick, room + _LOOKED_AT)).fetchall()
        if len(leads) < room + _LOOKED_AT:
            leads += self._connection.execute(_NEVER_DATED, (campaign_id, room + _LOOKED_AT)).fetchall()
        for lead in leads:
            facts = self._enrollments.facts(campaign_id, lead["lead_id"], zone)
            step_id = self._ready(campaign_id, sequence, lead, facts, tick)
            if step_id is None:
                continue
            at = tick + rng.randrange(MINUTE)
            sender = _choose(senders, lead["inbox_id"], at)
            if sender is None:
                continue
            sender.sent, sender.last = sender.sent + 1, at
            self._schedule(Effect(at, "send", lead["lead_id"], compact([campaign_id, step_id, sender.id])))
            room -= 1
            if room == 0:
                return

    def _ready(
        self, campaign_id: str, sequence: Sequence, lead: sqlite3.Row, facts: LeadFacts, tick: int
    ) -> str | None:
        """The mail a due lead may get now; None moves it on to where it has to wait instead."""
        standing = sequence.resume(lead["step_id"], tick, facts)
        opening: int | None = tick
        if sequence.email(standing.step_id) is not None:
            opening = sequence.window.next_open(facts.timezone, tick)
            standing = Standing(standing.step_id, opening or tick + DAY, standing.reached)
        ready = sequence.email(standing.step_id) is not None and opening == tick
        if standing.reached or not ready:
            self._enrollments.place(campaign_id, facts.id, standing, lead["status"])
        return standing.step_id if ready else None

    def _workspace_zone(self) -> str:
        zone: str = self._connection.execute("SELECT timezone FROM workspace").fetchone()[0]
        return zone


def _may_leave(row: sqlite3.Row, step_id: str) -> bool:
    return (
        row["status"] in ("queued", "active")
        and row["step_id"] == step_id
        and row["campaign_status"] == "active"
        and row["inbox_status"] == "connected"
        and not row["suppressed"]
    )


def _choose(senders: list[_Sender], own: str | None, at: int) -> _Sender | None:
    """The lead's own sender while it is connected and free; else the one with the most room."""
    mine = next((sender for sender in senders if sender.id == own), None)
    if mine is not None:
        return mine if mine.free_at(at) else None
    free = [sender for sender in senders if sender.free_at(at)]
    return min(free, key=lambda sender: sender.sent / sender.daily_limit, default=None)
