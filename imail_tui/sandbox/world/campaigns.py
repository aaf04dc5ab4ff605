"""Invented campaigns: what they send, from where, and how far they have come."""

import json
from dataclasses import dataclass
from pathlib import Path

from imail_tui.domain.sequence.course import Course
from imail_tui.sandbox.clock import DAY
from imail_tui.sandbox.ids import IdSource
from imail_tui.sandbox.journal import compact
from imail_tui.sandbox.world.enrollments import read_course
from imail_tui.sandbox.world.inboxes import Inbox


@dataclass(frozen=True)
class Plan:
    """The history of one campaign: sequence, state, size and pace.

    Leads are first written to from `launched` to `stopped` days ago, `per_weekday` of them a weekday;
    `stopped` 0 means it still runs.
    """

    sequence: int
    status: str
    leads: int
    launched: int
    stopped: int
    per_weekday: int
    daily_limit: int | None
    title: str = ""


SMALL = (
    Plan(4, "archived", 1_400, 88, 52, 80, 170),
    Plan(3, "completed", 1_600, 76, 24, 70, 200),
    Plan(2, "paused", 1_800, 40, 16, 100, 250),
    Plan(0, "active", 8_900, 21, 0, 190, 620),
    Plan(1, "active", 5_300, 18, 0, 130, 420),
    Plan(5, "draft", 400, 2, 0, 0, None),
)
"""Oldest first, so that the order of rows is the order of creation; 600 more leads are in no campaign."""

_MARKETS = ("North", "South", "East", "West", "Benelux", "Nordics", "DACH", "Iberia", "Midwest", "Coast")


_LARGE_LIMIT = 300
"""Mails a day of each large-world campaign: a pace that lasts for weeks."""


def large_plans(campaigns: int, leads_each: int) -> list[Plan]:
    """Plans of a large world: every status, launched over the last 88 days."""
    plans = []
    for number in range(campaigns):
        launched = 88 - number * 74 // campaigns
        status = ("completed", "archived", "active", "paused", "paused")[number % 5]
        if launched < 60 and status in ("completed", "archived"):
            status = "active" if number % 2 else "paused"
        if number >= campaigns - 8:
            status = "draft"
        title = f"{_MARKETS[number % 10]} wave {number // 10 + 1}"
        stopped = 0 if status in ("active", "draft") else launched // 4
        pace = 0 if status == "draft" else leads_each // 20
        plans.append(Plan(number % 6, status, leads_each, launched, stopped, pace, _LARGE_LIMIT, title))
    return plans


@dataclass(frozen=True)
class Campaign:
    """A campaign with its rows, its course ready to walk, and its senders."""

    id: str
    plan: Plan
    course: Course
    inboxes: list[Inbox]
    launched_at: int
    stopped_at: int
    row: tuple[object, ...]


INSERT_CAMPAIGN = (
    "INSERT INTO campaign (id, name, status, steps, step_count, daily_limit, send_window, created_at, "
    "updated_at) VALUES (?,?,?,?,?,?,?,?,?)"
)


def make_campaigns(
    plans: list[Plan], senders: list[list[Inbox]], ids: IdSource, start: int, workspace_zone: str
) -> list[Campaign]:
    """One campaign for each plan; `senders` are the inboxes of each."""
    templates = json.loads((Path(__file__).parent / "sequences.json").read_text("utf-8"))
    campaigns = []
    courses: dict[int, Course] = {}
    for plan, inboxes in zip(plans, senders, strict=True):
        template = templates[plan.sequence]
        name = f"{template['name']} · {plan.title}" if plan.title else template["name"]
        created = start - plan.launched * DAY - DAY // 3
        stopped_at = start - plan.stopped * DAY
        window = None if template["window"] is None else compact(template["window"])
        campaign_id = ids.new("cmp", created)
        row = (
            *(campaign_id, name, plan.status, compact(template["steps"]), len(template["steps"])),
            *(plan.daily_limit, window, created, stopped_at if plan.stopped else created + DAY // 4),
        )
        course = courses.get(plan.sequence)
        if course is None:
            course = read_course(compact(template["steps"]), window, True, workspace_zone)
            courses[plan.sequence] = course
        launched_at = start - plan.launched * DAY
        campaigns.append(Campaign(campaign_id, plan, course, inboxes, launched_at, stopped_at, row))
    return campaigns
