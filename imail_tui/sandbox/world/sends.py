"""Sending: which leads get their next mail in a minute of world time, and what leaves with it."""

import json
import random
import sqlite3
from collections.abc import Callable, Sequence

from imail_tui.domain.sequence import walking
from imail_tui.domain.sequence.chance import pick_variant
from imail_tui.domain.sequence.steps import Email
from imail_tui.domain.sequence.windows import is_open
from imail_tui.sandbox.clock import DAY, from_ms, utc_date
from imail_tui.sandbox.ids import IdSource
from imail_tui.sandbox.journal import DailyKey, Journal, compact
from imail_tui.sandbox.world.enrollments import Enrollments, Place
from imail_tui.sandbox.world.happenings import Effect
from imail_tui.sandbox.world.outcomes import MINUTE, plan
from imail_tui.sandbox.world.past import effect_data
from imail_tui.sandbox.world.payloads import mail_data
from imail_tui.sandbox.world.senders import Sender, Senders, choose

_DEFAULT_DAILY_LIMIT = 5_000
"""A campaign without a limit has its tier's maximum; Surge's is enough for any pace we keep."""

_LOOKED_AT = 40
"""Leads looked at for one campaign and minute, beside those that are sent to."""

_DAYS_AHEAD = 4
"""Leads enter as long as the mails due in these days leave room for theirs; long weekends fit in."""

_DUE = (
    "SELECT lead_id FROM enrollment WHERE campaign_id = ? AND status IN ('queued', 'active') "
    "AND next_at <= ? ORDER BY next_at, lead_id LIMIT ?"
)
_JUST_DUE = (
    "SELECT lead_id FROM enrollment WHERE campaign_id = ? AND status IN ('queued', 'active') "
    "AND next_at > ? AND next_at <= ? ORDER BY next_at, lead_id"
)
_WAITING_OUTSIDE = (
    "SELECT lead_id FROM enrollment INDEXED BY enrollment_due WHERE campaign_id = ? "
    "AND status IN ('queued', 'active') AND next_at IS NULL AND standing IS NULL ORDER BY lead_id LIMIT ?"
)
_COMING = (
    "SELECT count(*) FROM (SELECT 1 FROM enrollment WHERE campaign_id = ? "
    "AND status IN ('queued', 'active') AND next_at > ? AND next_at <= ? LIMIT ?)"
)
_LEAVING = (
    "SELECT l.email, l.suppressed, i.email AS inbox_email, i.status AS inbox_status, "
    "c.status AS campaign_status, c.track_opens, c.track_clicks "
    "FROM lead l JOIN campaign c ON c.id = ? JOIN inbox i ON i.id = ? WHERE l.id = ?"
)


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
        self._replan(tick)
        senders = Senders(self._connection, tick)
        campaigns = self._connection.execute(
            "SELECT id, daily_limit FROM campaign WHERE status = 'active' ORDER BY id"
        ).fetchall()
        for campaign_id, daily_limit in campaigns:
            self._decide(campaign_id, tick)
            limit = daily_limit or _DEFAULT_DAILY_LIMIT
            room = self._room(campaign_id, limit, tick)
            if room > 0 and (leads := self._leads(campaign_id, limit, room, tick)):
                rng = random.Random(f"{seed}/{tick}/{campaign_id}")
                self._plan_campaign(leads, senders.of(campaign_id), room, tick, rng)

    def leave(self, effect: Effect, rng: random.Random) -> None:
        """A planned mail leaves, if everything it needs is still so."""
        campaign_id, step_id, inbox_id = json.loads(effect.data)
        lead_id, at = effect.subject_id, effect.due_at
        row = self._connection.execute(_LEAVING, (campaign_id, inbox_id, lead_id)).fetchone()
        place = self._enrollments.find(campaign_id, lead_id)
        if row is None or place is None or not _may_leave(row, place):
            return
        email = place.due_mail(at)
        if email is None or email.id != step_id:
            return
        place = self._leave(place, email, at)
        assert place.standing is not None
        mail = place.standing.sends[-1]
        ids = IdSource(rng)
        mail_id, what = ids.new("msg", at), (email.id, mail.variant_id or "", inbox_id)
        self._connection.execute(
            "INSERT INTO mail (id, campaign_id, lead_id, step_id, variant_id, inbox_id, sent_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (mail_id, campaign_id, lead_id, *what, at),
        )
        self._record(effect, row, what, ids, first=len(place.standing.sends) == 1)
        for outcome in plan(rng, track_opens=row["track_opens"], track_clicks=row["track_clicks"]):
            self._schedule(Effect(at + outcome.delay, outcome.kind, mail_id, effect_data(outcome)))

    def _leave(self, place: Place, email: Email, at: int) -> Place:
        assert place.standing is not None
        course, lead = place.course, place.lead
        variant = pick_variant(email, course.chances.variant(lead.id, email.id))
        moved = walking.sent(course, lead, place.standing, from_ms(at), variant)
        return self._enrollments.take(place, moved, "active")

    def _record(
        self, effect: Effect, row: sqlite3.Row, what: tuple[str, str, str], ids: IdSource, *, first: bool
    ) -> None:
        """Event, counts and the rows that say when something left last."""
        (campaign_id, *_), lead_id, at = json.loads(effect.data), effect.subject_id, effect.due_at
        step_id, variant_id, inbox_id = what
        key = DailyKey(utc_date(at), campaign_id, inbox_id, step_id, variant_id)
        self._journal.count(key, "sent")
        if first:
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

    def _replan(self, tick: int) -> None:
        edited = self._connection.execute("SELECT id FROM campaign WHERE edited = 1 ORDER BY id").fetchall()
        for (campaign_id,) in edited:
            self._enrollments.replan(campaign_id, tick)
            self._connection.execute("UPDATE campaign SET edited = 0 WHERE id = ?", (campaign_id,))

    def _decide(self, campaign_id: str, tick: int) -> None:
        """Waits and conditions do not queue behind mails that have to wait their turn."""
        just_due = self._connection.execute(_JUST_DUE, (campaign_id, tick - MINUTE, tick)).fetchall()
        for (lead_id,) in just_due:
            place = self._enrollments.find(campaign_id, lead_id)
            if place is not None:
                self._enrollments.decide(place, tick)

    def _room(self, campaign_id: str, limit: int, tick: int) -> int:
        """Mails a campaign may send in this minute: its limit spread over the UTC day, catching up slowly."""
        sent = self._connection.execute(
            "SELECT coalesce(sum(sent), 0) FROM daily WHERE campaign_id = ? AND date = ?",
            (campaign_id, utc_date(tick)),
        ).fetchone()[0]
        share = limit * (tick % DAY + MINUTE) // DAY
        return int(min(max(2, limit // 480), share - sent, limit - sent))

    def _leads(self, campaign_id: str, limit: int, room: int, tick: int) -> list[tuple[str, str]]:
        """Leads to look at: those that are due, then new ones while the coming days have room."""
        most = room + _LOOKED_AT
        leads = [row[0] for row in self._connection.execute(_DUE, (campaign_id, tick, most))]
        if len(leads) < most:
            ahead = (campaign_id, tick, tick + _DAYS_AHEAD * DAY, limit * _DAYS_AHEAD)
            coming = self._connection.execute(_COMING, ahead).fetchone()[0]
            outside = (campaign_id, min(most, limit * _DAYS_AHEAD - coming) - len(leads))
            if outside[1] > 0:
                leads += [row[0] for row in self._connection.execute(_WAITING_OUTSIDE, outside)]
        return [(campaign_id, lead_id) for lead_id in leads]

    def _plan_campaign(
        self,
        leads: Sequence[tuple[str, str]],
        senders: Sequence[Sender],
        room: int,
        tick: int,
        rng: random.Random,
    ) -> None:
        for campaign_id, lead_id in leads:
            place = self._enrollments.find(campaign_id, lead_id)
            email = None if place is None else self._ready(place, senders, tick)
            if place is None or email is None:
                continue
            at = tick + rng.randrange(MINUTE)
            sender = choose(senders, place.inbox_id, at)
            if sender is None:
                continue
            sender.take(at)
            self._schedule(Effect(at, "send", lead_id, compact([campaign_id, email.id, sender.id])))
            room -= 1
            if room == 0 or not any(sender.free_at(tick + MINUTE) for sender in senders):
                return

    def _ready(self, place: Place, senders: Sequence[Sender], tick: int) -> Email | None:
        """The mail a lead may get in this minute; None when the lead has moved on or has to wait instead."""
        if place.standing is None:
            place = self._enrollments.enter(place, tick)
        place = self._enrollments.decide(place, tick)
        email = place.due_mail(tick)
        if email is None:
            return None
        until = tick
        if any(sender.id == place.inbox_id and sender.is_spent for sender in senders):
            until = (tick // DAY + 1) * DAY
        course, lead = place.course, place.lead
        if until == tick and is_open(course.window, course.zone(lead), from_ms(tick)):
            return email
        assert place.standing is not None
        self._enrollments.take(place, walking.hold(course, lead, place.standing, from_ms(until)))
        return None


def _may_leave(row: sqlite3.Row, place: Place) -> bool:
    return (
        place.status in ("queued", "active")
        and row["campaign_status"] == "active"
        and row["inbox_status"] == "connected"
        and not row["suppressed"]
    )
