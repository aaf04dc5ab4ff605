"""The choice of where a key is kept, as a line that says what f3 changes."""

from typing import Final

from textual.content import Content

from imail_tui.model.keeping import Keeping
from imail_tui.ui.widgets.safe_static import styled

CHOICES: Final = (Keeping.NOT, Keeping.KEYRING, Keeping.FILE)
"""In the order f3 goes through. A file holds the key as it is, so nobody gets one without choosing it."""

_PROMISES: Final = {
    Keeping.NOT: ("[ ]", "used only now, not kept"),
    Keeping.KEYRING: ("[x]", "kept in this machine's keyring"),
    Keeping.FILE: ("[x]", "kept in a file that only you can read"),
}


def next_choice(keeping: Keeping) -> Keeping:
    """What f3 changes it to. `keeping` is one of CHOICES."""
    return CHOICES[(CHOICES.index(keeping) + 1) % len(CHOICES)]


def promise(keeping: Keeping) -> Content:
    """What will become of the key. `keeping` is one of CHOICES."""
    sign, words = _PROMISES[keeping]
    return styled(("f3", "bold"), f"  {sign} the key is {words}")
