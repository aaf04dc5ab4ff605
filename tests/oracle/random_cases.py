"""Random cases, each from its seed alone, near clock changes, window ends and instants that coincide."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random

from tests.oracle.cases import Case, EventKind, Happening, Trace, WindowJson
from tests.oracle.graphs import FIELDS, LABELS, random_steps
from tests.oracle.walker import ORDER, trace
from tests.oracle.wall_time import DAY_NAMES, Office

SEEDS = range(500)
"""Of the cases that every run of the tests walks."""

HORIZON = timedelta(days=60)

ZONES_BY_CHANGE = (
    (date(2026, 3, 8), ("America/New_York", "America/St_Johns", "America/Los_Angeles")),
    (date(2026, 3, 29), ("Europe/Berlin", "Europe/London")),
    (date(2026, 4, 5), ("Australia/Lord_Howe", "Pacific/Auckland")),
    (date(2026, 10, 25), ("Europe/Berlin", "Europe/Lisbon")),
    (date(2026, 11, 1), ("America/New_York", "America/St_Johns")),
    (date(2026, 10, 4), ("Australia/Lord_Howe", "Australia/Sydney")),
    (date(2026, 6, 1), ("UTC", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Niue")),
)
"""Dates of clock changes (the last: none), and zones that have them."""

HOURS = (
    ("09:00", "17:00"),
    ("08:30", "12:07"),
    ("00:00", "23:59"),
    ("00:00", "03:00"),
    ("01:30", "02:30"),
    ("02:15", "05:00"),
    ("20:00", "23:45"),
)

RARE_EVENTS: tuple[EventKind, ...] = ("bounced_hard", "unsubscribed", "suppressed")
COMMON_EVENTS: tuple[EventKind, ...] = (
    "opened",
    "opened",
    "clicked",
    "replied",
    "replied",
    "replied",
    "classified",
    "bounced_soft",
)


@cache
def walked(seed: int) -> tuple[Case, list[Trace]]:
    """The case of a seed and what happens in it, kept for the next test that asks."""
    case = random_case(seed)
    return case, trace(case)


def random_case(seed: int) -> Case:
    """The case of a seed: a valid sequence, and a history that fits what the lead was really sent."""
    rng = Random(seed)
    changes, zones = rng.choice(ZONES_BY_CHANGE)
    case = Case(
        seed=seed,
        steps=random_steps(rng),
        window=_window(rng, changes, zones),
        workspace_zone=rng.choice(zones),
        stop_on_reply=rng.random() < 0.7,
        lead_zone=rng.choice((*zones, None, "Mars/Phobos")),
        fields={name: rng.choice(values) for name, values in FIELDS.items() if rng.random() < 0.8},
        entered_at=datetime.combine(changes, time(), UTC),
        until=datetime.combine(changes, time(), UTC) + HORIZON,
    )
    case = replace(case, entered_at=_entry(rng, case, changes))
    office = Office(case)
    for _ in range(rng.choice((0, 1, 2, 3, 4, 6, 8))):
        case = replace(case, events=(*case.events, *_more_events(rng, case, office)))
    return case


def _window(rng: Random, changes: date, zones: tuple[str, ...]) -> WindowJson:
    start, end = rng.choice(HOURS)
    days = DAY_NAMES[:5] if rng.random() < 0.5 else rng.sample(DAY_NAMES, rng.randint(1, 7))
    window = WindowJson(timezone=rng.choice(("lead", "lead", *zones)), days=list(days), start=start, end=end)
    if rng.random() < 0.4:
        near = [changes + timedelta(days=rng.randint(-3, 8)) for _ in range(rng.randint(1, 4))]
        window["exclude_dates"] = sorted({day.isoformat() for day in near})
    if rng.random() < 0.25:
        window["start_date"] = (changes + timedelta(days=rng.randint(-3, 5))).isoformat()
    if rng.random() < 0.25:
        window["end_date"] = (changes + timedelta(days=rng.randint(5, 15))).isoformat()
    return window


def _entry(rng: Random, case: Case, changes: date) -> datetime:
    """Some minute in the days before the change, often the one at which the window opens or shuts."""
    day = changes - timedelta(days=rng.randint(-1, 5))
    clock = rng.choice((case.window["start"], case.window["end"], ""))
    wall = time.fromisoformat(clock) if clock else time(rng.randint(0, 23), rng.randint(0, 59))
    return datetime.combine(day, wall, Office(case).zone).astimezone(UTC)


def _more_events(rng: Random, case: Case, office: Office) -> list[Happening]:
    """An event or two after something that happened; a reply is often followed by its classification."""
    happened = trace(case, office)
    sends = [one for one in happened if one[0] == "send"]
    if not sends or rng.random() < 0.04:
        return [_stray_event(rng, case)]
    sent = rng.choice(sends)
    step, at = sent[1], sent[-1]
    minutes = rng.choice((0, 0, 1, 59, rng.randint(0, 3000)))
    when = at + timedelta(days=rng.choice((0, 1, 2, 3, 7)), minutes=minutes)
    if rng.random() < 0.25:
        when = rng.choice([one[-1] for one in happened if one[-1] >= at])
    if rng.random() < 0.07:
        return [Happening(rng.choice(RARE_EVENTS), when, step)]
    kind = rng.choice(COMMON_EVENTS)
    if kind == "classified":
        return [Happening(kind, when, step, label=rng.choice(LABELS))]
    events = [Happening(kind, when, step, is_auto=kind == "replied" and rng.random() < 0.3)]
    if kind == "replied" and rng.random() < 0.6:
        later = when + timedelta(minutes=rng.choice((0, 1, 5, 1500)))
        events.append(Happening("classified", later, step, label=rng.choice(LABELS)))
    return events


def _stray_event(rng: Random, case: Case) -> Happening:
    """An event of no step, of mail never sent, or from before the lead came."""
    step = rng.choice((None, rng.choice(case.steps)["id"]))
    at = case.entered_at + timedelta(minutes=rng.choice((-5, 0, rng.randint(0, 20_000))))
    label = rng.choice(LABELS)
    kind = rng.choice(ORDER)
    return Happening(kind, at, step, label=label if kind == "classified" else None)
