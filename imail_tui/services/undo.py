"""Undo: what was done and can be taken back, the latest first."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

KEPT = 20
"""Acts that are remembered."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done. `inverse` takes it back and says in a sentence what became of that.

    Titles may hold foreign text. `inverse` may raise an error that carries a Problem.
    """

    title: str
    inverse: Callable[[], Awaitable[str]]


class UndoList:
    """Acts of this run. What cannot be taken back is never put here, so it is never promised."""

    def __init__(self) -> None:
        self._acts: list[Act] = []

    @property
    def titles(self) -> tuple[str, ...]:
        """What can be taken back, the latest first."""
        return tuple(act.title for act in reversed(self._acts))

    def add(self, act: Act) -> None:
        """Remember an act; the oldest is forgotten when there are too many."""
        self._acts.append(act)
        del self._acts[:-KEPT]

    async def undo(self) -> str | None:
        """Take the latest act back; None when there is none. One that fails can be tried again."""
        if not self._acts:
            return None
        act = self._acts.pop()
        try:
            return await act.inverse()
        except BaseException:
            self._acts.append(act)
            raise
