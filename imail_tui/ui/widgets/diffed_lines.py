"""A widget of ready lines that repaints only those that changed.

Textual repaints regions and never compares frames. So the widget keeps the lines it last showed and asks for
a repaint of those that differ; where nothing differs, nothing is written to the terminal.
"""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class DiffedLines(Widget):
    """Base of widgets that build all their visible lines as strips.

    Its looks are component classes that share `LOOK_PREFIX`.
    """

    ALLOW_SELECT = False
    LOOK_PREFIX: ClassVar[str]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: list[Strip] = []
        self._looks: dict[str, Style] = {}

    def build_lines(self, width: int, height: int) -> list[Strip]:
        """At most `height` lines of exactly `width` cells; both are at least 1."""
        raise NotImplementedError

    def repaint(self) -> None:
        """Build the lines and ask for a repaint of those that are not what the terminal shows."""
        width, height = self.size
        if not width or not height:
            return
        fresh = self.build_lines(width, height)[:height]
        fresh.extend([Strip.blank(width, self.look(""))] * (height - len(fresh)))
        shown, self._lines = self._lines, fresh
        stale = [
            _difference(shown[y] if y < len(shown) else None, line, y, width)
            for y, line in enumerate(fresh)
            if y >= len(shown) or line != shown[y]
        ]
        if stale:
            self.refresh(*stale)

    def look(self, name: str) -> Style:
        """The style of a component class, named without the prefix; "" is the widget's own."""
        style = self._looks.get(name)
        if style is None:
            style = self.get_component_rich_style(self.LOOK_PREFIX + name) if name else self.rich_style
            self._looks[name] = style
        return style

    def render_line(self, y: int) -> Strip:
        """One line as it was last built."""
        return self._lines[y] if y < len(self._lines) else Strip.blank(self.size.width, self.look(""))

    def notify_style_update(self) -> None:
        """Build the lines again in the new colours."""
        super().notify_style_update()
        self._looks.clear()
        self.repaint()

    def on_resize(self) -> None:
        """Build the lines for the new size."""
        self.repaint()


def _difference(shown: Strip | None, fresh: Strip, y: int, width: int) -> Region:
    """The cells between what both lines begin and end with."""
    if shown is None or shown.cell_length != fresh.cell_length:
        return Region(0, y, width, 1)
    before, after = list(shown), list(fresh)
    left = right = 0
    while before and after and before[0] == after[0]:
        left += after.pop(0).cell_length
        before.pop(0)
    while before and after and before[-1] == after[-1]:
        right += after.pop().cell_length
        before.pop()
    if before and after:
        first = _common(before[0], after[0], 1)
        before[0], after[0] = _without(before[0], first), _without(after[0], first)
        left += first
        right += _common(before[-1], after[-1], -1)
    return Region(left, y, max(1, width - left - right), 1)


def _common(shown: Segment, fresh: Segment, step: int) -> int:
    """Cells that two segments begin (step 1) or end (-1) with alike; only letters that are one cell each."""
    if shown.style != fresh.style:
        return 0
    alike = 0
    for ours, theirs in zip(shown.text[::step], fresh.text[::step], strict=False):
        if ours != theirs or not ours.isascii():
            break
        alike += 1
    # What follows may belong to the letter before it, such as an accent.
    return max(0, alike - 1) if step > 0 else alike


def _without(segment: Segment, cells: int) -> Segment:
    return Segment(segment.text[cells:], segment.style)
