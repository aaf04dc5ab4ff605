"""The service-wide numbers imail publishes, and how they were before: a reading for each time they changed.

They need no key and cost no token. The server is asked again only when its last answer is no longer fresh.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

import orjson
from pydantic import JsonValue, ValidationError

from imail_tui.api.client import ImailClient
from imail_tui.domain.budget import Priority
from imail_tui.model.analytics import PublicMetrics
from imail_tui.model.record import Json
from imail_tui.services.signals import Signal
from imail_tui.services.workbench import Workbench
from imail_tui.store.analytics_days import AnalyticsDays

LEAST_PAUSE: Final = 5.0
"""Seconds between two questions to a server that lets nothing be kept."""
MOST_READINGS: Final = 2_000
"""A week of one every five minutes."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The numbers at a moment (epoch seconds here). Those the program does not know stand by their key."""

    at: float
    metrics: PublicMetrics

    def numbers(self) -> tuple[tuple[str, float | None], ...]:
        """Each number by its key: those imail documents first, then whatever else is a number."""
        known = [
            (name, getattr(self.metrics, name))
            for name in type(self.metrics).model_fields
            if name != "updated_at"
        ]
        extra = [(key, value) for key, value in (self.metrics.model_extra or {}).items() if _is_number(value)]
        return (*known, *extra)


class PublicNumbers:
    """Reads and keeps them."""

    def __init__(self, bench: Workbench, days: AnalyticsDays) -> None:
        self._bench = bench
        self._days = days
        self.changed: Signal[Reading] = Signal()
        """A reading that differs from the one before."""

    async def fetch(self, *, urgent: bool = False) -> Reading:
        """The numbers as they are now, or were when the server's answer was made. Raises `ApiError`."""
        priority = Priority.INTERACTIVE if urgent else Priority.BACKGROUND
        metrics = await self._bench.ask(lambda client: client.metrics.get(), priority)
        last = await asyncio.to_thread(self.latest)
        if last is not None and last.metrics.wire() == metrics.wire():
            return last
        reading = Reading(self._bench.wall(), metrics)
        body = orjson.dumps(metrics.wire())
        await asyncio.to_thread(self._days.add_reading, reading.at, body, MOST_READINGS)
        self.changed.emit(reading)
        return reading

    async def until_stale(self) -> None:
        """Wait until asking again may give other numbers."""
        fresh = await self._bench.ask(_freshness, Priority.BACKGROUND)
        await asyncio.sleep(max(LEAST_PAUSE, fresh))

    def latest(self) -> Reading | None:
        """The last reading that was kept."""
        history = self.history()
        return history[-1] if history else None

    def history(self, since: float = 0.0) -> tuple[Reading, ...]:
        """Readings from a moment on, oldest first. Sends nothing."""
        found = ((at, _read(body)) for at, body in self._days.readings(since))
        return tuple(Reading(at, metrics) for at, metrics in found if metrics is not None)


async def _freshness(client: ImailClient) -> float:
    return client.metrics.fresh_for()


def _read(body: bytes) -> PublicMetrics | None:
    try:
        wire: Json = orjson.loads(body)
        return PublicMetrics.model_validate(wire)
    except (ValueError, ValidationError):
        return None


def _is_number(value: JsonValue | object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
