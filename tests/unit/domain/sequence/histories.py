"""Short ways to write a sequence, a history and what came of it."""

from collections.abc import Sequence as Items
from datetime import UTC, datetime, timedelta

from imail_tui.domain.sequence.chance import Chances
from imail_tui.domain.sequence.course import Course
from imail_tui.domain.sequence.lead import Lead
from imail_tui.domain.sequence.sequence import load
from imail_tui.domain.sequence.standing import Event, EventKind
from imail_tui.domain.sequence.walk import TraceEntry, walk
from imail_tui.domain.sequence.windows import SendWindow
from tests.unit.domain.sequence.json_values import Json

START = datetime(2026, 5, 4, 8, tzinfo=UTC)
"""A Monday."""

ALWAYS = SendWindow(timezone="UTC", days=frozenset(range(7)), start=0, end=1440)
LEAD = Lead("led_1", "UTC", {"first_name": "Ann", "custom.seats": 12})
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def email(step_id: str, **more: object) -> Json:
    return {"id": step_id, "type": "email", "subject": "Hi", "body": "Hello", **more}


def wait(step_id: str, value: int, unit: str = "days", **more: object) -> Json:
    return {"id": step_id, "type": "wait", "delay": {"value": value, "unit": unit}, **more}


def fork(step_id: str, *branches: tuple[Json, str | None], otherwise: str | None = None) -> Json:
    return {
        "id": step_id,
        "type": "condition",
        "branches": [{"when": when, "next": target} for when, target in branches],
        "else": otherwise,
    }


def course(
    steps: Items[Json],
    *,
    window: SendWindow = ALWAYS,
    stop_on_reply: bool = True,
    chances: Chances | None = None,
) -> Course:
    return Course(load(list(steps)), window, stop_on_reply, "UTC", chances or Chances())


def event(kind: EventKind, after: timedelta, step_id: str | None = "hello", **more: str | bool) -> Event:
    """An event some time after the start."""
    label = more.get("label")
    return Event(
        kind,
        START + after,
        step_id,
        is_auto=bool(more.get("is_auto")),
        label=label if isinstance(label, str) else None,
    )


def trace(walked_course: Course, *events: Event, lead: Lead = LEAD, days: int = 100) -> list[TraceEntry]:
    """What a lead's history comes to, told in the engine's tuples with times since the start."""
    return walk(walked_course, lead, START, events, START + days * DAY).trace()


def since(entries: Items[TraceEntry]) -> list[tuple[object, ...]]:
    """A trace with times as hours since the start."""
    return [(*entry[:-1], _hours(entry[-1])) for entry in entries]


def _hours(at: object) -> float:
    assert isinstance(at, datetime)
    return (at - START) / HOUR
