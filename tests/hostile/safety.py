"""What must hold of everything that goes to the terminal."""

from collections.abc import Iterator

from rich.segment import Segment
from textual.pilot import Pilot

from imail_tui.ui.widgets.safe_static import SafeStatic
from tests.hostile.corpus import FORBIDDEN


def segments(pilot: Pilot[None]) -> Iterator[Segment]:
    """What goes to the terminal."""
    for strip in pilot.app.screen._compositor.render_strips():
        yield from strip


def assert_safe(pilot: Pilot[None]) -> None:
    """Nothing on the screen acts; nothing of a page that is scrolled out of it would."""
    for text, style, control in segments(pilot):
        assert not control
        assert not FORBIDDEN.search(text), repr(text)
        assert style is None or not style.link, style
        assert style is None or "@click" not in style.meta, style.meta
    for static in pilot.app.screen.query(SafeStatic):
        assert not FORBIDDEN.search(static.text.replace("\n", "")), repr(static.text)
