"""Telling a person once that the server is going to end something the client uses."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from imail_tui.api.exchange import Exchange
from imail_tui.domain.deprecation import Deprecation
from imail_tui.domain.operations import find_operation
from imail_tui.domain.shown import plural
from imail_tui.model.problem import Problem

GATHER_SECONDS: Final = 2.0
"""A server that ends a whole version says so in every answer; that is one notice."""
_NAMED: Final = 3


class Memory(Protocol):
    """Small texts by name that outlive the process."""

    def recall(self, name: str, /) -> str | None:
        """What was remembered."""

    def remember(self, name: str, value: str, /) -> None:
        """Keep it."""


class Deprecations:
    """Notices the headers; each operation is told once for a profile, and again when its end is moved."""

    def __init__(
        self,
        memory: Memory,
        tell: Callable[[Problem], None],
        pinned: str | None,
        gather_seconds: float = GATHER_SECONDS,
    ) -> None:
        """`memory` is the profile's, `pinned` the API version it is pinned to. Lives on an event loop."""
        self._memory = memory
        self._tell = tell
        self._pinned = pinned
        self._gather_seconds = gather_seconds
        self._found: dict[str, Deprecation] = {}
        self._timer: asyncio.TimerHandle | None = None

    def look(self, exchange: Exchange) -> None:
        """Look at an attempt that has ended."""
        told = exchange.deprecation
        if told is None:
            return
        operation = find_operation(exchange.method, exchange.path)
        name = operation.shown if operation else f"{exchange.method} {exchange.path}"
        if name in self._found or self._memory.recall(_key(name)) == _date(told.sunset):
            return
        self._found[name] = told
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._gather_seconds, self._tell_found)

    def close(self) -> None:
        """Tell nothing any more; what was not told yet is told at the next start."""
        if self._timer is not None:
            self._timer.cancel()

    def _tell_found(self) -> None:
        found, self._found, self._timer = self._found, {}, None
        for name, told in found.items():
            self._memory.remember(_key(name), _date(told.sunset))
        self._tell(problem_of(found, self._pinned))


def problem_of(found: dict[str, Deprecation], pinned: str | None) -> Problem:
    """What operations, by name, are going to end, and what to do about it."""
    names = list(found)
    more = f" and {plural(len(names) - _NAMED, 'more operation')}" if len(names) > _NAMED else ""
    listed = f"{', '.join(names[:_NAMED])}{more}"
    sunset = min((each.sunset for each in found.values() if each.sunset), default=None)
    if sunset is not None:
        what = f"imail will switch off {listed} on {_date(sunset)}."
    else:
        what = f"imail is going to end {listed}; it has not said when."
    remedy = "Update imail-tui before then."
    if pinned is not None:
        remedy = f"The profile pins API version {pinned}: try a newer `api_version`, and update imail-tui."
    link = next((each.link for each in found.values() if each.link), "")
    return Problem(what, f"{remedy} See {link}" if link else remedy, code="deprecated")


def _key(name: str) -> str:
    return f"deprecation {name}"


def _date(when: datetime | None) -> str:
    return f"{when:%Y-%m-%d}" if when else "some day"
