"""How things stand: what the status line shows, told whenever it differs from before."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from imail_tui.domain.filters import parse_filter
from imail_tui.domain.replies.views import unread_text
from imail_tui.model.status import Status
from imail_tui.services.access import Access
from imail_tui.services.collections import Collection
from imail_tui.services.signals import Signal
from imail_tui.services.workbench import Workbench

_UNREAD = parse_filter(unread_text())
_DISCONNECTED = parse_filter("status:disconnected")


class Standing:
    """The status of one session. `collections` are what the age of the data is told by."""

    def __init__(self, bench: Workbench, access: Access, collections: Sequence[Collection[Any]]) -> None:
        self._bench = bench
        self._access = access
        self._collections = collections
        self._base = Status(mode=bench.mode)
        self._told: Status | None = None
        self.changed: Signal[Status] = Signal()
        """The status, whenever it differs from before. `data_age` alone does not count as different."""

    @property
    def now(self) -> Status:
        """How things stand now."""
        return replace(self._current(), data_age=self._data_age())

    def note(self, **changes: Any) -> None:
        """Put facts into the status; nothing is told before `tell`."""
        self._base = replace(self._base, **changes)

    def tell(self) -> None:
        """Tell the status if it differs from what was told."""
        status = self._current()
        if status != self._told:
            self._told = status
            self.changed.emit(self.now)

    def recount(self) -> None:
        """Count what the status tells; only when rows changed, because it reads them all."""
        cache = self._bench.cache
        has_replies, has_inboxes = (cache.fetched_at(kind) is not None for kind in ("replies", "inboxes"))
        self.note(
            unread=cache.count("conversations", _UNREAD) if has_replies else None,
            disconnected=cache.count("inboxes", _DISCONNECTED) if has_inboxes else None,
        )
        self.tell()

    def _current(self) -> Status:
        line = self._bench.line
        budget = self._access.budget(line.secret)
        return replace(self._base, link=line.link, problem=line.problem, budget=budget)

    def _data_age(self) -> float | None:
        """Seconds since anything was last fetched."""
        ages = [age for collection in self._collections if (age := collection.age()) is not None]
        return min(ages, default=None)
