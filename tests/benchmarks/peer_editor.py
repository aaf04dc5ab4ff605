"""The smallest Textual app that one can write in: what typing in the builder is measured against."""

from textual.app import App, ComposeResult
from textual.widgets import TextArea


class PeerEditor(App[None]):
    """One text area."""

    def compose(self) -> ComposeResult:
        """It, without a blinking cursor."""
        area = TextArea()
        area.cursor_blink = False
        yield area


if __name__ == "__main__":
    PeerEditor().run()
