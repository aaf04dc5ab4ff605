"""What the walker foretells is what the sandbox, run forward over HTTP, then does.

The sandbox lets leads open, click and answer by chance. What it tells of that is given to the walker, which
must come to the same mails, each at the minute it was due, and to the same end.
"""

import asyncio
import json
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from imail_tui.api.client import ImailClient
from imail_tui.domain.campaign_files.reading import read_campaign
from imail_tui.domain.sequence.course import Course
from imail_tui.domain.sequence.lead import Lead, read_lead
from imail_tui.domain.sequence.marks import Mailed
from imail_tui.domain.sequence.standing import EndReason, Event, EventKind
from imail_tui.domain.sequence.walk import walk
from imail_tui.domain.sequence.windows import next_opening
from imail_tui.model.campaigns import Campaign
from imail_tui.model.leads import Lead as LeadRecord
from imail_tui.model.record import Json
from imail_tui.model.secret import Secret
from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing.servers import ThreadSandbox, sandbox_in_thread
from imail_tui.services.campaign_code.files import starter, starter_names
from imail_tui.services.campaign_code.simulating import course_of
from tests.journeys.workspace import session_on
from tests.oracle.graphs import random_steps

MONDAY: Final = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
ZONES: Final = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC")
SENDERS: Final = 3
"""Inboxes of each campaign: now and then one loses its connection."""
LATE: Final = timedelta(minutes=8)
"""A minute to plan, one to leave, and a queue where many are due at once."""
KINDS: Final[Mapping[str, EventKind]] = {
    "email.opened": "opened",
    "email.clicked": "clicked",
    "email.bounced.hard": "bounced_hard",
    "email.bounced.soft": "bounced_soft",
    "reply.classified": "classified",
}
STATUSES: Final[Mapping[str, EndReason]] = {
    "completed": "completed",
    "replied": "replied",
    "bounced": "bounced",
}


@dataclass
class Told:
    """What the server tells of one lead in one campaign."""

    left: dict[str, datetime] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)


def templates() -> list[dict[str, object]]:
    """The six campaigns to begin with."""
    return [dict(read_campaign(starter(name).encode()).campaign) for name in starter_names()]


def graphs(seeds: Sequence[int]) -> list[dict[str, object]]:
    """Random sequences without steps that nobody can execute."""
    found: list[dict[str, object]] = []
    for seed in seeds:
        rng = random.Random(seed)
        steps = random_steps(rng)
        while any(step["type"] == "call" for step in steps):
            steps = random_steps(rng)
        window = {
            "timezone": "lead",
            "days": ["mon", "tue", "wed", "fri", "sat"],
            "start": "08:00",
            "end": "19:30",
        }
        found.append({"name": f"graph {seed}", "steps": steps, "send_window": window})
    return found


def world(campaigns: Sequence[dict[str, object]], leads: int) -> dict[str, object]:
    """All campaigns under way, each with leads of its own and room for every mail that is due."""
    rng = random.Random(len(campaigns))
    people: list[dict[str, object]] = []
    made: list[dict[str, Any]] = []
    for number, campaign in enumerate(campaigns):
        own = [f"lead{number}-{one}@client.example" for one in range(leads)]
        people += [
            {
                "email": email,
                "company": rng.choice(["Acme", "ACME Ltd", "Other"]),
                "title": rng.choice(["CEO", "Head of Sales", "Engineer"]),
                "timezone": rng.choice(ZONES),
                "custom": {
                    "employees": rng.choice([20, 900]),
                    "plan": rng.choice(["pro", "free"]),
                    "seats": 12,
                },
            }
            for email in own
        ]
        senders = [f"sender{number}-{one}@ours.example" for one in range(SENDERS)]
        rest = {key: value for key, value in campaign.items() if key not in ("inbox_ids", "lint")}
        made.append(
            {
                **rest,
                "name": f"{number} {rest['name']}",
                "status": "active",
                "inboxes": senders,
                "leads": own,
                "daily_limit": 5_000,
            }
        )
    inboxes = [
        {"email": email, "daily_limit": 500, "min_gap_seconds": 1}
        for campaign in made
        for email in campaign["inboxes"]
    ]
    return {
        "workspace": {"timezone": "Europe/Berlin"},
        "inboxes": inboxes,
        "leads": people,
        "campaigns": made,
    }


def check(campaigns: Sequence[dict[str, object]], leads: int, days: int, folder: Path) -> int:
    """Run the world forward; how many walks were the same. AssertionError with the first that was not."""
    file = folder / "world.json"
    file.write_text(json.dumps(world(campaigns, leads)))
    options = SandboxOptions(
        seed_file=str(file), start=MONDAY, seed=3, frozen=True, per_minute=1e6, burst=100_000
    )
    with sandbox_in_thread(options) as sandbox:
        return asyncio.run(compare(sandbox, folder, days))


async def compare(sandbox: ThreadSandbox, home: Path, days: int) -> int:
    """The walks of all leads beside what became of them."""
    session = session_on(sandbox.url, Secret(sandbox.api_key), home)
    try:
        for number in range(days):
            sandbox.control.advance_to(MONDAY.replace(hour=0) + timedelta(days=number + 1))
        until = MONDAY.replace(hour=0) + timedelta(days=days)
        told = await what_happened(session.client)
        same = 0
        campaigns = {
            row.id: await session.client.campaigns.get(row.id)
            async for row in session.client.campaigns.list()
        }
        async for lead in session.client.leads.list():
            for place in lead.enrollments:
                one = told[lead.id, place.campaign_id]
                same += agree(campaigns[place.campaign_id], lead, place.status, place.step_id, one, until)
        return same
    finally:
        await session.close()


async def what_happened(client: ImailClient) -> dict[tuple[str, str], Told]:
    """By lead and campaign: when each mail left, and what the lead did."""
    found: dict[tuple[str, str], Told] = defaultdict(Told)
    async for event in client.events.list():
        who = (event.text("lead.id"), event.text("campaign_id"))
        step_id = event.text("step_id")
        assert event.created_at is not None
        if event.type == "email.sent":
            found[who].left[step_id] = event.created_at
        elif event.type in KINDS:
            label = event.text("classification.label") or None
            found[who].events.append(Event(KINDS[event.type], event.created_at, step_id, label=label))
    async for reply in client.replies.list():
        if reply.lead is not None and reply.campaign_id is not None and reply.received_at is not None:
            told = found[reply.lead.id or "", reply.campaign_id]
            told.events.append(
                Event("replied", reply.received_at, reply.step_id, is_auto=bool(reply.is_auto))
            )
    return found


def agree(
    campaign: Campaign, record: LeadRecord, status: str, step_id: str | None, told: Told, until: datetime
) -> bool:
    """Whether the walker comes to the same; a lead that unsubscribed is left out: nothing tells when."""
    raw: Json = campaign.wire()
    course, lead = course_of(raw, "Europe/Berlin"), read_lead(record.wire())
    if status == "unsubscribed" or not told.left:
        return False
    walked = walk(course, lead, MONDAY, told.events, until, told.left)
    context = f"{campaign.name}, {record.email}: {told}\n{walked.trace()}"
    mails = [mark.step_id for mark in walked.marks if isinstance(mark, Mailed)]
    assert mails == sorted(told.left, key=lambda step: told.left[step]), context
    if status in STATUSES:
        assert walked.standing.ended == STATUSES[status], context
    else:
        assert (walked.standing.ended, walked.standing.step_id) == (None, step_id), context
    for mail in mails:
        assert told.left[mail] <= latest(course, lead, told, mail), f"{mail}: {context}"
    return True


def latest(course: Course, lead: Lead, told: Told, mail: str) -> datetime:
    """When a mail that was due had to be gone, if it just missed its window at the next opening.

    It was due where the walk waits if it never left.
    """
    left = {step: at for step, at in told.left.items() if at < told.left[mail]}
    standing = walk(course, lead, MONDAY, told.events, told.left[mail], left).standing
    assert standing.step_id == mail
    assert standing.due is not None
    opening = next_opening(course.window, course.zone(lead), standing.due + LATE)
    assert opening is not None
    return opening + LATE


def test_templates_walk_in_the_sandbox_as_foretold(tmp_path: Path) -> None:
    assert check(templates(), leads=12, days=12, folder=tmp_path) > 50


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_templates_walk_to_their_ends_as_foretold(tmp_path: Path) -> None:
    assert check(templates(), leads=36, days=90, folder=tmp_path) > 180


@pytest.mark.slow
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("first", range(0, 100, 20))
def test_a_hundred_random_graphs_walk_as_foretold(first: int, tmp_path: Path) -> None:
    assert check(graphs(range(first, first + 20)), leads=8, days=30, folder=tmp_path) > 120
