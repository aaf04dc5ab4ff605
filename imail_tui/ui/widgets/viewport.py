"""Which rows of a long list are on screen, and where the cursor stands: plain arithmetic."""

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class Viewport:
    """A window of `height` lines over `total` rows, its first row `top`, the cursor on row `cursor`."""

    total: int = 0
    height: int = 0
    cursor: int = 0
    top: int = 0

    def moved_to(self, row: int) -> Self:
        """The cursor on `row`, or on the nearest row there is.

        Past an edge the window moves a quarter of its height on: such a move repaints every line, which is
        better done once in several steps than at each.
        """
        cursor = max(0, min(row, self.total - 1))
        # A table that is hidden has no lines, and its cursor is still on a row.
        height = max(1, self.height)
        jump = height // 4
        if cursor < self.top:
            return replace(self, cursor=cursor, top=self._clamped(cursor - jump))
        if cursor >= self.top + height:
            return replace(self, cursor=cursor, top=self._clamped(cursor - height + 1 + jump))
        return replace(self, cursor=cursor)

    def paged(self, pages: int) -> Self:
        """The window and the cursor moved by whole windows, the cursor on the same line of the screen."""
        step = pages * max(1, self.height - 1)
        top = self._clamped(self.top + step)
        moved = replace(self, top=top)
        return moved.moved_to(self.cursor + (step if top == self.top else top - self.top))

    def settled(self, total: int, cursor: int) -> Self:
        """After rows came or went: `cursor` is the row's new place, shown on the line where it was."""
        cursor = max(0, min(cursor, total - 1))
        settled = replace(self, total=total, cursor=cursor)
        return replace(settled, top=settled._clamped(self.top + cursor - self.cursor)).moved_to(cursor)

    def resized(self, height: int) -> Self:
        """The same rows in a window of another height, the cursor still inside."""
        resized = replace(self, height=height)
        return replace(resized, top=resized._clamped(self.top)).moved_to(self.cursor)

    @property
    def track_line(self) -> int | None:
        """The line that shows how far down the window is, or None if everything is visible."""
        hidden = self.total - self.height
        if hidden <= 0 or self.height <= 0:
            return None
        return round(self.top / hidden * (self.height - 1))

    def _clamped(self, top: int) -> int:
        return max(0, min(top, self.total - self.height))
