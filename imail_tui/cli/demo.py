"""`imail-tui demo`: a sandbox as a child process, the app on it, and both gone afterwards."""

import os
import sys
from datetime import UTC, datetime

from imail_tui.cli.exits import tell
from imail_tui.cli.options import Flag


def demo(
    *,
    speed: float = 60.0,
    seed: int = 1,
    low_bandwidth: Flag = False,
    tour: bool | None = None,
) -> int:
    """Open the app on a made-up workspace that lives while you watch. Nothing leaves this machine.

    For example:
      imail-tui demo --speed 600

    Parameters
    ----------
    speed
        World seconds per real second.
    seed
        Another seed makes another workspace.
    low_bandwidth
        Sixteen colours and no motion; chosen by itself over SSH.
    tour
        Begin with the guided tour, or not; without it only the first time.
    """
    from imail_tui.cli.open import run_app, unfit_terminal
    from imail_tui.services.opening import open_sandbox_session
    from imail_tui.services.sandbox_process import SandboxFailed, lively, running_sandbox
    from imail_tui.services.tour_note import TourNote

    unfit = unfit_terminal()
    if unfit is not None:
        return tell(unfit)
    print("Starting the sandbox …", file=sys.stderr)
    options = (*lively(datetime.now(UTC), speed), f"--seed={seed}")
    try:
        with running_sandbox(options) as address:
            session = open_sandbox_session(address)
            note = TourNote(os.environ)
            wanted = not note.taken if tour is None else tour
            return run_app(session, low_bandwidth=low_bandwidth or None, tour=note if wanted else None)
    except SandboxFailed as error:
        return tell(error.problem)
