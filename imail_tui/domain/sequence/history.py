"""Undo and redo without limit, as snapshots: edits share what they do not change."""

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class History(Generic[T]):
    """What was, what is, and what was undone (the next to redo last)."""

    present: T
    past: tuple[T, ...] = ()
    future: tuple[T, ...] = ()

    def did(self, present: T) -> "History[T]":
        """After an edit; what was undone before is gone. One that changes nothing is none."""
        return self if present == self.present else History(present, (*self.past, self.present))

    def amended(self, present: T) -> "History[T]":
        """The last edit went on: it and this are undone as one."""
        return replace(self, present=present, future=()) if self.past else self.did(present)

    def undone(self) -> "History[T]":
        """One edit back; the same when there is none."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (*self.future, self.present))

    def redone(self) -> "History[T]":
        """One undone edit again; the same when there is none."""
        if not self.future:
            return self
        return replace(
            self, present=self.future[-1], past=(*self.past, self.present), future=self.future[:-1]
        )
