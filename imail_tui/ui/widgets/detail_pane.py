"""The page beside or instead of a list."""

from typing import ClassVar, Final

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip
from textual.visual import Visual

from imail_tui.ui.widgets.diffed_lines import DiffedLines
from imail_tui.ui.widgets.safe_static import safe_content
from imail_tui.ui.widgets.table_lines import TRACK

_WHEEL_LINES: Final = 3


class DetailPane(DiffedLines, can_focus=True):
    """Scrolls a page of text with the keys of a list.

    It scrolls by itself rather than in a container: another page, however long, is no new layout, and only
    the cells that differ from the page before are painted. Its last column shows how far down it is.
    """

    ALLOW_SELECT = True
    LOOK_PREFIX = "detail-pane--"

    DEFAULT_CSS = """
    DetailPane {
        height: 1fr;
        width: 1fr;
        padding: 0 0 0 1;
        .detail-pane--track { color: $text-muted; }
    }
    DetailPane:ansi .detail-pane--track { color: ansi_default; }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"detail-pane--track"}

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_lines(1)", "down", show=False, id="detail.down"),
        Binding("up,k", "scroll_lines(-1)", "up", show=False, id="detail.up"),
        Binding("home,g", "top", "to the top", show=False, id="detail.top"),
        Binding("end,G", "bottom", "to the end", show=False, id="detail.end"),
        Binding("enter", "enter", "go on from here", show=False, id="detail.enter"),
        Binding("pagedown,space", "pages(1)", "page down", show=False, id="detail.page-down"),
        Binding("pageup", "pages(-1)", "page up", show=False, id="detail.page-up"),
    ]

    class Entered(Message):
        """Enter was pressed on the page."""

    def __init__(self, *, id: str | None = None, classes: str | None = None, enters: bool = False) -> None:
        """`enters`: enter goes on from the page; otherwise the key is left to what is around it."""
        super().__init__(id=id, classes=classes)
        self._enters = enters
        self._content = Content()
        self._wrapped: list[Strip] | None = None
        self._wrapped_width = 0
        self._top = 0

    @property
    def text(self) -> str:
        """The whole page, without styles."""
        return self._content.plain

    @property
    def text_width(self) -> int:
        """Cells a line of the page has, 0 while the pane is not laid out."""
        return max(0, self.size.width - 1)

    def show(self, page: Content) -> None:
        """Show another page; the same page again costs nothing."""
        content = safe_content(page)
        if not content.is_same(self._content):
            self._content = content
            self._wrapped = None
            self.repaint()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key is taken."""
        del parameters
        return self._enters if action == "enter" else True

    def action_enter(self) -> None:
        """Tell the screen."""
        self.post_message(self.Entered())

    def action_top(self) -> None:
        """Go to the first line."""
        self._go(0)

    def action_bottom(self) -> None:
        """Go to the last line."""
        self._go(len(self._lines_of(self.text_width)))

    def action_scroll_lines(self, lines: int) -> None:
        """Go some lines down or up."""
        self._go(self._top + lines)

    def action_pages(self, pages: int) -> None:
        """Go a window down or up; one line of it stays."""
        self._go(self._top + pages * max(1, self.size.height - 1))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Go some lines down."""
        event.stop()
        self.action_scroll_lines(_WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Go some lines up."""
        event.stop()
        self.action_scroll_lines(-_WHEEL_LINES)

    def notify_style_update(self) -> None:
        """Wrap again: the lines carry the colours of before."""
        self._wrapped = None
        super().notify_style_update()

    def selection_updated(self, selection: Selection | None) -> None:
        """Show what is selected with the pointer."""
        super().selection_updated(selection)
        self._wrapped = None
        self.repaint()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text."""
        return selection.extract(self._content.plain), "\n"

    def build_lines(self, width: int, height: int) -> list[Strip]:
        """The lines in sight, without the marks of where in the text they stand: those are not painted."""
        self._top = self._settled(self._top)
        return [_unmarked(self._line(line, width)) for line in range(height)]

    def render_line(self, y: int) -> Strip:
        """One line with those marks, by which a pointer selects text."""
        if y >= self.size.height or not self.text_width:
            return super().render_line(y)
        return self._line(y, self.size.width)

    def _line(self, line: int, width: int) -> Strip:
        lines = self._lines_of(width - 1)
        hidden, height = len(lines) - self.size.height, self.size.height
        place = self._top + line
        shown = lines[place] if place < len(lines) else Strip([])
        tracked = hidden > 0 and round(self._top / hidden * (height - 1)) == line
        end = Segment(TRACK, self.look("track")) if tracked else Segment(" ", self.look(""))
        return Strip([*shown.adjust_cell_length(width - 1, self.look("")), end], width)

    def _lines_of(self, width: int) -> list[Strip]:
        if self._wrapped is None or self._wrapped_width != width:
            self._wrapped = Visual.to_strips(self, self._content, width, None, self.visual_style)
            self._wrapped_width = width
        return self._wrapped

    def _settled(self, top: int) -> int:
        return max(0, min(top, len(self._lines_of(self.text_width)) - self.size.height))

    def _go(self, top: int) -> None:
        top = self._settled(top)
        if top != self._top:
            self._top = top
            self.repaint()


def _unmarked(strip: Strip) -> Strip:
    """The strip as it is painted: neighbours that look the same are one."""
    return Strip(
        [Segment(text, style and style.clear_meta_and_links()) for text, style, _ in strip], strip.cell_length
    ).simplify()
