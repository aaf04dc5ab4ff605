"""The backstop behind the door for foreign text: the last look at every line before the terminal.

Everything is meant to pass `imail_tui.domain.text` where it is shown. This filter catches what slipped by, in
widgets of Textual's own too. It sees every line that Textual draws, but not titles, notifications to the
desktop or what is printed: those must use the door themselves.
"""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from imail_tui.domain.text import FORBIDDEN


class ForeignTextFilter(LineFilter):
    """Removes control and invisible characters from text, and links; for `App.get_line_filters`.

    Characters without a width are removed, so that the line keeps its length; others become ``�``. A link
    would be written as an escape sequence around an address that may be foreign. Textual's own control
    segments stay.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments, or harmless ones in their place."""
        del background  # for filters that change colours
        if all(_is_harmless(segment) for segment in segments):
            return segments
        return [segment if _is_harmless(segment) else _disarmed(segment) for segment in segments]


def _is_harmless(segment: Segment) -> bool:
    text, style, control = segment
    if control:
        return True
    if style is not None and style.link:
        return False
    return (text.isascii() and text.isprintable()) or FORBIDDEN.search(text) is None


def _disarmed(segment: Segment) -> Segment:
    text, style, _ = segment
    clean = FORBIDDEN.sub(lambda match: "�" * Segment(match[0]).cell_length, text)
    return Segment(clean, style.update_link(None) if style is not None else None)
