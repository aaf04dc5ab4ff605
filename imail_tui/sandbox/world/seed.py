"""Fills an empty ledger with its world: the same size, seed and start give the same rows."""

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from imail_tui.sandbox.clock import DAY, HOUR
from imail_tui.sandbox.database import create_indexes
from imail_tui.sandbox.ids import IdSource
from imail_tui.sandbox.journal import add_counts, compact
from imail_tui.sandbox.world import campaigns as campaign_seed
from imail_tui.sandbox.world import inboxes as inbox_seed
from imail_tui.sandbox.world.campaigns import Campaign, Plan
from imail_tui.sandbox.world.copies import add_branches
from imail_tui.sandbox.world.enrollments import STATUS_OF_END
from imail_tui.sandbox.world.history import CampaignPast, PastLead
from imail_tui.sandbox.world.inboxes import Inbox
from imail_tui.sandbox.world.mailbag import Mailbag
from imail_tui.sandbox.world.outcomes import plan
from imail_tui.sandbox.world.past import Past
from imail_tui.sandbox.world.people import INSERT_LEAD, Lead, People

WORKSPACE_ZONE = "Europe/Berlin"
_FATES = 4096
"""Mails of the past share this many fates: drawing one is ten times cheaper than making one."""

_BLOCKED_DOMAINS = ("competitor-routes.example", "lawfirm.example", "ministry.example")
_INSERT_EVENT = (
    "INSERT INTO event (id, type, created_at, data, campaign_id, inbox_id, lead_id) VALUES (?,?,?,?,?,?,?)"
)
_INSERT_EFFECT = "INSERT INTO effect (due_at, kind, subject_id, data) VALUES (?,?,?,?)"
_INSERT_MAIL = "INSERT INTO mail VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"
_INSERT_ENROLLMENT = "INSERT INTO enrollment VALUES (?,?,?,?,?,?,?,?)"


@dataclass(frozen=True)
class WorldSize:
    """How much of everything a world has."""

    inboxes: int
    plans: tuple[Plan, ...]
    loose_leads: int
    replies: int
    senders_per_campaign: int
    talkative: float
    branches: bool
    inbox_history_days: int


SIZES = {
    "small": WorldSize(24, campaign_seed.SMALL, 600, 400, 0, 1.0, False, 90),
    "large": WorldSize(5_000, tuple(campaign_seed.large_plans(200, 992)), 1_600, 100_000, 25, 2.8, True, 30),
}
"""`senders_per_campaign` 0: by persona, as the small world's inboxes are named.
Branches make five leads of each; a talkative world answers more, so that fewer mails make its replies."""


class WorldSeed:
    """One build of a world; `write` does all of it in the caller's connection."""

    def __init__(self, connection: sqlite3.Connection, size: WorldSize, seed: int, start: int) -> None:
        self._connection = connection
        self._size = size
        self._start = start
        self._rng = random.Random(f"{seed}/world")
        self._ids = IdSource(random.Random(f"{seed}/ids"))
        self._people = People(self._rng)
        self._past = Past(start, self._ids)
        self._numbers = iter(range(10_000_000))

    def write(self) -> None:
        """Fill the tables, then make the indexes."""
        self._connection.execute("BEGIN")
        inboxes = inbox_seed.make_inboxes(self._size.inboxes, self._ids, self._rng, self._start)
        self._write_inboxes(inboxes)
        plans = list(self._size.plans)
        senders = [self._senders(plan_, inboxes, number) for number, plan_ in enumerate(plans)]
        campaigns = campaign_seed.make_campaigns(plans, senders, self._ids, self._start, WORKSPACE_ZONE)
        self._write_campaigns(campaigns)
        fates = [plan(self._rng, talkative=self._size.talkative) for _ in range(_FATES)]
        for campaign in campaigns:
            past = CampaignPast(campaign, self._start, fates, self._ids, self._rng)
            self._write_leads(campaign, past)
        self._write_loose_leads()
        if self._size.branches:
            add_branches(self._connection)
        self._write_past(inboxes)
        self._connection.execute("COMMIT")
        create_indexes(self._connection)

    def _senders(self, plan_: Plan, inboxes: list[Inbox], number: int) -> list[Inbox]:
        each = self._size.senders_per_campaign
        if each:
            own = inboxes[number * each : (number + 1) * each]
        else:
            own = [inbox for inbox in inboxes if inbox.persona == plan_.sequence]
        return [inbox for inbox in own if inbox.sends] or own

    def _write_inboxes(self, inboxes: list[Inbox]) -> None:
        self._connection.executemany(inbox_seed.INSERT_INBOX, (inbox.row for inbox in inboxes))
        days = self._size.inbox_history_days
        rows = (
            row for inbox in inboxes for row in inbox_seed.inbox_days(inbox, days, self._start, self._rng)
        )
        self._connection.executemany(inbox_seed.INSERT_DAY, rows)

    def _write_campaigns(self, campaigns: list[Campaign]) -> None:
        self._connection.executemany(campaign_seed.INSERT_CAMPAIGN, (campaign.row for campaign in campaigns))
        self._connection.executemany(
            "INSERT INTO campaign_inbox VALUES (?, ?, ?)",
            (
                (campaign.id, position, inbox.id)
                for campaign in campaigns
                for position, inbox in enumerate(campaign.inboxes)
            ),
        )

    def _write_leads(self, campaign: Campaign, past: CampaignPast) -> None:
        created = campaign.launched_at - 6 * HOUR
        results = [
            past.lead(self._lead(created + position * 7), position) for position in range(campaign.plan.leads)
        ]
        for result in results:
            self._past.add(campaign, result)
        self._connection.executemany(INSERT_LEAD, (result.lead.row() for result in results))
        rows = sorted(_enrollment(campaign, result) for result in results)
        self._connection.executemany(_INSERT_ENROLLMENT, rows)
        self._flush_mails()

    def _flush_mails(self) -> None:
        self._past.mails.sort()
        self._connection.executemany(_INSERT_MAIL, self._past.mails)
        self._past.mails.clear()
        self._connection.executemany(_INSERT_EFFECT, self._past.effects)
        self._past.effects.clear()

    def _lead(self, created: int) -> Lead:
        return self._people.lead(next(self._numbers), self._ids.new("led", created), created)

    def _write_loose_leads(self) -> None:
        leads = [self._lead(self._start - 2 * DAY + number * 11) for number in range(self._size.loose_leads)]
        for lead in leads[::12]:
            lead.suppressed = True
            self._past.suppressions.append((lead.email, "manual", lead.created_at))
        self._connection.executemany(INSERT_LEAD, (lead.row() for lead in leads))

    def _write_past(self, inboxes: list[Inbox]) -> None:
        past, connection = self._past, self._connection
        blocked = [(domain, "manual", self._start - 50 * DAY) for domain in _BLOCKED_DOMAINS]
        connection.executemany(
            "INSERT INTO suppression VALUES (?, ?, ?)", sorted([*past.suppressions, *blocked])
        )
        reached = ((*key, leads) for key, leads in sorted(past.reached.items()))
        connection.executemany("INSERT INTO step_reach VALUES (?, ?, ?)", reached)
        add_counts(connection, past.daily())
        mailbag = Mailbag(connection, self._ids, self._rng, self._start)
        mailbag.write(past.answers, self._size.replies, [inbox for inbox in inboxes if inbox.sends])
        connection.executemany(_INSERT_EVENT, self._events())

    def _events(self) -> Iterator[tuple[object, ...]]:
        for event in sorted(self._past.events):
            yield (self._ids.new("evt", event.at), event.type, *event[:1], *event[2:])


def _enrollment(campaign: Campaign, past: PastLead) -> tuple[object, ...]:
    lead, standing = past.lead, past.standing
    over = campaign.plan.status in ("completed", "archived")
    status = "active" if past.mails else "queued"
    if standing is not None and standing.ended is not None:
        status = STATUS_OF_END[standing.ended]
    if over and status in ("queued", "active"):
        return (campaign.id, lead.id, "completed", None, None, None, lead.created_at, None)
    inbox_id = past.mails[0].inbox.id if past.mails else None
    place = (None, None) if standing is None else (standing.step_id, past.next_at)
    text = None if standing is None else compact(standing.as_row())
    return (campaign.id, lead.id, status, *place, inbox_id, lead.created_at, text)
