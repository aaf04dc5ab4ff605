"""The line at the bottom of every screen."""

from typing import Final

from textual.content import Content

from imail_tui.domain.status_text import SEPARATOR, Role, status_line
from imail_tui.model.status import Status
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

_STYLES: Final[dict[Role, str]] = {
    "": "",
    "live": "bold reverse $text-warning",
    "test": "$text-muted",
    "watch": "$text-warning",
    "stop": "bold $text-error",
    "muted": "$text-muted",
}


class StatusLine(SafeStatic):
    """Shows a `Status`. Painted again only when its words change."""

    DEFAULT_CSS = """
    StatusLine { height: 1; width: 1fr; padding: 0 1; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._status = Status()
        self._age: float | None = None

    def show(self, status: Status, age: float | None) -> None:
        """Show a status and the age in seconds of the data on screen."""
        self._status, self._age = status, age
        self._fill()

    def on_resize(self) -> None:
        """Fit the words to the new width."""
        self._fill()

    def _fill(self) -> None:
        width = self.content_size.width
        if width:
            pieces = status_line(self._status, self._age, width)
            parts = [styled((piece.text, _STYLES[piece.role])) for piece in pieces]
            self.update(Content(SEPARATOR).join(parts))
