"""The piles above the list: their names and counts, the one on show reversed."""

from collections.abc import Mapping, Sequence

from textual.content import Content
from textual.message import Message

from imail_tui.domain.shown import count
from imail_tui.domain.text import cell_width, clip, one_line
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

_TITLE_CELLS = 18


class ViewsBar(SafeStatic):
    """One line of tabs; where not all fit, those around the one on show."""

    DEFAULT_CSS = """
    ViewsBar { height: 1; padding: 0 1; }
    """

    class Picked(Message):
        """A tab was clicked."""

        def __init__(self, view_id: str) -> None:
            super().__init__()
            self.view_id = view_id

    def __init__(self) -> None:
        super().__init__(id="views")
        self._tabs: list[tuple[str, str]] = []
        self._places: list[tuple[int, int, str]] = []
        self._current = ""

    def show(self, titles: Sequence[tuple[str, str]], counts: Mapping[str, int], current: str) -> None:
        """Views by id and title (foreign text), how many each has (none known: no number), which is shown."""
        self._tabs = [(view_id, _tab(title, counts.get(view_id))) for view_id, title in titles]
        self._current = current
        self._draw()

    def on_resize(self) -> None:
        """Fit the tabs to the width."""
        self._draw()

    def on_click(self, event: object) -> None:
        """Go to the tab under the pointer."""
        x = getattr(event, "x", -1) - self.styles.padding.left
        for start, end, view_id in self._places:
            if start <= x < end:
                self.post_message(self.Picked(view_id))

    def _draw(self) -> None:
        width = self.size.width or 78
        first, last = _shown([cell_width(text) for _, text in self._tabs], self._place(), width - 4)
        pieces: list[str | tuple[str, str]] = [("‹ " if first else "", "$text-muted")]
        x = 2 if first else 0
        self._places = []
        for view_id, text in self._tabs[first:last]:
            style = "reverse bold" if view_id == self._current else "$text-muted"
            pieces += [(text, style), " "]
            self._places.append((x, x + cell_width(text), view_id))
            x += cell_width(text) + 1
        pieces.append(("›" if last < len(self._tabs) else "", "$text-muted"))
        self.update(Content() if not self._tabs else styled(*pieces))

    def _place(self) -> int:
        return next((at for at, (view_id, _) in enumerate(self._tabs) if view_id == self._current), 0)


def _tab(title: str, number: int | None) -> str:
    named = clip(one_line(title), _TITLE_CELLS)
    return f" {named} " if number is None else f" {named} {count(number)} "


def _shown(widths: Sequence[int], current: int, room: int) -> tuple[int, int]:
    """The tabs that fit, by first and behind last; the current one is always among them."""
    if not widths:
        return 0, 0
    first = 0
    while first < current and sum(widths[first : current + 1]) + current - first > room:
        first += 1
    last = current + 1
    while last < len(widths) and sum(widths[first : last + 1]) + last - first <= room:
        last += 1
    return first, last
