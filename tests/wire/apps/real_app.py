"""The app on a server, without polling and without a clock in its status line: bytes that can be counted.

    python -m tests.wire.apps.real_app [--low-bandwidth]

Files are below IMAIL_TUI_HOME; the server and the key come from IMAIL_BASE_URL and IMAIL_API_KEY.
"""

import os
import sys
from pathlib import Path

from imail_tui.model.secret import Secret
from imail_tui.ui.app import ImailApp
from imail_tui.ui.options import UiOptions
from tests.journeys.workspace import session_on


def main() -> None:
    """Run it until it is left."""
    session = session_on(
        os.environ["IMAIL_BASE_URL"],
        Secret(os.environ.pop("IMAIL_API_KEY")),
        Path(os.environ["IMAIL_TUI_HOME"]),
    )
    options = UiOptions(low_bandwidth="--low-bandwidth" in sys.argv, status_seconds=None)
    ImailApp(session, options=options).run()


if __name__ == "__main__":
    main()
