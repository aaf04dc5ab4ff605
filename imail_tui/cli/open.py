"""Opening the terminal app: on the workspace of a profile, or on the screen that takes a key."""

import gc
import os
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from imail_tui.cli.connection import Connection
from imail_tui.cli.exits import Exit, tell
from imail_tui.model.problem import Problem

if TYPE_CHECKING:
    from imail_tui.services.onboarding import Onboarding
    from imail_tui.services.session import Session
    from imail_tui.services.workspaces import Workspaces


def open_workspace_app(connection: Connection, *, low_bandwidth: bool = False) -> int:
    """Run the app until the person leaves; gives the exit code."""
    from imail_tui.services.opening import NotOpened, find_start, open_found, way_in
    from imail_tui.services.workspaces import Workspaces

    unfit = unfit_terminal()
    if unfit is not None:
        return tell(unfit)
    try:
        start = find_start(os.environ, connection.profile, connection.base_url)
    except NotOpened as error:
        return tell(error.problem)
    theme, keymap, workspaces = start.settings.theme, start.settings.keys, Workspaces(start)
    if start.found_key is not None:
        session = open_found(start)
        return run_app(session, None, workspaces, low_bandwidth=low_bandwidth, theme=theme, keymap=keymap)
    return run_app(None, way_in(start), workspaces, low_bandwidth=low_bandwidth, theme=theme, keymap=keymap)


def run_app(
    session: "Session | None",
    onboarding: "Onboarding[Session] | None" = None,
    workspaces: "Workspaces | None" = None,
    *,
    low_bandwidth: bool,
    theme: str | None = None,
    keymap: Mapping[str, str] = MappingProxyType({}),
) -> int:
    """Run the app over a session or a way to get one, which it closes; gives the exit code."""
    from imail_tui.ui.app import ImailApp
    from imail_tui.ui.options import UiOptions

    options = UiOptions(
        theme=theme,
        keymap=keymap,
        low_bandwidth=low_bandwidth or "SSH_CONNECTION" in os.environ,
        no_color="NO_COLOR" in os.environ,
    )
    app = ImailApp(session, onboarding=onboarding, workspaces=workspaces, options=options)
    # What is loaded by now stays for good: the collector need not look at it again.
    gc.freeze()
    gc.enable()
    app.run()
    return app.return_code or Exit.OK


def unfit_terminal() -> Problem | None:
    """Why the app cannot be shown here, None when it can."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        what, remedy = "This is not a terminal.", "Use a command such as `imail-tui inboxes list` in scripts."
    elif os.environ.get("TERM", "dumb") == "dumb":
        what, remedy = "This terminal cannot move its cursor (TERM=dumb).", "Set TERM, for instance to xterm."
    else:
        return None
    return Problem(what, remedy, code="unfit_terminal")
