"""`imail-tui metrics`: the service-wide numbers imail publishes. Needs no key."""

import sys
from typing import TYPE_CHECKING

from imail_tui.cli.connection import run_on_workspace
from imail_tui.cli.exits import Exit
from imail_tui.cli.options import Flag, Shared
from imail_tui.cli.output import Field, Heading, print_json, print_rows
from imail_tui.domain.shown import percent
from imail_tui.model.record import Json

if TYPE_CHECKING:
    from imail_tui.services.analytics.public_numbers import Reading
    from imail_tui.services.session import Session

_HEADINGS = (Heading("number"), Heading("value", right=True), Heading("a day before", right=True))
_DAY = 86_400.0
_FRACTIONS = ("_rate", "uptime_90d")


def metrics(
    *,
    watch: Flag = False,
    json: Flag = False,
    connection: Shared,
) -> int:
    """Show the numbers imail publishes of the whole service. No key, no request of the budget.

    What was seen before is kept, so that a day's difference can be shown.

    For example:
      imail-tui metrics --watch

    Parameters
    ----------
    watch
        Go on, and print whenever a number changes; the server is asked when its answer is stale.
    json
        Print one JSON object; with --watch one on each line.
    """

    async def command(session: "Session") -> Exit:
        reading = await session.metrics.fetch(urgent=True)
        before = _day_before(session, reading)
        if json:
            print_json(_document(reading))
        else:
            print_rows(_HEADINGS, _rows(reading, before), empty="The server publishes no numbers.")
        while watch:
            sys.stdout.flush()
            await session.metrics.until_stale()
            last, reading = reading, await session.metrics.fetch()
            if reading.at != last.at:
                _print_change(last, reading, json=json)
        return Exit.OK

    return run_on_workspace(connection, command, connect=False, keyless=True)


def _day_before(session: "Session", reading: "Reading") -> "Reading | None":
    """The reading that held a day before this one."""
    older = [each for each in session.metrics.history() if each.at <= reading.at - _DAY]
    return older[-1] if older else None


def _rows(reading: "Reading", before: "Reading | None") -> list[tuple[Field, ...]]:
    earlier = dict(before.numbers()) if before is not None else {}
    return [(name, _shown(name, value), _shown(name, earlier.get(name))) for name, value in reading.numbers()]


def _print_change(last: "Reading", reading: "Reading", *, json: bool) -> None:
    if json:
        print_json(_document(reading))
        return
    earlier = dict(last.numbers())
    for name, value in reading.numbers():
        if value != earlier.get(name):
            print(f"{name}\t{_plain(name, value)}\t{_plain(name, earlier.get(name))}")


def _shown(name: str, value: float | None) -> Field:
    """As people read it on a terminal; as it came in a pipe."""
    return _plain(name, value) if sys.stdout.isatty() else value


def _plain(name: str, value: float | None) -> str:
    from imail_tui.domain.text import one_line

    if value is None:
        return "–"
    if name.endswith(_FRACTIONS) and 0 <= value <= 1:
        return percent(value)
    return one_line(f"{value:,}")


def _document(reading: "Reading") -> Json:
    return {**dict(reading.numbers()), "updated_at": _updated(reading)}


def _updated(reading: "Reading") -> str | None:
    at = reading.metrics.updated_at
    return None if at is None else at.isoformat()
