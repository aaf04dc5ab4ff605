"""A workspace of which every text is hostile: rows as the cache keeps them, a payload in every field."""

from datetime import date, timedelta
from typing import Final

from pydantic import JsonValue

from imail_tui.model.analytics import COUNTED, GROUPS, Counted
from imail_tui.model.lead_fields import LEAD_FIELDS
from imail_tui.model.record import Json
from imail_tui.services.session import Session
from imail_tui.store.analytics_days import Fetched
from imail_tui.store.raw import write_row
from tests.hostile.corpus import PAYLOADS
from tests.hostile.mails import HTML

LONGEST: Final = 500
"""Characters of a payload that are used: more than a line of any screen has."""

TEXTS: Final = tuple(text[:LONGEST] for name, text in PAYLOADS.items() if name != "lone surrogate")
"""What JSON in UTF-8 can carry."""

KINDS: Final = ("inboxes", "campaigns", "leads", "suppressions", "replies")
RANGE_DAYS: Final = 30
_AT: Final = 1_772_445_600.0
_TIME: Final = "2026-03-02T10:00:00Z"


def fill(session: Session) -> None:
    """Put the hostile workspace into a session's cache. Rows of all kinds are `row_0`, `row_1`, …"""
    cache = session.cache
    for kind in KINDS:
        cache.put(kind, [row(kind, number) for number in range(len(TEXTS))], _AT, complete=True)
    session.events.store.add([write_row(row("events", number)) for number in range(len(TEXTS))], _AT)
    for number in range(len(TEXTS)):
        thread = Said(number).thread()
        cache.keep("threads", str(thread["id"]), thread, _AT)
    days = [date(2026, 3, 2) - timedelta(days=back) for back in reversed(range(RANGE_DAYS))]
    counts = tuple(3 for _ in COUNTED)
    parts = [f"row_{number}" for number in range(len(TEXTS))] + [text for text in TEXTS if text]
    session.analytics._days.put(
        Fetched(days[0], days[-1], GROUPS, days[-1] + timedelta(days=2), _AT),
        [Counted(day, part, part, part, part, counts) for part in parts for day in (days[3], days[-1])]
        + [Counted(days[-1], part, part, part, f"{part} B", counts) for part in parts],
    )


def row(kind: str, number: int) -> Json:
    """The row of one payload: it stands in every text of the row, also where the API has a vocabulary."""
    said = Said(number)
    body: Json = getattr(said, kind)()
    return {"id": f"row_{number}", "created_at": _TIME, "updated_at": _TIME, **body}


class Said:
    """Objects of the API whose texts all are one payload; ids lead to the row of the same number."""

    def __init__(self, number: int) -> None:
        self._id = f"row_{number}"
        self._number = number
        self._text = TEXTS[number]

    def _all(self, *names: str) -> Json:
        return dict.fromkeys(names, self._text)

    def inboxes(self) -> Json:
        """An inbox."""
        return {
            **self._all("email", "display_name", "provider", "status", "status_reason", "setup_url"),
            "warmup": {"enabled": True, "score": 50, "status": self._text},
            "health": self._all("spf", "dkim", "dmarc"),
        }

    def campaigns(self) -> Json:
        """A campaign with a step of each type and one of an unknown."""
        branch: Json = {**self._all("label"), "when": self._all("field", "op", "value"), "next": None}
        return {
            **self._all("name", "status"),
            "inbox_ids": [self._id, self._text],
            "lead_counts": {"queued": 3, "active": 2},
            "send_window": {**self._all("timezone", "start", "end"), "days": [self._text]},
            "steps": [
                {
                    **self._all("subject", "body"),
                    "id": "s1",
                    "type": "email",
                    "variants": [self._all("id", "subject")],
                },
                {"id": "s2", "type": "wait", "delay": {"value": 1, "unit": self._text}},
                {"id": "s3", "type": "condition", "branches": [branch], "else": self._text},
                {**self._all("id", "type", "next", "subject")},
            ],
        }

    def leads(self) -> Json:
        """A lead in two campaigns."""
        status: list[JsonValue] = [
            {**self._all("status", "step_id"), "campaign_id": campaign} for campaign in (self._id, self._text)
        ]
        return {
            **self._all(*LEAD_FIELDS, "verification", "classification"),
            "custom": {self._text: self._text, "list": [self._text]},
            "enrollments": status,
        }

    def suppressions(self) -> Json:
        """A suppressed value."""
        return self._all("value", "reason")

    def replies(self) -> Json:
        """A reply to a campaign whose conversation is kept."""
        person = {**self._all("email", "first_name", "last_name", "company"), "id": self._id}
        return {
            **self._all("from", "subject", "snippet", "text", "step_id"),
            "thread_id": self._id,
            "campaign_id": self._id,
            "inbox_id": self._id,
            "lead": person,
            "received_at": _TIME,
            "read": False,
            "classification": {"label": self._text, "source": "human"},
            "ai_classification": {"label": self._text, "source": "ai", "confidence": 0.5},
        }

    def events(self) -> Json:
        """An event of an unknown type with keys nobody knows."""
        lead: Json = {**self._all("email"), self._text: self._text}
        return {
            **self._all("type", "workspace_id"),
            "data": {
                **self._all("reason", "link", "inbox_email", "step_id"),
                "lead": lead,
                "campaign_id": self._id,
                self._text: [self._text],
            },
        }

    def thread(self) -> Json:
        """The conversation of the reply."""
        names = ("from", "to", "subject", "text", "html", "status", "error")
        messages: list[JsonValue] = [
            {**self._all(*names), "id": f"{self._id}_{way}", "direction": way, "at": _TIME}
            for way in ("out", "in")
        ]
        messages.append({"id": f"{self._id}_odd", "direction": self._text, "text": "", "html": self._text})
        marked = [*HTML.values()]
        mail: Json = {"id": f"{self._id}_html", "direction": "in", "from": self._text, "at": _TIME}
        messages.append({**mail, "html": marked[self._number % len(marked)]})
        return {"id": self._id, "messages": messages}
