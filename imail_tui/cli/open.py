"""Opening the terminal app: on the workspace of a profile, or on the screen that takes a key."""

import gc
import os
import sys
from typing import TYPE_CHECKING

from imail_tui.cli.connection import Connection
from imail_tui.cli.exits import Exit, tell
from imail_tui.model.problem import Problem

if TYPE_CHECKING:
    from imail_tui.services.live_settings import SettingsWatch
    from imail_tui.services.onboarding import Onboarding
    from imail_tui.services.session import Session
    from imail_tui.services.tour_note import TourNote
    from imail_tui.services.workspaces import Workspaces


def open_workspace_app(connection: Connection, *, low_bandwidth: bool = False) -> int:
    """Run the app until the person leaves; gives the exit code."""
    from imail_tui.services.live_settings import SettingsWatch
    from imail_tui.services.opening import NotOpened, find_start, open_found, way_in
    from imail_tui.services.workspaces import Workspaces

    unfit = unfit_terminal()
    if unfit is not None:
        return tell(unfit)
    try:
        start = find_start(os.environ, connection.profile, connection.base_url)
    except NotOpened as error:
        return tell(error.problem)
    settings = SettingsWatch(start.paths, start.settings, start.profile.name)
    # An option that is not given leaves it to the settings, and these to the line.
    low = True if low_bandwidth else start.settings.low_bandwidth
    if start.found_key is not None:
        return run_app(open_found(start), None, Workspaces(start), low_bandwidth=low, settings=settings)
    return run_app(None, way_in(start), Workspaces(start), low_bandwidth=low, settings=settings)


def run_app(
    session: "Session | None",
    onboarding: "Onboarding[Session] | None" = None,
    workspaces: "Workspaces | None" = None,
    *,
    low_bandwidth: bool | None,
    settings: "SettingsWatch | None" = None,
    tour: "TourNote | None" = None,
) -> int:
    """Run the app over a session or a way to get one, which it closes; gives the exit code.

    `low_bandwidth` None: over SSH only.
    """
    from imail_tui.ui.app import ImailApp
    from imail_tui.ui.options import UiOptions

    options = UiOptions(
        theme=None if settings is None else settings.now.theme,
        keymap={} if settings is None else settings.now.keys,
        settings=settings,
        tour=tour,
        low_bandwidth="SSH_CONNECTION" in os.environ if low_bandwidth is None else low_bandwidth,
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
