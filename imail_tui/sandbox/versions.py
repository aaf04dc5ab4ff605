"""Dated snapshots of the API and what came with each (imail's changelog)."""

from typing import Literal, get_args

SNAPSHOTS = ("2026-03-01", "2026-03-10", "2026-04-22", "2026-05-10")
"""Dates `Imail-Version` may name: the changelog's, and the one in the documentation's own example."""

LATEST = SNAPSHOTS[-1]

OPERATIONS_SINCE = {("POST", "/v1/leads/bulk"): "2026-04-22"}
EVENT_TYPES_SINCE = {"email.bounced.soft": "2026-05-10", "warmup.threshold_paused": "2026-05-10"}

EventType = Literal[
    "email.sent",
    "email.delivered",
    "email.opened",
    "email.clicked",
    "email.bounced.hard",
    "email.bounced.soft",
    "reply.received",
    "reply.classified",
    "warmup.threshold_paused",
    "inbox.disconnected",
    "inbox.reconnected",
]
EVENT_TYPES: tuple[str, ...] = get_args(EventType)
"""Types of events, as imail documents them."""


def has_operation(version: str, method: str, path: str) -> bool:
    """Whether a snapshot knows an operation."""
    return OPERATIONS_SINCE.get((method, path), "") <= version


def event_types_of(version: str) -> tuple[str, ...]:
    """The event types a snapshot knows."""
    return tuple(type_ for type_ in EVENT_TYPES if EVENT_TYPES_SINCE.get(type_, "") <= version)
