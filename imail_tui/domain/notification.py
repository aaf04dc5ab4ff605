"""A notification that the terminal itself shows: OSC 9, as iTerm2, kitty, WezTerm and foot know it."""

from typing import Final

from imail_tui.domain.text import one_line

_MOST: Final = 200
"""Characters; some terminals drop longer ones in silence."""


def notification(text: str, *, in_tmux: bool) -> str:
    """The sequence for a text, which may be foreign. tmux passes it through where that is allowed."""
    sequence = f"\x1b]9;{one_line(text, _MOST)}\x07"
    if not in_tmux:
        return sequence
    return f"\x1bPtmux;{sequence.replace(chr(0x1B), chr(0x1B) * 2)}\x1b\\"
