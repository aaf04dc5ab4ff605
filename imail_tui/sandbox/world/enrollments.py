"""Leads in their campaigns: the sequence engine between the tables.

What a lead does next is decided by `imail_tui.domain.sequence` alone; this reads where it stands and writes
where it goes. A standing is kept whole, so that nothing has to be looked up again.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from imail_tui.domain.sequence import walking
from imail_tui.domain.sequence.course import Course
from imail_tui.domain.sequence.lead import Lead
from imail_tui.domain.sequence.marks import Decide, Moved, Reached, Send
from imail_tui.domain.sequence.sequence import load
from imail_tui.domain.sequence.standing import EndReason, Event, Standing, from_row
from imail_tui.domain.sequence.steps import Email
from imail_tui.domain.sequence.window_json import read_window
from imail_tui.domain.sequence.windows import SendWindow
from imail_tui.sandbox.clock import from_ms, to_ms
from imail_tui.sandbox.journal import compact

LEAD_FIELDS = (
    *("email", "first_name", "last_name", "company", "title", "phone", "website", "linkedin_url"),
    *("city", "state", "country", "timezone"),
)
"""Columns of `lead` that templates and conditions may read."""

STATUS_OF_END: Mapping[EndReason, str] = {
    "completed": "completed",
    "no_opening": "completed",
    "replied": "replied",
    "bounced": "bounced",
    "unsubscribed": "unsubscribed",
    "suppressed": "unsubscribed",
}
"""What an enrollment is called when its lead's sequence has ended."""

_PLACE = (
    "SELECT e.campaign_id, e.lead_id, e.status, e.standing, e.inbox_id, l.timezone, c.steps, c.send_window, "
    "c.stop_on_reply, (SELECT timezone FROM workspace) AS workspace_zone "
    "FROM enrollment e JOIN lead l ON l.id = e.lead_id JOIN campaign c ON c.id = e.campaign_id "
)
_PLACE_UPDATE = (
    "UPDATE enrollment SET status = ?, step_id = ?, next_at = ?, standing = ? "
    "WHERE campaign_id = ? AND lead_id = ?"
)
_REACHED = "INSERT INTO step_reach VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET reached = reached + 1"


@dataclass(frozen=True, slots=True)
class Place:
    """A lead in a campaign; `standing` None = it has not entered yet."""

    campaign_id: str
    lead: Lead
    course: Course
    status: str
    standing: Standing | None
    inbox_id: str | None

    def due_mail(self, at: int) -> Email | None:
        """The mail that may leave at an instant, as far as the sequence goes."""
        if self.standing is None:
            return None
        next_up = walking.due(self.course, self.standing)
        if not isinstance(next_up, Send) or to_ms(next_up.at) > at:
            return None
        return self.course.sequence.email(next_up.step_id)


class Enrollments:
    """Reads and writes places; courses are made once for each text of steps and settings."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._courses: dict[tuple[object, ...], Course] = {}

    def course(self, campaign_id: str) -> Course | None:
        """A campaign's course as it is now; None when the campaign is gone."""
        row = self._connection.execute(
            "SELECT steps, send_window, stop_on_reply, (SELECT timezone FROM workspace) AS workspace_zone "
            "FROM campaign WHERE id = ?",
            (campaign_id,),
        ).fetchone()
        return None if row is None else self._course(row)

    def find(self, campaign_id: str, lead_id: str) -> Place | None:
        """A lead's place in a campaign, None when it is not in it."""
        row = self._connection.execute(
            f"{_PLACE} WHERE e.campaign_id = ? AND e.lead_id = ?", (campaign_id, lead_id)
        ).fetchone()
        return None if row is None else self._place(row)

    def of_lead(self, lead_id: str) -> list[Place]:
        """A lead's places in all its campaigns."""
        rows = self._connection.execute(f"{_PLACE} WHERE e.lead_id = ? ORDER BY 1", (lead_id,))
        return [self._place(row) for row in rows]

    def of_campaign(self, campaign_id: str) -> list[Place]:
        """Places of the leads that have entered a campaign and are not through."""
        open_ones = "e.status IN ('queued', 'active', 'paused') AND e.standing IS NOT NULL"
        rows = self._connection.execute(
            f"{_PLACE} WHERE e.campaign_id = ? AND {open_ones} ORDER BY 2", (campaign_id,)
        ).fetchall()
        return [self._place(row) for row in rows]

    def lead_fields(self, lead_id: str) -> dict[str, object]:
        """A lead's fields for templates and conditions, custom ones as `custom.x`; empty when it is gone."""
        row = self._connection.execute("SELECT * FROM lead WHERE id = ?", (lead_id,)).fetchone()
        if row is None:
            return {}
        custom = {f"custom.{key}": value for key, value in json.loads(row["custom"]).items()}
        return {name: row[name] for name in LEAD_FIELDS} | custom

    def take(self, place: Place, moved: Moved, status: str | None = None) -> Place:
        """Write where a lead stands now; at the end of its sequence its status says how it ended."""
        standing = moved.standing
        status = status or place.status
        if standing.ended is not None and status in ("queued", "active", "paused"):
            status = STATUS_OF_END[standing.ended]
        next_up = walking.due(place.course, standing)
        next_at = to_ms(next_up.at) if isinstance(next_up, Send | Decide) else None
        row = (
            status,
            standing.step_id,
            next_at,
            compact(standing.as_row()),
            place.campaign_id,
            place.lead.id,
        )
        self._connection.execute(_PLACE_UPDATE, row)
        self._connection.executemany(
            _REACHED,
            [(place.campaign_id, mark.step_id) for mark in moved.marks if isinstance(mark, Reached)],
        )
        return replace(place, status=status, standing=standing)

    def enter(self, place: Place, at: int) -> Place:
        """A queued lead comes to the first step."""
        return self.take(place, walking.enter(place.course, place.lead, from_ms(at)))

    def decide(self, place: Place, now: int) -> Place:
        """Waits that ended and conditions that are decided by now."""
        if place.standing is None:
            return place
        moved = walking.decide(place.course, place.lead, place.standing, from_ms(now))
        return place if moved.standing is place.standing else self.take(place, moved)

    def happened(self, campaign_id: str, lead_id: str, event: Event) -> None:
        """Something happened to a lead's mail; what that decides is decided at once."""
        place = self.find(campaign_id, lead_id)
        if place is not None and place.status in ("queued", "active", "paused"):
            self._tell(place, event)

    def suppressed(self, lead_id: str, at: datetime) -> None:
        """A lead is on the list: its enrollments have ended, and so do its standings."""
        for place in self.of_lead(lead_id):
            self._tell(place, Event("suppressed", at))

    def replan(self, campaign_id: str, now: int) -> None:
        """A campaign's sequence or window was edited: when each of its leads goes on."""
        for place in self.of_campaign(campaign_id):
            if place.standing is not None:
                self.take(place, walking.replan(place.course, place.lead, place.standing, from_ms(now)))

    def _tell(self, place: Place, event: Event) -> None:
        if place.standing is None or place.standing.ended is not None:
            return
        told = walking.happened(place.course, place.lead, place.standing, event)
        decided = walking.decide(place.course, place.lead, told.standing, event.at)
        self.take(place, Moved(decided.standing, (*told.marks, *decided.marks)))

    def _place(self, row: sqlite3.Row) -> Place:
        standing = None if row["standing"] is None else from_row(json.loads(row["standing"]))
        lead = Lead(row["lead_id"], row["timezone"], _Fields(self, row["lead_id"]))
        course = self._course(row)
        return Place(row["campaign_id"], lead, course, row["status"], standing, row["inbox_id"])

    def _course(self, row: sqlite3.Row) -> Course:
        key = (row["steps"], row["send_window"], row["stop_on_reply"], row["workspace_zone"])
        known = self._courses.get(key)
        if known is None:
            known = self._courses[key] = read_course(*key)
        return known


def read_course(steps: str, window: str | None, stop_on_reply: int, workspace_zone: str) -> Course:
    """A campaign's course from its columns."""
    read = SendWindow() if window is None else read_window(json.loads(window))[0]
    return Course(load(json.loads(steps)), read, bool(stop_on_reply), workspace_zone)


class _Fields(Mapping[str, object]):
    """A lead's fields, read when a condition first asks for one; most leads meet none."""

    def __init__(self, enrollments: Enrollments, lead_id: str) -> None:
        self._enrollments = enrollments
        self._lead_id = lead_id
        self._fields: dict[str, object] | None = None

    def _read(self) -> dict[str, object]:
        if self._fields is None:
            self._fields = self._enrollments.lead_fields(self._lead_id)
        return self._fields

    def __getitem__(self, key: str) -> object:
        return self._read()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())
