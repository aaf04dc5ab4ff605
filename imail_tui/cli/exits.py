"""Exit codes of every command, and how a fault is told on a terminal."""

import sys
from enum import IntEnum
from typing import Final

from imail_tui.domain.text import one_line
from imail_tui.model.problem import Problem


class Exit(IntEnum):
    """What a script can rely on; listed in the README."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NO_KEY = 3
    FORBIDDEN = 4
    OFFLINE = 5
    NOT_FOUND = 6
    REFUSED = 7
    SERVER = 8
    INTERRUPTED = 130


SOME_REJECTED: Final = 3
"""Of commands that read a file: it was carried out, and some of its rows are not in."""


def exit_of(problem: Problem) -> Exit:
    """The code for a fault, by its HTTP status; one without a status never reached the server."""
    match problem.status:
        case None:
            return _WITHOUT_STATUS.get(problem.code, Exit.FAILED)
        case 401:
            return Exit.NO_KEY
        case 403:
            return Exit.FORBIDDEN
        case 404:
            return Exit.NOT_FOUND
        case status if 400 <= status < 500:
            return Exit.REFUSED
        case _:
            return Exit.SERVER


_WITHOUT_STATUS = {
    "no_key": Exit.NO_KEY,
    "not_offered": Exit.NOT_FOUND,
    "not_found": Exit.NOT_FOUND,
    "structure_locked": Exit.REFUSED,
    "campaign_active": Exit.REFUSED,
    "wrong_state": Exit.REFUSED,
    "offline": Exit.OFFLINE,
    "usage": Exit.USAGE,
    "ambiguous": Exit.USAGE,
    "bad_key": Exit.USAGE,
    "bad_time": Exit.USAGE,
    "bad_setting": Exit.USAGE,
    "settings_refused": Exit.USAGE,
    "interrupted": Exit.INTERRUPTED,
}


def tell(problem: Problem) -> Exit:
    """Print a fault on standard error and give its exit code."""
    print(f"imail-tui: {one_line(problem.sentence())}", file=sys.stderr)
    return exit_of(problem)
