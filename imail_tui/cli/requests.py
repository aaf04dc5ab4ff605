"""`imail-tui requests`: what was last asked of the server, from the local log."""

import os
import sys
from datetime import datetime
from typing import Final

from imail_tui.cli.exits import Exit
from imail_tui.cli.options import AtLeastOne, Flag, Shared
from imail_tui.cli.output import Field, Heading, print_json, print_rows
from imail_tui.domain.filters import Filter, Term
from imail_tui.model.record import Json
from imail_tui.model.request_log import RequestLine

_HEADINGS: Final = (
    Heading("at"),
    Heading("result", drop=2),
    Heading("status"),
    Heading("method"),
    Heading("path"),
    Heading("ms", right=True, drop=1),
    Heading("left", right=True, drop=3),
    Heading("attempt", right=True, drop=4),
    Heading("profile", drop=5),
    Heading("request_id"),
)
_DERIVED: Final = frozenset({"id", "code"})
"""Made for the list on screen; the rest is what was kept."""


def requests(
    *,
    most: AtLeastOne = 50,
    status: str | None = None,
    json: Flag = False,
    connection: Shared,
) -> int:
    """Show the newest requests of this machine, newest first, without asking the server.

    Queries, addresses and keys are never in the log. With --profile only the requests of that profile.

    For example:
      imail-tui requests --status 5xx --most 20

    Parameters
    ----------
    most
        At most so many.
    status
        Only those answered so, such as `429` or `5xx`, or failed so, such as `timed_out`.
    json
        Print one JSON array.
    """
    from imail_tui.services.request_log_view import newest_requests

    wanted = (("status", status), ("profile", connection.profile))
    terms = Filter(tuple(Term(field, value) for field, value in wanted if value))
    lines = newest_requests(os.environ, terms, most)
    if json:
        print_json([_kept(line) for line in lines])
    else:
        print_rows(
            _HEADINGS, map(_row, lines), empty="No requests: nothing was asked yet, or nothing matches."
        )
    return Exit.OK


def _kept(line: RequestLine) -> Json:
    return {name: value for name, value in line.wire().items() if name not in _DERIVED}


def _moment(at: datetime) -> str:
    """For a person the second will do."""
    return f"{at:%m-%d %H:%M:%S}" if sys.stdout.isatty() else f"{at:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z"


def _row(line: RequestLine) -> tuple[Field, ...]:
    return (
        None if line.at is None else _moment(line.at),
        line.result,
        line.fault or line.status,
        line.method,
        line.path,
        line.ms,
        line.left,
        line.attempt,
        line.profile,
        line.request_id,
    )
