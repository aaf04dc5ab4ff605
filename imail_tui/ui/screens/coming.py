"""What stands in the place of an area that this version does not have."""

from textual.app import ComposeResult

from imail_tui.ui.areas import Area
from imail_tui.ui.options import UiOptions
from imail_tui.ui.ports import FrameSession
from imail_tui.ui.screens.base import AreaScreen
from imail_tui.ui.widgets.safe_static import SafeStatic


class ComingScreen(AreaScreen):
    """Says plainly that there is nothing here yet."""

    def __init__(self, area: Area, session: FrameSession, options: UiOptions | None = None) -> None:
        super().__init__(session, options)
        self._area = area

    @property
    def area(self) -> Area:
        """The area it stands for."""
        return self._area

    def compose_body(self) -> ComposeResult:
        """One sentence."""
        yield SafeStatic(f"  {self._area.title} comes in a later version.")
