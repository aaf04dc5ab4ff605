"""A campaign's forecast beside what the sandbox, run forward, then does."""

import asyncio
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Final

import pytest

from imail_tui.domain.campaign_files.reading import read_campaign
from imail_tui.domain.forecast.forecast import NEARLY_ALL, forecast
from imail_tui.model.secret import Secret
from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing.servers import ThreadSandbox, sandbox_in_thread
from imail_tui.services.campaign_code.files import starter
from imail_tui.services.session import Session
from tests.journeys.workspace import session_on

MONDAY: Final = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
STARTERS: Final = ("follow-up", "interest", "not-now", "by-role", "two-openings", "full-course")
SHORT: Final = ("two-openings", "by-role")
ZONES: Final = ("Europe/Berlin", "Europe/London", "Europe/Paris", "America/New_York")
MOST_DAYS: Final = 400


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was foretold and what came; in days from the launch."""

    seed: int
    told: int
    early: int
    late: int
    came: int

    @property
    def hit(self) -> bool:
        return self.early <= self.came <= self.late

    @property
    def error(self) -> float:
        return abs(self.told - self.came) / max(1, self.came)

    @property
    def width(self) -> float:
        return (self.late - self.early) / max(1, self.told)


def world(
    seed: int, starters: Sequence[str], leads_from: int, leads_to: int, limits: Sequence[int]
) -> dict[str, object]:
    """A workspace with one campaign under way from its first minute."""
    rng = random.Random(seed)
    campaign = dict(read_campaign(starter(starters[seed % len(starters)]).encode()).campaign)
    inboxes = [f"sender{number}@ours.example" for number in range(rng.randint(2, 5))]
    zones = rng.sample(ZONES, rng.randint(1, 3))
    leads = [
        {
            "email": f"lead{number}@client{number}.example",
            "first_name": "Lee",
            "company": f"Client {number}",
            "title": rng.choice(["CEO", "Head of Sales", "CTO", "Engineer"]),
            "timezone": rng.choice(zones),
            "custom": {"employees": rng.choice([20, 80, 300, 900])},
        }
        for number in range(rng.randint(leads_from, leads_to))
    ]
    campaign |= {
        "status": "active",
        "inboxes": inboxes,
        "leads": "all",
        "daily_limit": rng.choice(limits),
    }
    del campaign["inbox_ids"]
    limit = rng.choice([20, 30, 40])
    return {
        "workspace": {"timezone": "Europe/Berlin"},
        "inboxes": [{"email": email, "daily_limit": limit} for email in inboxes],
        "leads": leads,
        "campaigns": [campaign],
    }


def large(seed: int) -> dict[str, object]:
    """A few hundred leads, any of the shapes."""
    return world(seed, STARTERS, 150, 500, (40, 60, 80, 120))


def small(seed: int) -> dict[str, object]:
    """One that is through in a week or two."""
    return world(seed, SHORT, 100, 160, (40, 60))


def outcome(seed: int, content: dict[str, object], folder: Path) -> Outcome:
    """Launch, foretell, run forward until nearly all leads are through."""
    file = folder / f"{seed}.json"
    file.write_text(json.dumps(content))
    options = SandboxOptions(
        seed_file=str(file), seed=seed, start=MONDAY, frozen=True, per_minute=1e6, burst=100_000
    )
    with sandbox_in_thread(options) as sandbox:
        days = asyncio.run(days_of(sandbox, folder / str(seed)))
    return Outcome(seed, *((day - MONDAY.date()).days for day in days))


async def days_of(sandbox: ThreadSandbox, home: Path) -> tuple[date, date, date, date]:
    """The days that are foretold, and the one that came."""
    session = session_on(sandbox.url, Secret(sandbox.api_key), home)
    try:
        await session.inboxes.refresh(urgent=True)
        await session.campaigns.refresh(urgent=True)
        campaign = session.campaigns.all()[0]
        told = await session.forecasting.outlook(await session.drafting.open(campaign.id))
        found = forecast(told.task, told.room, told.habits)
        assert found.done is not None
        assert found.early is not None
        assert found.late is not None
        return found.done, found.early, found.late, await done(sandbox, session, campaign.id)
    finally:
        await session.close()


async def done(sandbox: ThreadSandbox, session: Session, campaign_id: str) -> date:
    """The day on which nearly all leads have ended."""
    for number in range(MOST_DAYS):
        sandbox.control.advance_to(MONDAY.replace(hour=0) + timedelta(days=number + 1))
        counts = (await session.client.campaigns.get(campaign_id)).lead_counts
        assert counts.total
        still = (counts.queued or 0) + (counts.active or 0)
        if still <= (1 - NEARLY_ALL) * counts.total:
            return MONDAY.date() + timedelta(days=number)
    raise AssertionError("it never ends")


def judge(outcomes: list[Outcome], least_hits: int) -> None:
    for each in outcomes:
        print(each, f"hit={each.hit} error={each.error:.0%} width={each.width:.0%}")
    hits = sum(each.hit for each in outcomes)
    print(f"{hits} of {len(outcomes)} in range, median error {median(each.error for each in outcomes):.1%}")
    assert hits >= least_hits
    assert all(each.width <= 0.25 or each.late - each.early <= 2 for each in outcomes)
    assert median(each.error for each in outcomes) <= 0.10


def test_the_day_a_campaign_is_done_is_foretold(tmp_path: Path) -> None:
    judge([outcome(seed, small(seed), tmp_path) for seed in range(5)], least_hits=4)


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_the_day_is_foretold_in_fifty_worlds(tmp_path: Path) -> None:
    judge([outcome(seed, large(seed), tmp_path) for seed in range(50)], least_hits=45)
