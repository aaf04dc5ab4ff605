"""Undo: what was done, what of it can be taken back, and what cannot."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from imail_tui.model.acts import Done
from imail_tui.services.signals import Signal

KEPT = 50
"""Acts that are remembered."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done. `inverse` takes it back and says in a sentence what became of that.

    It must leave alone what was changed elsewhere since, and say so. Titles may hold foreign text. `inverse`
    may raise an error that carries a Problem; then the act stays and can be tried again.
    """

    title: str
    inverse: Callable[[], Awaitable[str]]


class UndoList:
    """Acts of this run on one workspace. What cannot be taken back is listed as such, never promised."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """`now` is world time."""
        self._now = now
        self._entries: list[tuple[Done, Act | None]] = []
        self._number = 0
        self.changed: Signal[int] = Signal()
        """Told with the number of acts that can be taken back."""

    @property
    def titles(self) -> tuple[str, ...]:
        """What can be taken back, the latest first."""
        return tuple(done.title for done, act in reversed(self._entries) if act is not None)

    @property
    def entries(self) -> tuple[Done, ...]:
        """All that was done, the latest first."""
        return tuple(done for done, _ in reversed(self._entries))

    def add(self, act: Act) -> None:
        """Remember an act; the oldest is forgotten when there are too many."""
        self._keep(act.title, act)

    def note(self, title: str, why_not: str) -> None:
        """List something that cannot be taken back, and why."""
        self._keep(title, None, why_not)

    def clear(self) -> None:
        """Forget everything: it was done in another workspace."""
        self._entries.clear()
        self._tell()

    async def undo(self, entry_id: str | None = None) -> str | None:
        """Take an act back, the latest unless told which; None when there is none.

        While that is under way it cannot be taken back a second time. One that fails can be tried again.
        """
        place = next(
            (place for place in self._back() if entry_id in (None, self._entries[place][0].id)), None
        )
        if place is None:
            return None
        entry = self._entries.pop(place)
        self._tell()
        assert entry[1] is not None, "only such places are looked at"
        try:
            return await entry[1].inverse()
        except BaseException:
            self._entries.append(entry)
            self._entries.sort(key=lambda each: int(each[0].id))
            self._tell()
            raise

    def _back(self) -> list[int]:
        """Places of what can be taken back, the latest first."""
        places = range(len(self._entries) - 1, -1, -1)
        return [place for place in places if self._entries[place][1] is not None]

    def _keep(self, title: str, act: Act | None, why_not: str = "") -> None:
        self._number += 1
        self._entries.append((Done(str(self._number), title, self._now(), why_not), act))
        del self._entries[:-KEPT]
        self._tell()

    def _tell(self) -> None:
        self.changed.emit(len(self._back()))
