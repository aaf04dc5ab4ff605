"""The real program with a mistake of ours in it: it fails in the middle of work, with the key in its hands.

    python -m tests.wire.apps.crashing_app

The key is in a local variable, in the error's words and in its notes.
"""

import os
from unittest.mock import patch

from imail_tui.__main__ import main
from imail_tui.services.session import Session


async def connect(session: Session) -> None:
    """Fails instead of connecting."""
    key = _KEY
    error = KeyError(f"there is no {key} in {session!r}")
    error.add_note(f"Authorization: Bearer {key}")
    raise error


_KEY = os.environ.get("IMAIL_API_KEY", "")

if __name__ == "__main__":
    assert _KEY, "there must be a key to give away"
    with patch.object(Session, "connect", connect):
        main()
