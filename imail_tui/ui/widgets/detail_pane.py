"""The page beside or instead of a list."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message

from imail_tui.ui.widgets.safe_static import SafeStatic


class DetailPane(VerticalScroll):
    """Scrolls a page of text with the keys of a list."""

    DEFAULT_CSS = """
    DetailPane { padding: 0 1; scrollbar-size-vertical: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "down", show=False, id="detail.down"),
        Binding("k", "scroll_up", "up", show=False, id="detail.up"),
        Binding("g", "scroll_home", "to the top", show=False, id="detail.top"),
        Binding("G", "scroll_end", "to the end", show=False, id="detail.end"),
        Binding("enter", "enter", "go on from here", show=False, id="detail.enter"),
        Binding("space", "page_down", "page down", show=False, id="detail.page-down"),
    ]

    class Entered(Message):
        """Enter was pressed on the page."""

    def compose(self) -> ComposeResult:
        """The page."""
        yield SafeStatic(id="page")

    def show(self, page: Content) -> None:
        """Show another page; the same page again costs nothing."""
        self.query_one("#page", SafeStatic).update(page)

    def action_enter(self) -> None:
        """Tell the screen."""
        self.post_message(self.Entered())
