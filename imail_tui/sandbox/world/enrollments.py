"""Leads in their campaigns: reading where they stand, writing where they go.

The rules are in `advance`; this is what connects them with the tables.
"""

import json
import sqlite3

from imail_tui.sandbox.world.advance import LeadFacts, MailFacts, Sequence, Standing
from imail_tui.sandbox.world.windows import SendWindow

_LEAD_FIELDS = (
    *("email", "first_name", "last_name", "company", "title", "phone", "website", "linkedin_url"),
    *("city", "state", "country", "timezone"),
)


class Enrollments:
    """Where leads stand; sequences are parsed once for each text of steps and window."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._sequences: dict[tuple[str, str | None], Sequence] = {}

    def sequence(self, campaign_id: str) -> Sequence | None:
        """A campaign's sequence as it is now; None when the campaign is gone."""
        row = self._connection.execute(
            "SELECT steps, send_window FROM campaign WHERE id = ?", (campaign_id,)
        ).fetchone()
        return None if row is None else self.parse(row["steps"], row["send_window"])

    def parse(self, steps: str, window: str | None) -> Sequence:
        """The sequence of a campaign row's two columns."""
        known = self._sequences.get((steps, window))
        if known is None:
            known = Sequence(json.loads(steps), SendWindow.parse(window))
            self._sequences[steps, window] = known
        return known

    def lead_fields(self, lead_id: str) -> dict[str, object]:
        """A lead's fields for templates and conditions, custom ones as `custom.x`; empty when it is gone."""
        row = self._connection.execute("SELECT * FROM lead WHERE id = ?", (lead_id,)).fetchone()
        if row is None:
            return {}
        custom = {f"custom.{key}": value for key, value in json.loads(row["custom"]).items()}
        return {name: row[name] for name in _LEAD_FIELDS} | custom

    def facts(self, campaign_id: str, lead_id: str, workspace_zone: str) -> LeadFacts:
        """What conditions read about a lead in a campaign."""
        fields = self.lead_fields(lead_id)
        mails = self._connection.execute(
            "SELECT step_id, sent_at, opened_at, clicked_at, replied_at, bounced_at, label FROM mail "
            "WHERE lead_id = ? AND campaign_id = ? ORDER BY sent_at",
            (lead_id, campaign_id),
        )
        zone = fields.get("timezone") or workspace_zone
        return LeadFacts(lead_id, str(zone), fields, {row[0]: MailFacts(*row[1:]) for row in mails})

    def place(self, campaign_id: str, lead_id: str, standing: Standing, status: str) -> None:
        """Put a lead where it stands now; at the end of its sequence it is `completed`."""
        ended = standing.step_id is None
        self._connection.execute(
            "UPDATE enrollment SET status = ?, step_id = ?, next_at = ? "
            "WHERE campaign_id = ? AND lead_id = ?",
            (
                "completed" if ended else status,
                standing.step_id,
                None if ended else standing.due_at,
                campaign_id,
                lead_id,
            ),
        )
        self._connection.executemany(
            "INSERT INTO step_reach VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET reached = reached + 1",
            [(campaign_id, step_id) for step_id in standing.reached],
        )

    def end(self, campaign_id: str, lead_id: str, status: str) -> None:
        """Nothing more goes to a lead of a campaign."""
        self._connection.execute(
            "UPDATE enrollment SET status = ?, step_id = NULL, next_at = NULL "
            "WHERE campaign_id = ? AND lead_id = ?",
            (status, campaign_id, lead_id),
        )

    def look_again(self, campaign_id: str, lead_id: str, at: int) -> None:
        """News about a lead's mail: a condition it stands at is judged again now."""
        row = self._row(campaign_id, lead_id)
        sequence = self.sequence(campaign_id)
        if row is None or sequence is None or row["status"] != "active":
            return
        if sequence.is_condition(row["step_id"]):
            self._due(campaign_id, lead_id, row["step_id"], at)

    def answered(self, campaign_id: str, lead_id: str, at: int, classify_after: int | None) -> None:
        """A person answered: the lead ends, or goes to the condition that reads answers."""
        row, sequence = self._row(campaign_id, lead_id), self.sequence(campaign_id)
        if row is None or sequence is None or row["status"] in ("bounced", "unsubscribed", "replied"):
            return
        if not row["stop_on_reply"]:
            self.look_again(campaign_id, lead_id, at)
            return
        condition = sequence.after_reply(row["step_id"]) if row["status"] == "active" else None
        if condition is None:
            self.end(campaign_id, lead_id, "replied")
        else:
            if condition != row["step_id"]:
                self.place(campaign_id, lead_id, Standing(condition, at, (condition,)), "active")
            self._due(campaign_id, lead_id, condition, at + (classify_after or 0))

    def _due(self, campaign_id: str, lead_id: str, step_id: str, at: int) -> None:
        self._connection.execute(
            "UPDATE enrollment SET step_id = ?, next_at = ? WHERE campaign_id = ? AND lead_id = ?",
            (step_id, at, campaign_id, lead_id),
        )

    def _row(self, campaign_id: str, lead_id: str) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._connection.execute(
            "SELECT e.status, e.step_id, c.stop_on_reply "
            "FROM enrollment e JOIN campaign c ON c.id = e.campaign_id "
            "WHERE e.campaign_id = ? AND e.lead_id = ?",
            (campaign_id, lead_id),
        ).fetchone()
        return row
